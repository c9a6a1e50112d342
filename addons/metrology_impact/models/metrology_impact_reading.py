# SPDX-License-Identifier: AGPL-3.0-only
import numpy as np

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.metrology.tools import impact, rounding
from odoo.addons.metrology_record.models.metrology_record import SEALED_STATES

_NUMBERS = ("value", "lower", "upper", "U", "rule", "interval", "point")
#: What an unfiled record weighs: its results are not rows yet and are computed.
UNFILED_WEIGHT = 10


class MetrologyImpactListing(models.Model):
    """What a piece reads: the records in question and their results, as columns."""

    _inherit = "metrology.impact.listing"

    def _where(self):
        """Return the condition on ``e`` of what is in question."""
        analysis = self.analysis_id
        return SQL(
            """e.equipment_id = %s AND e.day <= %s AND e.day > %s AND EXISTS (
               SELECT 1 FROM metrology_record q
                WHERE q.id = e.record_id AND q.state = ANY(%s))""",
            analysis.equipment_id.id,
            analysis.finding_date,
            analysis.date_from or fields.Date.to_date("1900-01-01"),
            list(SEALED_STATES),
        )

    def _of_quantity(self):
        """Return the condition on ``s``, metrology_result, of what is looked at."""
        quantity = self.analysis_id.quantity
        return SQL(
            "NOT COALESCE(s.superseded, FALSE) AND COALESCE(s.quantity, '') ILIKE %s",
            f"%{quantity}%" if quantity else "%",
        )

    def _weight(self, document):
        """Return how much work a document (a dict) is, in results."""
        if document["state"] != "locked":
            return UNFILED_WEIGHT
        return max(document["count"], 1)

    def _read_weights(self):
        """Return [(record, weight)] of all that is in question, by record."""
        return [
            (one["record"], self._weight(one))
            for one in self._read_documents(SQL("TRUE"))
        ]

    def _check_one_unit(self):
        """Refuse a shift without a unit for results in several units.

        :raises UserError: names the units
        """
        self.env.cr.execute(
            SQL(
                """SELECT DISTINCT s.unit
                     FROM metrology_record_equipment e
                     JOIN metrology_result s ON s.record_id = e.record_id
                    WHERE %s AND %s AND COALESCE(s.unit, '') != ''
                    ORDER BY s.unit""",
                self._where(),
                self._of_quantity(),
            )
        )
        units = [row[0] for row in self.env.cr.fetchall()]
        if len(units) > 1:
            raise UserError(
                self.env._(
                    "%(analysis)s: results in %(units)s are in question. Give the unit "
                    "of the shift.",
                    analysis=self.analysis_id.display_name,
                    units=", ".join(units),
                )
            )

    def _read_documents(self, which):
        """Return the records as dicts, by their id; see the names of the columns.

        ``foreign``: it stood on another certificate than the one the shift starts from.
        """
        analysis = self.analysis_id
        used = analysis.old_traceability_id
        foreign = SQL("FALSE")
        if analysis.shift_kind == "certificates" and used:
            foreign = SQL("e.traceability_id IS DISTINCT FROM %s", used.id)
        self.env.cr.execute(
            SQL(
                """
                SELECT e.record_id AS record, r.state, e.day, r.partner_id AS partner,
                       r.instrument_id AS instrument, r.verdict,
                       COALESCE(n.count, 0) AS count, %(foreign)s AS foreign,
                       %(auxiliary)s AS auxiliary,
                       COALESCE(r.impact_hold_id = %(analysis)s, FALSE) AS held
                  FROM metrology_record_equipment e
                  JOIN metrology_record r ON r.id = e.record_id
                  LEFT JOIN (
                       SELECT s.record_id, count(*) AS count
                         FROM metrology_record_equipment e
                         JOIN metrology_result s ON s.record_id = e.record_id
                        WHERE %(where)s AND %(which)s AND %(quantity)s
                        GROUP BY s.record_id
                       ) n ON n.record_id = e.record_id
                 WHERE %(where)s AND %(which)s
                 ORDER BY e.record_id
                """,
                where=self._where(),
                which=which,
                quantity=self._of_quantity(),
                foreign=foreign,
                auxiliary=self._is_auxiliary(),
                analysis=analysis.id,
            )
        )
        return self.env.cr.dictfetchall()

    def _is_auxiliary(self):
        """Return the condition that the record ``r`` used it beside its standard only.

        By the file of the record's standards; for equipment in no file, by its card.
        """
        equipment = self.analysis_id.equipment_id
        members = self.env["metrology.standard.member"].search(
            [("equipment_id", "=", equipment.id)]
        )
        roles = set(members.mapped("role"))
        if roles == {"main"}:
            return SQL("FALSE")
        if roles == {"auxiliary"}:
            return SQL("TRUE")
        if not roles:
            return SQL("%s", equipment.metrology_use == "auxiliary")
        snapshot = SQL(
            """SELECT (one->>'id')::int FROM jsonb_array_elements(
               COALESCE(r.standard_snapshot->'standards', '[]')) one"""
        )
        by_role = members.grouped("role")
        return SQL(
            "(EXISTS (%(one)s WHERE (one->>'id')::int = ANY(%(auxiliary)s))"
            " AND NOT EXISTS (%(one)s WHERE (one->>'id')::int = ANY(%(main)s)))",
            one=snapshot,
            auxiliary=by_role["auxiliary"].standard_id.ids,
            main=by_role["main"].standard_id.ids,
        )

    def _read_results(self, which, documents, unfiled):
        """Return the results as columns: ids, records, units and arrays by name."""
        self.env.cr.execute(
            SQL(
                """
                SELECT s.id, s.record_id, COALESCE(s.unit, ''),
                       COALESCE(NULLIF(s.point_unit, ''), s.unit, ''),
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
                  JOIN metrology_result s ON s.record_id = e.record_id
                 WHERE %(where)s AND %(which)s AND %(quantity)s
                """,
                rules=list(impact.RULES),
                verdicts=list(impact.VERDICTS),
                where=self._where(),
                which=which,
                quantity=self._of_quantity(),
            )
        )
        rows = self.env.cr.fetchall()
        texts = [one for several in unfiled.values() for one in several]
        rows += [self._unfiled_row(one) for one in texts]
        columns = list(zip(*rows, strict=True)) if rows else [[]] * 13
        result = {
            "ids": columns[0],
            "records": columns[1],
            "units": columns[2],
            "point_units": columns[3],
            "texts": texts,
        }
        for name, column in zip(_NUMBERS, columns[4:11], strict=True):
            result[name] = np.array(column, dtype=float)
        result["rule"] = result["rule"].astype(int)
        result["sign"] = self._get_signs(result, columns[11])
        result["before"] = np.array(columns[12], dtype=int)
        known = np.array([one["record"] for one in documents])
        result["place"] = np.searchsorted(known, np.array(result["records"], dtype=int))
        return result

    def _prepare_unfiled(self, documents):
        """Return {record: results} of submitted records that are not filed as rows yet.

        They are few, what is in hand today; what they need is read for all at once.
        """
        quantity = (self.analysis_id.quantity or "").lower()
        waiting = [one["record"] for one in documents if one["state"] != "locked"]
        return {
            record.id: [
                one
                for one in record._prepare_results()
                if quantity in (one["quantity"] or "").lower()
            ]
            for record in self.env["metrology.record"].browse(waiting)
        }

    def _unfiled_row(self, one):
        def number(name):
            return float(rounding.exact(one[name])) if one.get(name) else None

        def place(known, value):
            return known.index(value) if value in known else -1

        return (
            None,
            one["record_id"],
            one["unit"] or "",
            one.get("point_unit") or one["unit"] or "",
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

    def _get_signs(self, rows, signs):
        """Return how each result moves with the standard, +1 or -1.

        An error of indication moves against it. The budget of an error states the same
        number at the same point as the check of it, and moves the same way.
        """
        signs = np.array(signs, dtype=float)
        effect = self.analysis_id.effect
        if effect != "auto":
            return np.full(len(signs), 1.0 if effect == "add" else -1.0)
        keys = [
            (record, f"{point:.9g}", f"{value:.9g}")
            for record, point, value in zip(
                rows["records"],
                rows["point"].tolist(),
                rows["value"].tolist(),
                strict=True,
            )
        ]
        errors = {key for key, sign in zip(keys, signs, strict=True) if sign < 0}
        for n in np.flatnonzero(signs > 0):
            if keys[n] in errors:
                signs[n] = -1.0
        return signs
