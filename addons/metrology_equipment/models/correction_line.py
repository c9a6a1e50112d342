# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.metrology.tools import rounding


class MetrologyCorrectionLine(models.Model):
    """One point of a correction table; all numbers as they are printed."""

    _name = "metrology.correction.line"
    _description = "Correction Point"
    _inherit = ["metrology.line.mixin"]
    _order = "correction_id, sequence, id"

    correction_id = fields.Many2one(
        comodel_name="metrology.correction",
        string="Table",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="correction_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(default=10)
    value = fields.Char(required=True, help="The value that the equipment shows.")
    correction = fields.Char(required=True, help="What is added to the value it shows.")
    uncertainty = fields.Char(
        string="Uncertainty U", help="Expanded uncertainty of the correction."
    )

    _value_uniq = models.Constraint(
        "unique(correction_id, value)", "The table has this value already."
    )

    @api.constrains("value", "correction", "uncertainty")
    def _check_numbers(self):
        for line in self:
            for name in ("value", "correction", "uncertainty"):
                text = line[name]
                try:
                    number = rounding.exact(text) if text else None
                except ValueError as error:
                    raise ValidationError(
                        self.env._(
                            '%(table)s: "%(text)s" is not a number.',
                            table=line.correction_id.display_name,
                            text=text,
                        )
                    ) from error
                if name == "uncertainty" and number is not None and number < 0:
                    raise ValidationError(
                        self.env._(
                            "%(table)s: an uncertainty is not negative.",
                            table=line.correction_id.display_name,
                        )
                    )

    def _check_open(self):
        self.correction_id._check_open()
