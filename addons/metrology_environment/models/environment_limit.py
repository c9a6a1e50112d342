# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.metrology.tools import rounding

from ..const import ENVIRONMENT_KINDS, READING_UNITS


class MetrologyEnvironmentLimit(models.Model):
    """The least and greatest value of one condition that a room must keep.

    Numbers are kept as they were typed, and compared exactly.
    """

    _name = "metrology.environment.limit"
    _description = "Environment Limit"
    _order = "room_id, kind"

    room_id = fields.Many2one(
        comodel_name="metrology.room", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="room_id.company_id", store=True, index=True)
    kind = fields.Selection(
        selection=ENVIRONMENT_KINDS, string="Condition", required=True
    )
    minimum = fields.Char(help="A number; empty where there is no lower limit.")
    maximum = fields.Char(help="A number; empty where there is no upper limit.")
    unit_id = fields.Many2one(
        comodel_name="metrology.unit",
        ondelete="restrict",
        help="Empty: °C, % relative humidity or kPa.",
    )
    source = fields.Char(help="Where the limit comes from, for example JJG 52-2013.")

    _kind_uniq = models.Constraint(
        "unique(room_id, kind)", "The room has limits of this condition already."
    )

    @api.depends("kind", "minimum", "maximum", "unit_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for limit in self:
            limit.display_name = " ".join(
                part
                for part in (
                    labels.get(limit.kind),
                    f"{limit.minimum or ''}…{limit.maximum or ''}",
                    limit._unit_symbol(),
                )
                if part
            )

    def _reading_unit(self):
        """Return the unit in which readings of this one limit's kind are kept."""
        self.ensure_one()
        return self.env.ref(READING_UNITS[self.kind])

    def _unit_symbol(self):
        self.ensure_one()
        if self.unit_id:
            return self.unit_id.symbol
        return self._reading_unit().symbol if self.kind else ""

    @api.constrains("unit_id", "kind")
    def _check_unit(self):
        for limit in self:
            unit, expected = limit.unit_id, limit._reading_unit()
            if unit and unit.quantity_id != expected.quantity_id:
                raise ValidationError(
                    self.env._(
                        "%(limit)s: %(unit)s is not a unit of %(quantity)s.",
                        limit=limit.display_name,
                        unit=unit.display_name,
                        quantity=expected.quantity_id.display_name,
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
            if not numbers:
                raise ValidationError(
                    self.env._(
                        "%(room)s: give the least or the greatest value of the "
                        "condition.",
                        room=limit.room_id.display_name,
                    )
                )
            if len(numbers) == 2 and numbers[0] >= numbers[1]:
                raise ValidationError(
                    self.env._(
                        "%(room)s: %(limit)s, the least value is not below the "
                        "greatest.",
                        room=limit.room_id.display_name,
                        limit=limit.display_name,
                    )
                )

    def _exceeded_by(self, text):
        """Return how a value exceeds this limit, as a sentence part, or False.

        :param str text: the value as it was read, in the unit of the readings
        """
        self.ensure_one()
        unit, reading_unit = self.unit_id, self._reading_unit()
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
