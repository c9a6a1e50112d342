# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.metrology.tools import rounding


class MetrologyEnvironmentLimit(models.Model):
    """The least and greatest value of one element in a version of conditions.

    Numbers are kept as they were typed, and compared exactly.
    """

    _name = "metrology.environment.limit"
    _description = "Environment Limit"
    _inherit = ["metrology.guard.mixin"]
    _order = "requirement_id, element_id"

    requirement_id = fields.Many2one(
        comodel_name="metrology.environment.requirement",
        required=True,
        index=True,
        ondelete="cascade",
    )
    state = fields.Selection(related="requirement_id.state")
    room_id = fields.Many2one(
        related="requirement_id.room_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(
        related="requirement_id.company_id", store=True, index=True
    )
    element_id = fields.Many2one(
        comodel_name="metrology.environment.element",
        string="Condition",
        required=True,
        index=True,
        ondelete="restrict",
    )
    kind = fields.Char(related="element_id.code", string="Code of the Condition")
    minimum = fields.Char(
        string="Lower Limit", help="A number; empty where there is no lower limit."
    )
    maximum = fields.Char(
        string="Upper Limit", help="A number; empty where there is no upper limit."
    )
    unit_id = fields.Many2one(
        comodel_name="metrology.unit",
        ondelete="restrict",
        domain="[('quantity_id', '=', quantity_id)]",
        help="Empty: the unit in which readings of the element are kept.",
    )
    unit_text = fields.Char(string="Unit of the Limits", compute="_compute_unit_text")
    quantity_id = fields.Many2one(related="element_id.quantity_id")
    source = fields.Char(help="Where the limit comes from, for example JJG 52-2013.")

    _element_uniq = models.Constraint(
        "unique(requirement_id, element_id)",
        "This version has limits of this condition already.",
    )

    @api.depends("element_id", "unit_id")
    def _compute_unit_text(self):
        for limit in self:
            limit.unit_text = limit._unit_symbol()

    @api.depends("element_id", "minimum", "maximum", "unit_id")
    def _compute_display_name(self):
        for limit in self:
            text = limit._get_range_text(limit._unit_symbol())
            limit.display_name = " ".join(filter(None, (limit.element_id.name, text)))

    def _get_range_text(self, unit=""):
        """Return the limits as they are written: "18…22", "≤ 85", "≥ 30 %RH".

        In Chinese a range is written by JJF 1001 and GB/T 15835: "(18～22) ℃".
        """
        self.ensure_one()
        low, high = self.minimum or "", self.maximum or ""
        if low and high:
            if unit:
                return self.env._(
                    "%(minimum)s…%(maximum)s %(unit)s",
                    minimum=low,
                    maximum=high,
                    unit=unit,
                )
            return self.env._("%(minimum)s…%(maximum)s", minimum=low, maximum=high)
        return f"{f'≤ {high}' if high else f'≥ {low}'} {unit}".strip()

    def _unit_symbol(self):
        self.ensure_one()
        return (self.unit_id or self.element_id.unit_id).symbol or ""

    # Only drafts change -------------------------------------------------------

    def _check_draft(self):
        for requirement in self.requirement_id:
            if requirement.state != "draft":
                raise UserError(
                    self.env._(
                        "%(requirement)s is in force or was: its limits do not change. "
                        "Make a new version and have it approved.",
                        requirement=requirement.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        limits = super().create(vals_list)
        limits._check_draft()
        return limits

    def write(self, vals):
        self._check_draft()
        result = super().write(vals)
        self._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self._check_draft()

    # Rules --------------------------------------------------------------------

    @api.constrains("unit_id", "element_id")
    def _check_unit(self):
        for limit in self:
            unit, element = limit.unit_id, limit.element_id
            if unit and unit.quantity_id != element.quantity_id:
                raise ValidationError(
                    self.env._(
                        "%(limit)s: %(unit)s is not a unit of %(quantity)s.",
                        limit=limit.display_name,
                        unit=unit.display_name,
                        quantity=element.quantity_id.display_name,
                    )
                )

    @api.constrains("minimum", "maximum")
    def _check_numbers(self):
        for limit in self:
            numbers = []
            for text in (limit.minimum, limit.maximum):
                if not text:
                    continue
                try:
                    numbers.append(rounding.exact(text))
                except ValueError as error:
                    raise ValidationError(
                        self.env._(
                            '%(limit)s: "%(text)s" is not a number.',
                            limit=limit.display_name,
                            text=text,
                        )
                    ) from error
            owner = limit.requirement_id.display_name
            if not numbers:
                raise ValidationError(
                    self.env._(
                        "%(room)s: give the least or the greatest value of the "
                        "condition.",
                        room=owner,
                    )
                )
            if len(numbers) == 2 and numbers[0] >= numbers[1]:
                raise ValidationError(
                    self.env._(
                        "%(room)s: %(limit)s, the least value is not below the "
                        "greatest.",
                        room=owner,
                        limit=limit.display_name,
                    )
                )

    # What others ask ----------------------------------------------------------

    def _bounds(self):
        """Return (least, greatest) in the unit of the readings, exact or None."""
        self.ensure_one()
        reading_unit = self.element_id.unit_id
        bounds = []
        for text in (self.minimum, self.maximum):
            if text and self.unit_id and self.unit_id != reading_unit:
                text = self.unit_id._convert(text, reading_unit)
            bounds.append(rounding.exact(text) if text else None)
        return tuple(bounds)

    def _exceeded_by(self, text):
        """Return how a value exceeds this limit, as a sentence part, or False.

        :param str text: the value as it was read, in the unit of the readings
        """
        self.ensure_one()
        unit, reading_unit = self.unit_id, self.element_id.unit_id
        if unit and unit != reading_unit:
            text = reading_unit._convert(text, unit)
        value = rounding.exact(text)
        low = self.minimum and value < rounding.exact(self.minimum)
        high = self.maximum and value > rounding.exact(self.maximum)
        if not low and not high:
            return False
        return self.env._(
            "%(value)s %(unit)s outside %(limit)s",
            value=text,
            unit=self._unit_symbol(),
            limit=self.display_name,
        )

    def _is_within(self, other):
        """Tell whether what keeps this one limit keeps ``other`` too (same element)."""
        low, high = self._bounds()
        other_low, other_high = other._bounds()
        return not (
            (other_low is not None and (low is None or low < other_low))
            or (other_high is not None and (high is None or high > other_high))
        )
