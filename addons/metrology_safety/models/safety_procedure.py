# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologySafetyProcedure(models.Model):
    """What is looked at in a check of housekeeping, health, safety or environment."""

    _name = "metrology.safety.procedure"
    _description = "Safety Check Procedure"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        selection=[
            ("housekeeping", "Housekeeping"),
            ("health", "Health"),
            ("safety", "Safety"),
            ("environment", "Environment"),
        ],
        required=True,
        default="safety",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    correction_days = fields.Integer(
        string="Correction within (working days)", default=5, required=True
    )
    item_ids = fields.One2many(
        "metrology.safety.procedure.item", "procedure_id", string="Items", copy=True
    )
    active = fields.Boolean(default=True)


class MetrologySafetyProcedureItem(models.Model):
    """One thing to look at."""

    _name = "metrology.safety.procedure.item"
    _description = "Item of a Safety Procedure"
    _inherit = ["metrology.guard.mixin"]
    _order = "sequence, id"

    procedure_id = fields.Many2one(
        comodel_name="metrology.safety.procedure",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="procedure_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="What to Look at", required=True, translate=True)
