# SPDX-License-Identifier: AGPL-3.0-only
import io

import numpy as np

from odoo import models
from odoo.tools import SQL

from odoo.addons.metrology.models.metrology_unit import exact
from odoo.addons.metrology.tools import impact, rounding


class MetrologyImpactListing(models.Model):
    """How a piece is listed: two reads, one pass over arrays, two COPYs."""

    _inherit = "metrology.impact.listing"

    def _write_piece(self, which):
        """List the records of ``which``; return how many results that were.

        The number of statements depends neither on the results nor on the records.

        :param SQL which: condition on ``e``, metrology_record_equipment
        """
        self.env.flush_all()
        analysis = self.analysis_id
        shift = analysis._get_shift()
        documents = self._read_documents(which)
        rows, details = None, None
        if documents:
            unfiled = self._prepare_unfiled(documents)
            if shift is not None:
                rows = self._read_results(which, documents, unfiled)
                details = self._assess(shift, documents, rows)
            self._store(documents, unfiled, rows, details)
        return sum(self._weight(one) for one in documents)

    # ------------------------------------------------------------------- compute
    def _get_factors(self, units):
        """Return {unit text: text of that unit in one unit of the shift, or None}."""
        own = self.analysis_id.shift_unit_id
        if not own:
            return dict.fromkeys(units, "1")
        known = {
            unit.symbol: unit
            for unit in self.env["metrology.unit"].search(
                [
                    ("symbol", "in", list(units)),
                    ("quantity_id", "=", own.quantity_id.id),
                ]
            )
        }
        return {
            text: own._convert_difference("1", known[text]) if text in known else None
            for text in units
        }

    def _get_parts(self, units):
        """Return {unit text: one of it as a number, "0.01" for %} of relative units.

        Without a unit of the shift nothing is relative: all results have one unit.
        """
        own = self.analysis_id.shift_unit_id
        relative = self.env.ref("metrology.quantity_none")
        if not own or own.quantity_id == relative:
            return {}
        found = self.env["metrology.unit"].search(
            [("symbol", "in", list(units)), ("quantity_id", "=", relative.id)]
        )
        return {unit.symbol: rounding.plain(exact(unit.factor)) for unit in found}

    def _get_scale(self, rows, factors, parts, n):
        """Return exactly what one unit of the shift makes in result ``n``, or None."""
        unit = rows["units"][n]
        if factors[unit] is not None:
            return rounding.exact(factors[unit])
        analysis = self.analysis_id
        if unit not in parts or analysis.relative_to == "judge":
            return None
        if analysis.relative_to == "span":
            return impact.relative_factor(analysis._get_span(), "1", parts[unit])
        factor = factors[rows["point_units"][n]]
        if factor is None:
            return None
        return impact.relative_factor(self._get_point(rows, n), factor, parts[unit])

    def _get_point(self, rows, n):
        """Return the point of result ``n`` as an exact text, None without one."""
        point = rows["point"][n]
        return None if np.isnan(point) else f"{point:.15g}"

    def _assess(self, shift, documents, rows):
        """Return what the shift means for the rows (``tools.impact.Assessment``)."""
        units = {*rows["units"], *rows["point_units"]}
        factors, parts = self._get_factors(units), self._get_parts(units)

        def numbers(texts):
            known = {
                text: np.nan if one is None else float(rounding.exact(one))
                for text, one in factors.items()
            }
            return np.array([known[text] for text in texts], dtype=float)

        factor, across = numbers(rows["units"]), numbers(rows["point_units"])
        for n in np.flatnonzero(np.isnan(factor)):
            scale = self._get_scale(rows, factors, parts, n)
            factor[n] = np.nan if scale is None else float(scale)
        # what a person must judge: another certificate, or no standard at all
        auto = self.analysis_id.effect == "auto"
        lost = np.array(
            [one["foreign"] or (auto and one["auxiliary"]) for one in documents],
            dtype=bool,
        )
        if len(factor):
            factor[lost[rows["place"]]] = np.nan
        found = impact.assess(
            shift,
            value=rows["value"],
            lower=rows["lower"],
            upper=rows["upper"],
            U=rows["U"],
            rule=rows["rule"],
            interval=rows["interval"],
            point=rows["point"] / across,
            factor=factor,
            sign=rows["sign"],
        )
        self._decide_exactly(shift, rows, found, factors, parts)
        return found

    def _decide_exactly(self, shift, rows, found, factors, parts):
        """Decide what lies next to a limit again, on the exact numbers."""
        places = np.flatnonzero(found.near)
        ids = [rows["ids"][place] for place in places if rows["ids"][place]]
        texts = {}
        if ids:
            self.env.cr.execute(
                SQL(
                    """SELECT id, COALESCE(NULLIF(compared, ''), value), lower, upper,
                              "U", interval, point
                         FROM metrology_result WHERE id = ANY(%s)""",
                    ids,
                )
            )
            texts = {row[0]: row[1:] for row in self.env.cr.fetchall()}
        unfiled = len(rows["ids"]) - len(rows["texts"])
        for place in places:
            if rows["ids"][place]:
                *row, point = texts[rows["ids"][place]]
            else:
                one = rows["texts"][place - unfiled]
                row = [one.get(key) for key in ("compared", "lower", "upper", "U")]
                row.append(one.get("interval"))
                point = one["point"]
            scale = self._get_scale(rows, factors, parts, place)
            across = factors[rows["point_units"][place]]
            if point and across not in (None, "1"):
                point = rounding.plain(rounding.exact(point) / rounding.exact(across))
            delta = shift.exact(point)
            if delta is None or scale is None:
                continue
            rule = impact.RULES[rows["rule"][place]]
            verdict = impact.decide(rule, row, delta * scale * int(rows["sign"][place]))
            found.verdict[place] = impact.VERDICTS.index(verdict)

    # --------------------------------------------------------------------- store
    def _store(self, documents, unfiled, rows, details):
        """Write lines and details of a piece by COPY."""
        count = len(documents)
        ratio = np.full(count, np.nan)
        changed, unknown = np.zeros(count, dtype=int), np.zeros(count, dtype=int)
        after = np.full(count, -1)
        if details is not None and len(rows["ids"]):
            place = rows["place"]
            np.fmax.at(ratio, place, details.ratio)
            ruled = (rows["rule"] >= 0) & (details.verdict < impact.NONE)
            changes = ruled & (details.verdict != rows["before"])
            changed = np.bincount(place, changes, count).astype(int)
            lost = np.isnan(details.delta) | np.isnan(details.ratio)
            lost |= (rows["rule"] >= 0) & (details.verdict == impact.OPEN)
            unknown = np.bincount(place, lost, count).astype(int)
            np.maximum.at(after, place, np.where(ruled, details.verdict, -1))
        names = (
            "listing_id company_id record_id day partner_id instrument_id "
            "verdict_before result_count verdict_after ratio changed_count "
            "unknown_count changes band is_auxiliary is_held"
        )
        self._copy(
            "metrology_impact_line",
            names,
            (
                (
                    self.id,
                    self.company_id.id,
                    one["record"],
                    one["day"],
                    one["partner"],
                    one["instrument"],
                    one["verdict"] or "none",
                    len(unfiled.get(one["record"], ())) or one["count"],
                    impact.VERDICTS[after[n]] if after[n] >= 0 else "none",
                    None if np.isnan(ratio[n]) else f"{ratio[n]:.6g}",
                    changed[n],
                    unknown[n],
                    bool(changed[n]),
                    _band(details is not None, changed[n], unknown[n], ratio[n]),
                    one["auxiliary"],
                    one["held"],
                )
                for n, one in enumerate(documents)
            ),
        )
        if details is not None:
            self._store_details(rows, details)

    def _store_details(self, rows, details):
        self.env.cr.execute(
            SQL(
                "SELECT record_id, id FROM metrology_impact_line WHERE listing_id = %s",
                self.id,
            )
        )
        lines = dict(self.env.cr.fetchall())
        ruled = rows["rule"] >= 0
        changes = ruled & (details.verdict < impact.NONE)
        changes &= details.verdict != rows["before"]
        corrected, delta = details.corrected.tolist(), details.delta.tolist()
        ratio, verdict = details.ratio.tolist(), details.verdict.tolist()
        self._copy(
            "metrology_impact_result",
            "line_id result_id shift corrected ratio assumed verdict_after changes",
            (
                (
                    lines[record],
                    result,
                    None if delta[n] != delta[n] else f"{delta[n]:.9g}",
                    None if delta[n] != delta[n] else f"{corrected[n]:.9g}",
                    None if ratio[n] != ratio[n] else f"{ratio[n]:.6g}",
                    details.assumed[n],
                    impact.VERDICTS[verdict[n]] or None,
                    changes[n],
                )
                for n, (result, record) in enumerate(
                    zip(rows["ids"], rows["records"], strict=True)
                )
                if result
            ),
        )

    def _copy(self, table, names, rows):
        """Write rows of plain values into a table by COPY."""
        names = names.split()
        buffer = io.StringIO()
        for row in rows:
            buffer.write("\t".join("\\N" if v is None else str(v) for v in row))
            buffer.write("\n")
        buffer.seek(0)
        columns = ", ".join(names)
        # pylint: disable-next=sql-injection
        self.env.cr.copy_expert(f"COPY {table} ({columns}) FROM STDIN", buffer)


def _band(known, changed, unknown, ratio):
    """Return the class of a line's effect, see ``BANDS``."""
    if not known:
        return "unknown"
    if changed:
        return "changes"
    if unknown or np.isnan(ratio):
        return "judge"
    if ratio > 1:
        return "above"
    return "third" if 3 * ratio > 1 else "small"
