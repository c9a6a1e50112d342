# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MaintenanceEquipment(models.Model):
    """Which measurement standards equipment belongs to."""

    _inherit = "maintenance.equipment"

    standard_member_ids = fields.One2many("metrology.standard.member", "equipment_id")
    standard_ids = fields.Many2many(
        comodel_name="metrology.standard",
        string="Measurement Standards",
        compute="_compute_standard_ids",
    )

    @api.depends("standard_member_ids.standard_id")
    def _compute_standard_ids(self):
        for equipment in self:
            equipment.standard_ids = equipment.standard_member_ids.standard_id
