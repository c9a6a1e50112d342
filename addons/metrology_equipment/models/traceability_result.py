# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.metrology.tools import rounding


class MetrologyTraceabilityResult(models.Model):
    """One result of a certificate, judged by what the equipment is used for.

    Error and uncertainty are compared with the requirement of its use: the error lies
    within the maximum permissible error, and the expanded uncertainty is not more than
    its part of it (ISO 10012 7.1, JJF 1033 4.2).
    """

    _name = "metrology.traceability.result"
    _description = "Result of a Traceability Certificate"
    _inherit = ["metrology.line.mixin", "metrology.guard.mixin"]
    _order = "traceability_id, sequence, id"

    # The judgement follows from the numbers: it is not sent beside them.
    _guard_action_fields = ("ratio", "verdict")

    traceability_id = fields.Many2one(
        comodel_name="metrology.traceability",
        string="Certificate",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="traceability_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Point", required=True)
    error = fields.Char(required=True, help="Error of indication, as it is printed.")
    uncertainty = fields.Char(
        string="Uncertainty U", required=True, help="Expanded uncertainty of the error."
    )
    mpe = fields.Char(
        string="Required MPE",
        compute="_compute_mpe",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Greatest error that the use of the equipment allows, without sign.",
    )
    ratio = fields.Char(string="U / MPE", compute="_compute_verdict", store=True)
    verdict = fields.Selection(
        selection=[
            ("pass", "Fit"),
            ("error", "Error Too Large"),
            ("uncertainty", "Uncertainty Too Large"),
        ],
        compute="_compute_verdict",
        store=True,
    )

    @api.depends("traceability_id.equipment_id")
    def _compute_mpe(self):
        for line in self:
            line.mpe = line.mpe or line.traceability_id.equipment_id.use_mpe

    @api.depends("error", "uncertainty", "mpe", "traceability_id.use_ratio")
    def _compute_verdict(self):
        for line in self:
            line.ratio = line.verdict = False
            try:
                error, uncertainty, mpe = (
                    rounding.exact(line[name])
                    for name in ("error", "uncertainty", "mpe")
                )
            except (ValueError, TypeError):
                continue  # refused by the constraint
            if mpe <= 0:
                continue
            line.ratio = f"{float(uncertainty / mpe):.3g}"
            if abs(error) > mpe:
                line.verdict = "error"
            elif uncertainty * int(line.traceability_id.use_ratio or "3") > mpe:
                line.verdict = "uncertainty"
            else:
                line.verdict = "pass"

    @api.constrains("error", "uncertainty", "mpe")
    def _check_numbers(self):
        for line in self:
            values = {
                "certificate": line.traceability_id.display_name,
                "point": line.name,
            }
            for name in ("error", "uncertainty", "mpe"):
                try:
                    number = rounding.exact(line[name])
                except (ValueError, TypeError) as error:
                    raise ValidationError(
                        self.env._(
                            '%(certificate)s, %(point)s: "%(text)s" is not a number.',
                            text=line[name],
                            **values,
                        )
                    ) from error
                if (name == "uncertainty" and number < 0) or (
                    name == "mpe" and number <= 0
                ):
                    raise ValidationError(
                        self.env._(
                            "%(certificate)s, %(point)s: uncertainty and required MPE "
                            "are given without sign, and the MPE is not zero.",
                            **values,
                        )
                    )

    def _check_open(self):
        """Refuse changes under a certificate that was decided upon."""
        for certificate in self.traceability_id:
            if certificate._guard_is_frozen():
                raise UserError(
                    self.env._(
                        "%(certificate)s was decided upon: its results are not changed "
                        "any more.",
                        certificate=certificate.display_name,
                    )
                )
