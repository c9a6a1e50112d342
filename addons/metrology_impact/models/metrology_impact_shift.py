# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.metrology.tools import rounding


class MetrologyImpactShift(models.Model):
    """One point of a shift that differs from point to point."""

    _name = "metrology.impact.shift"
    _description = "Shift at a Point"
    _order = "analysis_id, sequence, id"
    _rec_name = "point"

    analysis_id = fields.Many2one(
        comodel_name="metrology.impact.analysis",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="analysis_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    point = fields.Char(required=True)
    shift = fields.Char(required=True)

    @api.constrains("point", "shift")
    def _check_numbers(self):
        for line in self:
            for text in (line.point, line.shift):
                try:
                    rounding.exact(text)
                except ValueError as error:
                    raise ValidationError(
                        self.env._(
                            "%(analysis)s: “%(text)s” is not a number.",
                            analysis=line.analysis_id.display_name,
                            text=text,
                        )
                    ) from error

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._before_change()
        return lines

    def write(self, vals):
        self._before_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._before_change()

    def _before_change(self):
        """Refuse changes under decisions or a listing; note that the list is outdated.

        :raises UserError: the analysis is closed, decided upon in part, or being listed
        """
        for analysis in self.analysis_id:
            if analysis.state == "closed":
                raise UserError(
                    self.env._(
                        "%(analysis)s is closed and stays as it is.",
                        analysis=analysis.display_name,
                    )
                )
            if analysis._guard_is_frozen():
                raise UserError(
                    self.env._(
                        "Records of %(analysis)s were decided upon already: its table of "
                        "shifts stays.",
                        analysis=analysis.display_name,
                    )
                )
        self.analysis_id._check_not_listing()
        self.analysis_id._outdate()
