# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models

from .metrology_impact_line import VERDICT_LABELS


class MetrologyImpactResult(models.Model):
    """One result in question, with its corrected value; written by the listing only."""

    _name = "metrology.impact.result"
    _description = "Result in Question"
    _order = "changes desc, ratio desc, id"
    _rec_name = "result_id"
    _log_access = False

    # Of its line, not stored: 100 000 rows pay for each reference that is checked.
    analysis_id = fields.Many2one(related="line_id.analysis_id")
    company_id = fields.Many2one(related="line_id.company_id")
    line_id = fields.Many2one(
        comodel_name="metrology.impact.line",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    record_id = fields.Many2one(related="line_id.record_id")
    result_id = fields.Many2one(
        comodel_name="metrology.result",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    quantity = fields.Char(related="result_id.quantity")
    point = fields.Char(related="result_id.point")
    point_unit = fields.Char(related="result_id.point_unit")
    value = fields.Char(related="result_id.value")
    unit = fields.Char(related="result_id.unit")
    U = fields.Char(related="result_id.U", string="U")
    limit = fields.Char(related="result_id.limit")
    verdict_before = fields.Selection(
        related="result_id.verdict", string="Verdict Given"
    )
    shift = fields.Char(
        string="Correction", readonly=True, help="What is to be added to the value."
    )
    corrected = fields.Char(string="Corrected Value", readonly=True)
    ratio = fields.Float(
        string="Shift / U", digits=(16, 3), readonly=True, aggregator="max"
    )
    assumed = fields.Boolean(
        string="U Taken as MPE/3",
        readonly=True,
        help="No uncertainty was stated: verification by a regulation guarantees "
        "U ≤ MPE/3.",
    )
    verdict_after = fields.Selection(
        selection=VERDICT_LABELS, string="Verdict Corrected", readonly=True
    )
    changes = fields.Boolean(string="Changes", readonly=True)
