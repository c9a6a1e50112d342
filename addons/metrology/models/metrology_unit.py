# SPDX-License-Identifier: AGPL-3.0-only
import re
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import rounding

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def exact(text):
    """Return the fraction that a factor means: ``0.001``, ``1e-3`` or ``5/9``.

    :raises ValueError: anything else, and a zero denominator
    """
    parts = [part.strip() for part in (text or "").split("/")]
    if len(parts) > 2 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise ValueError(text)
    value = Fraction(parts[0])
    if len(parts) == 2:
        if not Fraction(parts[1]):
            raise ValueError(text)
        value /= Fraction(parts[1])
    return value


class MetrologyUnit(models.Model):
    """A unit of measurement with its quantity, exact factor and offset.

    Odoo's own units know neither dimension nor offset (three kilograms convert to
    three thousand hours, degrees Celsius to kelvin not at all) and round; commerce
    keeps them, measurement has these. Value in the coherent SI unit::

        si = value * factor + offset
    """

    _name = "metrology.unit"
    _description = "Unit of Measurement"
    _order = "quantity_id, sequence, id"
    _rec_name = "symbol"
    _rec_names_search = ["symbol", "name"]

    name = fields.Char(required=True, translate=True)
    symbol = fields.Char(required=True)
    quantity_id = fields.Many2one(
        comodel_name="metrology.quantity",
        required=True,
        index=True,
        ondelete="restrict",
    )
    factor = fields.Char(
        required=True,
        default="1",
        help="Exact, as a decimal or a fraction: 0.001 or 5/9.",
    )
    offset = fields.Char(
        required=True, default="0", help="In the SI unit: 273.15 for degrees Celsius."
    )
    dsi = fields.Char(
        string="D-SI", help="The unit in the D-SI format of calibration certificates."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _symbol_uniq = models.Constraint(
        "unique(quantity_id, symbol)",
        "The quantity has a unit with this symbol already.",
    )

    @api.constrains("factor", "offset")
    def _check_exact(self):
        for unit in self:
            for field in ("factor", "offset"):
                try:
                    value = exact(unit[field])
                except ValueError:
                    value = None
                if value is None or (field == "factor" and value <= 0):
                    raise ValidationError(
                        self.env._(
                            "The unit %(unit)s: '%(text)s' is not an exact number "
                            "such as 0.001 or 5/9 (a factor is above zero).",
                            unit=unit.symbol,
                            text=unit[field],
                        )
                    )

    def _convert(self, text, to_unit):
        """Return a typed value in another unit, exactly.

        :param str text: the value in this unit, as typed
        :param to_unit: metrology.unit of the same quantity
        :return: text; finite decimals exactly, others to 12 significant digits
        :raises UserError: another quantity, or text that is not a number
        """
        self.ensure_one()
        to_unit.ensure_one()
        self._check_same_quantity(to_unit)
        try:
            value = rounding.exact(text)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("'%(text)s' is not a number.", text=text)
            ) from error
        if self == to_unit:
            return rounding.plain(value)
        base = value * exact(self.factor) + exact(self.offset)
        return rounding.plain((base - exact(to_unit.offset)) / exact(to_unit.factor))

    def _convert_difference(self, text, to_unit):
        """Return a difference or an uncertainty in another unit: no offset."""
        self.ensure_one()
        to_unit.ensure_one()
        self._check_same_quantity(to_unit)
        ratio = exact(self.factor) / exact(to_unit.factor)
        return rounding.plain(rounding.exact(text) * ratio)

    def _check_same_quantity(self, other):
        if self.quantity_id != other.quantity_id:
            raise UserError(
                self.env._(
                    "%(from)s is a unit of %(quantity)s, %(to)s one of %(other)s: "
                    "there is no conversion between them.",
                    **{"from": self.symbol, "to": other.symbol},
                    quantity=self.quantity_id.name,
                    other=other.quantity_id.name,
                )
            )
