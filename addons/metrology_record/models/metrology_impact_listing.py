# SPDX-License-Identifier: AGPL-3.0-only
import io

import numpy as np

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.metrology.tools import rounding

from ..tools import impact
from .metrology_record import SEALED_STATES

_NUMBERS = ("value", "lower", "upper", "U", "rule", "interval", "point")


class MetrologyImpactAnalysis(models.Model):
    """How an analysis makes its list: one read, one pass over arrays, two COPYs."""

    _inherit = "metrology.impact.analysis"

    def _list(self):
        """List and rank what is in question; replaces a list nobody has decided on.

        The number of statements depends neither on the results nor on the records.

        :raises UserError: something was decided on already, or the shift is incomplete
        """
        self.ensure_one()
        if self.state == "closed" or self._guard_is_frozen():
            raise UserError(
                self.env._(
                    "Records of %(analysis)s were decided upon already: it is not "
                    "listed again. Open a new analysis for what is new.",
                    analysis=self.display_name,
                )
            )
        analysis = self.sudo()
        shift = analysis._get_shift()
        self.env.flush_all()
        documents = analysis._read_documents()
        rows, details = None, None
        if shift is not None and documents:
            rows = analysis._read_results(documents)
            details = analysis._assess(shift, rows)
        analysis._store(documents, rows, details)
        analysis._guard_open().write(
            {
                "state": "open",
                "has_shift": shift is not None,
                "computed_on": fields.Datetime.now(),
                "computed_by_id": self.env.uid,
            }
        )
        self.env["metrology.impact.line"].invalidate_model()
        self.env["metrology.impact.result"].invalidate_model()
        self.invalidate_recordset()
        analysis._after_list()

    def _after_list(self):
        """What an addon adds to the fresh list, set-based. Hook."""

    def _where(self):
        """Return the condition on ``e``, metrology_record_equipment."""
        return SQL(
            "e.equipment_id = %s AND e.day <= %s AND e.day > %s",
            self.equipment_id.id,
            self.finding_date,
            self.date_from or fields.Date.to_date("1900-01-01"),
        )

    def _read_documents(self):
        """Return [(record, state, day, partner, instrument, verdict, results)]."""
        quantity = f"%{self.quantity}%" if self.quantity else "%"
        self.env.cr.execute(
            SQL(
                """
                SELECT e.record_id, r.state, e.day, r.partner_id, r.instrument_id,
                       r.verdict, COALESCE(n.count, 0)
                  FROM metrology_record_equipment e
                  JOIN metrology_record r ON r.id = e.record_id
                  LEFT JOIN (
                       SELECT s.record_id, count(*) AS count
                         FROM metrology_record_equipment e
                         JOIN metrology_result s ON s.record_id = e.record_id
                        WHERE %(where)s AND NOT COALESCE(s.superseded, FALSE)
                          AND COALESCE(s.quantity, '') ILIKE %(quantity)s
                        GROUP BY s.record_id
                       ) n ON n.record_id = e.record_id
                 WHERE %(where)s AND r.state = ANY(%(states)s)
                 ORDER BY e.record_id
                """,
                where=self._where(),
                quantity=quantity,
                states=list(SEALED_STATES),
            )
        )
        return self.env.cr.fetchall()

    def _read_results(self, documents):
        """Return the results as columns: ids, records, units and arrays by name."""
        quantity = f"%{self.quantity}%" if self.quantity else "%"
        self.env.cr.execute(
            SQL(
                """
                SELECT s.id, s.record_id, COALESCE(s.unit, ''),
                       CASE WHEN COALESCE(s.compared, '') != ''
                            THEN s.compared::float8 ELSE s.value_float END,
                       NULLIF(s.lower, '')::float8,
                       NULLIF(s.upper, '')::float8,
                       CASE WHEN COALESCE(s."U", '') != '' THEN s."U_float" END,
                       COALESCE(array_position(%(rules)s, s.rule::text), 0) - 1,
                       NULLIF(s.interval, '')::float8,
                       CASE WHEN COALESCE(s.point, '') != '' THEN s.point_float END,
                       CASE WHEN COALESCE(s.error, '') != '' THEN -1 ELSE 1 END,
                       COALESCE(array_position(%(verdicts)s, s.verdict::text), 0) - 1
                  FROM metrology_record_equipment e
                  JOIN metrology_record r ON r.id = e.record_id
                  JOIN metrology_result s ON s.record_id = e.record_id
                 WHERE %(where)s AND r.state = ANY(%(states)s)
                   AND NOT COALESCE(s.superseded, FALSE)
                   AND COALESCE(s.quantity, '') ILIKE %(quantity)s
                """,
                rules=list(impact.RULES),
                verdicts=list(impact.VERDICTS),
                where=self._where(),
                quantity=quantity,
                states=list(SEALED_STATES),
            )
        )
        rows = self.env.cr.fetchall()
        texts = []
        pending = [one[0] for one in documents if one[1] != "locked"]
        for record in self.env["metrology.record"].browse(pending):
            # not filed as rows yet: few, they are what is in hand today
            for one in record._prepare_results():
                if self.quantity and self.quantity not in (one["quantity"] or ""):
                    continue
                texts.append(one)
                rows.append(self._pending_row(one))
        columns = list(zip(*rows, strict=True)) if rows else [[]] * 12
        result = {"ids": columns[0], "records": columns[1], "units": columns[2]}
        for name, column in zip(_NUMBERS, columns[3:10], strict=True):
            result[name] = np.array(column, dtype=float)
        result["rule"] = result["rule"].astype(int)
        result["sign"] = np.array(columns[10], dtype=float)
        result["before"] = np.array(columns[11], dtype=int)
        result["texts"] = texts
        return result

    def _pending_row(self, one):
        def number(name):
            return float(rounding.exact(one[name])) if one.get(name) else None

        def place(known, value):
            return known.index(value) if value in known else -1

        return (
            None,
            one["record_id"],
            one["unit"] or "",
            number("compared"),
            number("lower"),
            number("upper"),
            number("U"),
            place(impact.RULES, one.get("rule")),
            number("interval"),
            number("point"),
            -1 if one.get("error") else 1,
            place(impact.VERDICTS, one.get("verdict")),
        )

    def _get_factors(self, units):
        """Return {unit text: text of result unit per unit of the shift, or None}."""
        own = self.shift_unit_id
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

    def _assess(self, shift, rows):
        """Return what the shift means for the rows (``tools.impact.Assessment``)."""
        factors = self._get_factors(set(rows["units"]))
        numbers = {
            text: np.nan if one is None else float(rounding.exact(one))
            for text, one in factors.items()
        }
        factor = np.array([numbers[text] for text in rows["units"]], dtype=float)
        sign = rows["sign"]
        if self.effect != "auto":
            sign = np.full(len(sign), 1.0 if self.effect == "add" else -1.0)
        found = impact.assess(
            shift,
            value=rows["value"],
            lower=rows["lower"],
            upper=rows["upper"],
            U=rows["U"],
            rule=rows["rule"],
            interval=rows["interval"],
            point=rows["point"] / factor,
            factor=factor,
            sign=sign,
        )
        self._decide_exactly(shift, rows, found, factors, sign)
        return found

    def _decide_exactly(self, shift, rows, found, factors, sign):
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
        pending = len(rows["ids"]) - len(rows["texts"])
        for place in places:
            if rows["ids"][place]:
                *row, point = texts[rows["ids"][place]]
            else:
                one = rows["texts"][place - pending]
                row = [one[key] for key in ("compared", "lower", "upper", "U")]
                row.append(one["interval"])
                point = one["point"]
            factor = rounding.exact(factors[rows["units"][place]])
            if point and factor != 1:
                point = rounding.plain(rounding.exact(point) / factor)
            delta = shift.exact(point)
            if delta is None:
                continue
            rule = impact.RULES[rows["rule"][place]]
            verdict = impact.decide(rule, row, delta * factor * int(sign[place]))
            found.verdict[place] = impact.VERDICTS.index(verdict)

    def _store(self, documents, rows, details):
        """Write lines and details by COPY; the ranking is by change, then shift / U."""
        cr = self.env.cr
        # By the ids themselves: right after a COPY a join of both would be planned
        # without knowing their sizes.
        cr.execute(
            SQL("SELECT id FROM metrology_impact_line WHERE analysis_id = %s", self.id)
        )
        lines = [row[0] for row in cr.fetchall()]
        if lines:
            cr.execute(
                SQL(
                    "DELETE FROM metrology_impact_result WHERE line_id = ANY(%s)", lines
                )
            )
            cr.execute(
                SQL("DELETE FROM metrology_impact_line WHERE id = ANY(%s)", lines)
            )
        if not documents:
            return
        count = len(documents)
        ratio = np.full(count, np.nan)
        changed, unknown = np.zeros(count, dtype=int), np.zeros(count, dtype=int)
        after = np.full(count, -1)
        if details is not None and len(rows["ids"]):
            ids = np.array([one[0] for one in documents])
            place = np.searchsorted(ids, np.array(rows["records"]))
            np.fmax.at(ratio, place, details.ratio)
            ruled = (rows["rule"] >= 0) & (details.verdict < impact.NONE)
            changes = ruled & (details.verdict != rows["before"])
            changed = np.bincount(place, changes, count).astype(int)
            lost = np.isnan(details.delta) | (
                (rows["rule"] >= 0) & (details.verdict == impact.OPEN)
            )
            unknown = np.bincount(place, lost, count).astype(int)
            np.maximum.at(after, place, np.where(ruled, details.verdict, -1))
        order = np.lexsort(
            (
                np.arange(count),
                -np.nan_to_num(ratio, nan=-1.0),
                unknown == 0,
                changed == 0,
            )
        )
        rank = np.empty(count, dtype=int)
        rank[order] = np.arange(1, count + 1)
        self._copy(
            "metrology_impact_line",
            "analysis_id company_id record_id day partner_id instrument_id "
            "verdict_before result_count verdict_after ratio changed_count "
            "unknown_count changes rank is_held",
            (
                (
                    self.id,
                    self.company_id.id,
                    record,
                    day,
                    partner,
                    instrument,
                    verdict or "none",
                    results,
                    impact.VERDICTS[after[n]] if after[n] >= 0 else "none",
                    None if np.isnan(ratio[n]) else f"{ratio[n]:.6g}",
                    changed[n],
                    unknown[n],
                    bool(changed[n]),
                    rank[n],
                    False,
                )
                for n, (record, _state, day, partner, instrument, verdict, results) in (
                    enumerate(documents)
                )
            ),
        )
        if details is not None:
            self._store_details(rows, details)

    def _store_details(self, rows, details):
        self.env.cr.execute(
            SQL(
                "SELECT record_id, id FROM metrology_impact_line WHERE analysis_id = %s",
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
