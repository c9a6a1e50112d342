# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.metrology.tools import rounding


class MaintenanceEquipment(models.Model):
    """What equipment can do in numbers, and what its use asks of it."""

    _inherit = "maintenance.equipment"

    metrology_quantity_id = fields.Many2one(
        comodel_name="metrology.quantity", string="Quantity", ondelete="restrict"
    )
    metrology_unit_id = fields.Many2one(
        comodel_name="metrology.unit",
        string="Unit",
        ondelete="restrict",
        domain="[('quantity_id', '=', metrology_quantity_id)]",
        help="Of the numbers below.",
    )
    range_min = fields.Char(string="Range from", help="A number as it is written.")
    range_max = fields.Char(string="Range to", help="A number as it is written.")
    mpe = fields.Char(
        string="MPE or U",
        help="Maximum permissible error or expanded uncertainty of the equipment as a "
        "number without sign; compared with what capabilities require.",
    )
    use_mpe = fields.Char(
        string="MPE Required by Its Use",
        tracking=True,
        help="Greatest error that its use allows, without sign. Certificates must then "
        "bring their results, which are compared with it.",
    )
    use_ratio = fields.Selection(
        selection=[
            ("1", "U ≤ MPE"),
            ("2", "U ≤ MPE / 2"),
            ("3", "U ≤ MPE / 3"),
            ("4", "U ≤ MPE / 4"),
            ("10", "U ≤ MPE / 10"),
        ],
        string="Uncertainty Required",
        required=True,
        default="3",
        tracking=True,
        help="Part of the required MPE that the uncertainty of its calibration may "
        "take.",
    )

    @api.constrains("range_min", "range_max", "mpe", "use_mpe", "metrology_unit_id")
    def _check_requirement_numbers(self):
        for equipment in self:
            numbers = {}
            for name in ("range_min", "range_max", "mpe", "use_mpe"):
                text = equipment[name]
                try:
                    numbers[name] = rounding.exact(text) if text else None
                except ValueError as error:
                    raise ValidationError(
                        self.env._(
                            '%(equipment)s: "%(text)s" is not a number.',
                            equipment=equipment.display_name,
                            text=text,
                        )
                    ) from error
            low, high = numbers["range_min"], numbers["range_max"]
            if low is not None and high is not None and low >= high:
                raise ValidationError(
                    self.env._(
                        "%(equipment)s: the range starts at %(low)s, which is not "
                        "below its end %(high)s.",
                        equipment=equipment.display_name,
                        low=equipment.range_min,
                        high=equipment.range_max,
                    )
                )
            for name in ("mpe", "use_mpe"):
                if numbers[name] is not None and numbers[name] <= 0:
                    raise ValidationError(
                        self.env._(
                            "%(equipment)s: a maximum permissible error is given as a "
                            "number above zero.",
                            equipment=equipment.display_name,
                        )
                    )

    def _in_unit(self, name, unit):
        """Return one number of this equipment in a unit, None where it is empty.

        :param str name: range_min, range_max or mpe
        :param unit: metrology.unit
        :raises UserError: the two units are of different quantities
        """
        self.ensure_one()
        text = self[name]
        if not text:
            return None
        own = self.metrology_unit_id
        if own and unit and own != unit:
            # The MPE is a difference: an offset of the unit does not change it.
            convert = own._convert_difference if name == "mpe" else own._convert
            text = convert(text, unit)
        return rounding.exact(text)
