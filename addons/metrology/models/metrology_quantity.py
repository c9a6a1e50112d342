# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyQuantity(models.Model):
    """A kind of quantity (VIM 1.2): units convert within one, never across two."""

    _name = "metrology.quantity"
    _description = "Quantity"
    _order = "sequence, name, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Technical name, such as pressure.")
    dimension = fields.Char(
        help="Exponents of the SI base quantities, such as L-1 M T-2 (VIM 1.7)."
    )
    sequence = fields.Integer(default=10)
    unit_ids = fields.One2many(
        comodel_name="metrology.unit", inverse_name="quantity_id", string="Units"
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "unique(code)", "Another quantity has this code already."
    )
