# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.metrology.tools import rounding


class MetrologyEquipmentCheckLine(models.Model):
    """One point of an intermediate check; all numbers as they are written."""

    _name = "metrology.equipment.check.line"
    _description = "Point of an Intermediate Check"
    _inherit = ["metrology.line.mixin", "metrology.guard.mixin"]
    _order = "check_id, sequence, id"

    # The conclusion follows from the numbers: it is not sent beside them.
    _guard_action_fields = ("deviation", "is_within")

    check_id = fields.Many2one(
        comodel_name="metrology.equipment.check",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="check_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Point")
    reference = fields.Char(
        required=True, help="Value of the check standard, or of the last good check."
    )
    measured = fields.Char(help="What was measured now.")
    limit = fields.Char(
        required=True, help="Greatest deviation that is still in order, without sign."
    )
    deviation = fields.Char(compute="_compute_deviation", store=True)
    is_within = fields.Boolean(
        string="Within Limit", compute="_compute_deviation", store=True
    )

    @api.depends("name", "check_id")
    def _compute_display_name(self):
        for line in self:
            names = (line.check_id.display_name, line.name)
            line.display_name = " · ".join(name for name in names if name)

    @api.depends("reference", "measured", "limit")
    def _compute_deviation(self):
        for line in self:
            line.deviation, line.is_within = False, False
            if not line.measured:
                continue
            try:
                deviation = rounding.exact(line.measured) - rounding.exact(
                    line.reference
                )
                line.is_within = abs(deviation) <= rounding.exact(line.limit)
            except ValueError:
                continue  # refused by the constraint
            line.deviation = rounding.plain(deviation)

    @api.constrains("reference", "measured", "limit")
    def _check_numbers(self):
        for line in self:
            for name in ("reference", "measured", "limit"):
                text = line[name]
                try:
                    number = rounding.exact(text) if text else None
                except ValueError as error:
                    raise ValidationError(
                        self.env._(
                            '%(check)s: "%(text)s" is not a number.',
                            check=line.check_id.display_name,
                            text=text,
                        )
                    ) from error
                if name == "limit" and number is not None and number < 0:
                    raise ValidationError(
                        self.env._(
                            "%(check)s: a limit is not negative.",
                            check=line.check_id.display_name,
                        )
                    )

    def _check_open(self):
        for line in self:
            if line.check_id.state != "planned":
                raise ValidationError(
                    self.env._(
                        "%(check)s is done: its data are not changed any more.",
                        check=line.check_id.display_name,
                    )
                )
