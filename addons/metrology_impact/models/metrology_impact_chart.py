# SPDX-License-Identifier: AGPL-3.0-only
from markupsafe import Markup

from odoo import fields, models

from odoo.addons.metrology.tools.stacked_picture import Part, stacked_svg
from odoo.addons.metrology.tools.trend_picture import Limit, printed

from .metrology_impact_line import BANDS

#: Records on paper; what ranks behind them has the smallest effect.
PRINTED = 500
#: Columns of the ranking, and months before years are drawn instead.
RANKED = 60
MONTHS = 48
#: Width of each picture on paper, in mm: two stand side by side.
PAPER = 132
COLOURS = {
    "changes": "#c53030",
    "judge": "#805ad5",
    "above": "#dd6b20",
    "third": "#ecc94b",
    "small": "#2f855a",
    "unknown": "#9aa5b1",
}


class MetrologyImpactAnalysis(models.Model):
    """What of an analysis is drawn and printed."""

    _inherit = "metrology.impact.analysis"

    chart = fields.Html(compute="_compute_chart", sanitize=False)

    def _compute_chart(self):
        for analysis in self:
            analysis.chart = Markup("").join(
                Markup('<div class="mb-3">%s</div>') % Markup(one)
                for one in analysis._draw()
            )

    def _draw(self):
        """Return the pictures as SVG texts: records by month, the first by shift / U."""
        self.ensure_one()
        if not self.record_count:
            return []
        pictures = [self._draw_months()]
        if self.has_shift:
            pictures += self._draw_ranking()
        return pictures

    def _band_labels(self):
        Line = self.env["metrology.impact.line"]
        return dict(Line._fields["band"]._description_selection(self.env))

    def _draw_months(self):
        """Draw how many records of which effect there are in each month or year."""
        rows = self.env["metrology.impact.line"]._read_group(
            [("analysis_id", "=", self.id)], ["day:month", "band"], ["__count"]
        )
        first = min(row[0] for row in rows)
        last = max(row[0] for row in rows)
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        if months > MONTHS:
            places = [str(year) for year in range(first.year, last.year + 1)]
            form = "%Y"
        else:
            places = [
                fields.Date.add(first, months=n).strftime("%Y-%m")
                for n in range(months)
            ]
            form = "%Y-%m"
        counts = {}
        for day, band, count in rows:
            key = (day.strftime(form), band)
            counts[key] = counts.get(key, 0) + count
        labels = self._band_labels()
        return stacked_svg(
            places,
            [
                Part(
                    labels[band],
                    COLOURS[band],
                    [counts.get((place, band), 0) for place in places],
                )
                for band, _label in BANDS
            ],
            title=self.env._("Records in question by day of measurement"),
            unit=self.env._("records"),
            height=240,
        )

    def _draw_ranking(self):
        """Draw shift / U of the records that rank first; none where none has a U."""
        lines = self.env["metrology.impact.line"].search_fetch(
            [("analysis_id", "=", self.id)],
            ["rank", "ratio", "band"],
            order="rank",
            limit=RANKED,
        )
        if not any(lines.mapped("ratio")):
            return []
        labels = self._band_labels()
        return [
            stacked_svg(
                [str(line.rank) for line in lines],
                [
                    Part(
                        labels[band],
                        COLOURS[band],
                        [line.ratio if line.band == band else 0 for line in lines],
                    )
                    for band, _label in BANDS
                ],
                limits=[Limit("U", 1.0), Limit("U/3", 1 / 3)],
                title=self.env._("Shift / U of the first %(count)s", count=len(lines)),
                unit=self.env._("by rank"),
                height=240,
            )
        ]

    def _get_printed_pictures(self):
        """Return the pictures with sizes on paper."""
        self.ensure_one()
        return Markup(printed("".join(self._draw()), PAPER))

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
