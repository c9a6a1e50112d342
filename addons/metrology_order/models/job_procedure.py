# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyJob(models.Model):
    _inherit = "metrology.job"

    sop_ids = fields.Many2many(
        comodel_name="metrology.equipment.procedure",
        string="Operating Procedures",
        compute="_compute_sop_ids",
        help="Of the equipment this job uses, in the version in force.",
    )

    def _compute_sop_ids(self):
        for job in self:
            job.sop_ids = job.sudo()._get_equipment().sop_id
