# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyJobAssignPerson(models.TransientModel):
    """One person in the assignment: may be ticked, or why not."""

    _name = "metrology.job.assign.person"
    _description = "Person to Assign"
    _order = "eligible desc, open_count, id"

    wizard_id = fields.Many2one(
        comodel_name="metrology.job.assign", required=True, ondelete="cascade"
    )
    employee_id = fields.Many2one(
        comodel_name="hr.employee", string="Person", required=True, readonly=True
    )
    chosen = fields.Boolean(string="Assign")
    eligible = fields.Boolean(readonly=True)
    open_count = fields.Integer(string="Open Jobs", readonly=True)
    reason = fields.Text(string="Why Not", readonly=True)
