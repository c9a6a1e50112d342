# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.metrology.tools import rounding


def read_number(record, text):
    """Return a number exactly as it was typed, None where it is empty.

    :param record: the record it belongs to, which the refusal names
    :rtype: fractions.Fraction | None
    :raises ValidationError: it is no number
    """
    if not text:
        return None
    try:
        return rounding.exact(text)
    except ValueError as error:
        raise ValidationError(
            record.env._(
                '%(record)s: "%(text)s" is not a number.',
                record=record.display_name,
                text=text,
            )
        ) from error


class MetrologyRangeMixin(models.AbstractModel):
    """A measuring range: two numbers as they are written, a unit, and its wording.

    The limits are text, since trailing zeros say something, and compared exactly.
    """

    _name = "metrology.range.mixin"
    _description = "Measuring Range"

    quantity_id = fields.Many2one(
        comodel_name="metrology.quantity", ondelete="restrict", tracking=True
    )
    unit_id = fields.Many2one(
        comodel_name="metrology.unit",
        ondelete="restrict",
        domain="[('quantity_id', '=', quantity_id)]",
        tracking=True,
    )
    range_min = fields.Char(
        string="Range from", tracking=True, help="A number as it is written."
    )
    range_max = fields.Char(
        string="Range to", tracking=True, help="A number as it is written."
    )
    range_text = fields.Char(
        string="Measuring Range",
        compute="_compute_range_text",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="In words; made from the limits when empty.",
    )

    @api.depends("range_min", "range_max", "unit_id")
    def _compute_range_text(self):
        for record in self:
            low, high = record.range_min, record.range_max
            if record.range_text and not (low or high):
                continue
            if low and high:
                symbol = record.unit_id.symbol or ""
                text = self.env._(
                    "(%(low)s to %(high)s) %(unit)s", low=low, high=high, unit=symbol
                )
                record.range_text = text.strip()
            else:
                record.range_text = record.range_text or False

    @api.constrains("range_min", "range_max")
    def _check_range(self):
        for record in self:
            low = record._range_number("range_min")
            high = record._range_number("range_max")
            if low is not None and high is not None and low >= high:
                raise ValidationError(
                    self.env._(
                        "%(record)s: the range starts at %(low)s, which is not "
                        "below its end %(high)s.",
                        record=record.display_name,
                        low=record.range_min,
                        high=record.range_max,
                    )
                )

    @api.constrains("unit_id", "quantity_id")
    def _check_unit(self):
        for record in self:
            unit = record.unit_id
            if unit and unit.quantity_id != record.quantity_id:
                raise ValidationError(
                    self.env._(
                        "%(unit)s is not a unit of %(quantity)s.",
                        unit=unit.display_name,
                        quantity=record.quantity_id.display_name
                        or self.env._("no quantity"),
                    )
                )

    def _range_number(self, name):
        """Return one limit of the range as a Fraction, None where it is empty."""
        self.ensure_one()
        return read_number(self, self[name])

    def _get_range_blockers(self, minimum, maximum, unit):
        """Say why a range lies outside this record's own one.

        :param minimum: number as text, or False
        :param maximum: number as text, or False
        :param unit: metrology.unit of the two
        :rtype: list[tuple[str, str]]
        :raises UserError: the unit is of another quantity
        """
        self.ensure_one()
        low, high = self._range_number("range_min"), self._range_number("range_max")
        if low is None and high is None:
            return []
        if self.unit_id and unit and unit != self.unit_id:
            minimum = minimum and unit._convert(minimum, self.unit_id)
            maximum = maximum and unit._convert(maximum, self.unit_id)
        below = low is not None and minimum and rounding.exact(minimum) < low
        above = high is not None and maximum and rounding.exact(maximum) > high
        if not below and not above:
            return []
        return [
            (
                "capability_range",
                self.env._(
                    "(%(minimum)s to %(maximum)s) is outside the authorised range "
                    "%(range)s of %(record)s.",
                    minimum=minimum or "…",
                    maximum=maximum or "…",
                    range=self.range_text,
                    record=self.display_name,
                ),
            )
        ]
