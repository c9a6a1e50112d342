# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models

from odoo.addons.metrology_method.const import DISCIPLINES


class MetrologyStaffingTarget(models.Model):
    """How many persons of one type of role a discipline should have."""

    _name = "metrology.staffing.target"
    _description = "Staffing Target"
    _order = "discipline, role_type_id"
    _rec_name = "role_type_id"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    discipline = fields.Selection(selection=DISCIPLINES, required=True)
    role_type_id = fields.Many2one(
        comodel_name="metrology.role.type",
        string="Type of Role",
        required=True,
        ondelete="restrict",
    )
    target = fields.Integer(string="Persons Needed", required=True, default=2)
    note = fields.Char()

    _target_uniq = models.UniqueIndex(
        "(company_id, discipline, role_type_id)",
        "This discipline has a target for the type of role already.",
    )
    _target_positive = models.Constraint(
        "CHECK(target > 0)", "A target is at least one person."
    )
