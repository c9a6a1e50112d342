# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MaintenanceEquipmentCategory(models.Model):
    """A class of equipment: its procedures, and whether operators are authorised."""

    _inherit = "maintenance.equipment.category"

    operator_required = fields.Boolean(
        string="Authorised Operators Only",
        help="Only persons authorised to operate equipment of this class may use it.",
    )
    procedure_ids = fields.Many2many(
        comodel_name="metrology.equipment.procedure",
        relation="metrology_equipment_procedure_category_rel",
        column1="category_id",
        column2="procedure_id",
        string="Procedures",
    )
