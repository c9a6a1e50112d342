# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models

#: Records on paper; what ranks behind them has the smallest effect.
PRINTED = 500


class MetrologyImpactAnalysis(models.Model):
    """What of an analysis is printed."""

    _inherit = "metrology.impact.analysis"

    def _label(self, name):
        """Return the label of a selection, "" where nothing is selected."""
        self.ensure_one()
        return dict(self._fields[name]._description_selection(self.env)).get(
            self[name], ""
        )

    def _get_printed_lines(self):
        """Return the records on paper, the worst first."""
        self.ensure_one()
        return self.env["metrology.impact.line"].search(
            [("analysis_id", "=", self.id)], order="rank", limit=PRINTED
        )

    def _get_shift_text(self):
        """Return the shift in one line."""
        self.ensure_one()
        unit = self.shift_unit_id.symbol or ""
        if self.shift_kind == "constant":
            return f"{self.shift_value} {unit}".strip()
        if self.shift_kind == "certificates":
            return (
                f"{self.old_traceability_id.number} → {self.new_traceability_id.number}"
                f" ({self.correction_code}) {unit}".strip()
            )
        return unit


class MetrologyImpactLine(models.Model):
    _inherit = "metrology.impact.line"

    def _label(self, name):
        """Return the label of a selection, "" where nothing is selected."""
        self.ensure_one()
        return dict(self._fields[name]._description_selection(self.env)).get(
            self[name], ""
        )
