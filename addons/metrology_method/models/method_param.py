# SPDX-License-Identifier: AGPL-3.0-only
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.metrology.tools import formula

from .range_mixin import read_number


class MetrologyMethodParam(models.Model):
    """One parameter of an item: points, unit, limits and how they are computed."""

    _name = "metrology.method.param"
    _description = "Verification Parameter"
    _inherit = ["metrology.method.part.mixin"]
    _order = "item_id, sequence, id"

    item_id = fields.Many2one(
        comodel_name="metrology.method.item",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="item_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="Small Latin letters, digits and single underscores."
    )
    unit_id = fields.Many2one(
        comodel_name="metrology.unit", ondelete="restrict", required=True
    )
    points = fields.Char(
        help="Nominal values in the unit, separated by semicolons: 0.4; 0.8; 1.2."
    )
    readings = fields.Integer(
        string="Readings a Point", default=1, help="How often each point is read."
    )
    limit_min = fields.Char(string="Lower Limit", help="A number as it is written.")
    limit_max = fields.Char(string="Upper Limit", help="A number as it is written.")
    limit_formula = fields.Char(
        string="Limit Formula",
        help="The limit ± of the error at a point, where it is not fixed; p is the "
        "nominal value: 0.016 * 1.6, 0.5% * p.",
    )
    limit_text = fields.Char(string="Limits", compute="_compute_limit_text")
    note = fields.Char()

    _code_uniq = models.UniqueIndex(
        "(item_id, code)", "The item has a parameter of this code already."
    )
    _readings_positive = models.Constraint(
        "CHECK(readings BETWEEN 1 AND 100)", "A point is read 1 to 100 times."
    )

    @api.depends("limit_min", "limit_max", "limit_formula", "unit_id")
    def _compute_limit_text(self):
        for param in self:
            unit = param.unit_id.symbol or ""
            low, high = param.limit_min, param.limit_max
            if param.limit_formula:
                text = f"±({param.limit_formula}) {unit}"
            elif low and high:
                text = self.env._(
                    "%(low)s … %(high)s %(unit)s", low=low, high=high, unit=unit
                )
            elif low or high:
                text = f"≥ {low} {unit}" if low else f"≤ {high} {unit}"
            else:
                text = ""
            param.limit_text = text.strip()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("unit_id"):
                raise ValidationError(
                    self.env._(
                        "Parameter %(name)s: name its unit (“1” for a ratio).",
                        name=vals.get("name") or vals.get("code") or "?",
                    )
                )
        return super().create(vals_list)

    def _get_editions(self):
        return self.item_id.edition_id

    @api.constrains("limit_min", "limit_max")
    def _check_limits(self):
        for param in self:
            low = param._number(param.limit_min)
            high = param._number(param.limit_max)
            if low is not None and high is not None and low > high:
                raise ValidationError(
                    self.env._(
                        "Parameter %(name)s: the lower limit %(low)s is above the upper "
                        "limit %(high)s.",
                        name=param.display_name,
                        low=param.limit_min,
                        high=param.limit_max,
                    )
                )

    @api.constrains("points")
    def _check_points(self):
        for param in self:
            for point in param._get_points():
                param._number(point)

    @api.constrains("limit_formula")
    def _check_formula(self):
        for param in self:
            if not param.limit_formula:
                continue
            errors = formula.check_formulas({"limit": param.limit_formula}, ["p"])
            if errors:
                raise ValidationError(
                    self.env._(
                        "Parameter %(name)s, limit formula: %(error)s",
                        name=param.display_name,
                        error=errors[0],
                    )
                )

    def _get_points(self):
        """Return the nominal values of this one parameter as typed texts."""
        self.ensure_one()
        parts = re.split(r"[;；、\s]+", self.points or "")
        return [part for part in parts if part]

    def _number(self, text):
        """Return a typed number exactly, None where it is empty."""
        self.ensure_one()
        return read_number(self, text)
