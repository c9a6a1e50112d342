# SPDX-License-Identifier: AGPL-3.0-only
import unicodedata

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.metrology.tools import rounding


class MetrologyEnvironmentElement(models.Model):
    """A condition that can be limited, read and regulated: temperature, noise, …

    The list is open: an institution adds its own. Readings of an element are kept in
    one unit, to which what sensors send is converted exactly.
    """

    _name = "metrology.environment.element"
    _description = "Environment Element"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Technical name, by which loggers send readings, such as temperature.",
    )
    quantity_id = fields.Many2one(
        comodel_name="metrology.quantity", required=True, ondelete="restrict"
    )
    unit_id = fields.Many2one(
        comodel_name="metrology.unit",
        required=True,
        ondelete="restrict",
        domain="[('quantity_id', '=', quantity_id)]",
        help="Readings are kept in this unit.",
    )
    lowest = fields.Char(
        string="Least Possible", help="Below this a reading is a mistake: 0 for %RH."
    )
    highest = fields.Char(string="Greatest Possible")
    is_preset = fields.Boolean(
        string="In New Rooms", help="A new room watches this element unless told else."
    )
    is_influence = fields.Boolean(
        string="Influence on Mobile Work",
        help="One of the factors to look at in a mobile laboratory.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "unique(code)", "Another element has this code already."
    )

    @api.constrains("quantity_id", "unit_id", "lowest", "highest")
    def _check_element(self):
        for element in self:
            if element.unit_id.quantity_id != element.quantity_id:
                raise ValidationError(
                    self.env._(
                        "%(element)s: %(unit)s is not a unit of %(quantity)s.",
                        element=element.name,
                        unit=element.unit_id.symbol,
                        quantity=element.quantity_id.name,
                    )
                )
            for text in (element.lowest, element.highest):
                try:
                    rounding.exact(text or "0")
                except ValueError as error:
                    raise ValidationError(
                        self.env._(
                            '%(element)s: "%(text)s" is not a number.',
                            element=element.name,
                            text=text,
                        )
                    ) from error

    def _with_readings(self):
        """Return those of the elements that have readings; one query."""
        self.env.cr.execute(
            """
            SELECT id FROM metrology_environment_element AS element
             WHERE id = ANY(%s) AND EXISTS (
                   SELECT 1 FROM metrology_environment_reading
                    WHERE element_id = element.id)
            """,
            [self.ids],
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def write(self, vals):
        closed = {"code", "quantity_id", "unit_id"} & set(vals)
        if closed:
            for element in self._with_readings():
                if any(
                    self._fields[name].convert_to_write(element[name], element)
                    != vals[name]
                    for name in closed
                ):
                    raise UserError(
                        self.env._(
                            "%(element)s has readings: its code and unit stay. Make "
                            "another element.",
                            element=element.name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_read(self):
        for element in self._with_readings():
            raise UserError(
                self.env._(
                    "%(element)s has readings, which are evidence: it cannot be "
                    "deleted. Archive it instead.",
                    element=element.name,
                )
            )

    @api.model
    def _by_code(self, codes):
        """Return {code: element} of the codes known; one query."""
        found = self.with_context(active_test=False).search([("code", "in", [*codes])])
        return {element.code: element for element in found}

    def _get_unit(self, symbol):
        """Return the unit of this element's quantity with a symbol, or none.

        Compatibility forms are the same sign: ℃ and °C, µ and μ.
        """
        self.ensure_one()
        wanted = unicodedata.normalize("NFKC", symbol or "").strip()
        return self.quantity_id.unit_ids.filtered(
            lambda unit: unicodedata.normalize("NFKC", unit.symbol) == wanted
        )[:1]

    def _get_value_problem(self, text):
        """Say why a text cannot be a reading of this element, or return False."""
        self.ensure_one()
        values = {"element": self.name, "text": text}
        try:
            value = rounding.exact(text)
        except (TypeError, ValueError):
            return self.env._('%(element)s: "%(text)s" is not a number.', **values)
        if (self.lowest and value < rounding.exact(self.lowest)) or (
            self.highest and value > rounding.exact(self.highest)
        ):
            return self.env._(
                "%(element)s: %(text)s %(unit)s does not exist.",
                unit=self.unit_id.symbol,
                **values,
            )
        return False
