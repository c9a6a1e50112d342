# SPDX-License-Identifier: AGPL-3.0-only
"""A standard was found wrong: listing and ranking 100 000 results made with it.

Ours: ``metrology.impact.listing`` reads the results in one statement, computes ratio,
corrected value and verdict in one pass over arrays, decides again exactly what lies next
to a limit, stores the lines by COPY and ranks them by one statement. Three times: in one
piece with a constant shift, in one piece with a table over points, and in the pieces the
queue works on, one after another (without the time the queue needs between them).

Baseline "naive": what one would write first, a loop over the results through the ORM,
each decided by the exact function of the engine and written as a row. It is run on a
sample of 2 000 results; the summary *scales* it to 100 000 (it is linear).

Right: after each listing all 100 000 verdicts, ratios and changes are compared with what
the exact functions say, one by one; a difference stops the measurement. The results are
made by SQL: 10 000 records of 10 results by four decision rules, every fifth of them so
that the shift puts it exactly on its limit.
"""

import random
import time
from fractions import Fraction

RESULTS = 100_000
PER_RECORD = 10
SAMPLE = 2_000
SHIFT = "-0.0035"
ADDONS = ["metrology_impact"]
TABLE = [("0", "-0.0035"), ("60", "-0.0035")]


def bench(env, measure):
    """Measure in one transaction that is rolled back."""
    from odoo.addons.metrology_record.tests.laboratory import Laboratory
    from odoo.addons.metrology_record.tests.test_correction import typed

    laboratory = Laboratory.build(env)
    try:
        record = laboratory.corrected
        laboratory._submit(record, typed(("3", "3.010")))
        record.with_user(laboratory.carl).action_check(laboratory.carl.login)
        _multiply(env, record)
        head = laboratory.head
        for name, values in (
            ("constant", {"shift_kind": "constant", "shift_value": SHIFT}),
            (
                "table",
                {
                    "shift_kind": "table",
                    "shift_line_ids": [
                        (0, 0, {"point": point, "shift": shift})
                        for point, shift in TABLE
                    ],
                },
            ),
        ):
            analysis = (
                env["metrology.impact.analysis"]
                .with_user(head)
                .create({"equipment_id": laboratory.gauge_tester.id, **values})
            )
            with measure(f"list {RESULTS} results, {name}") as facts:
                _list_whole(analysis)
            facts["records"] = analysis.record_count
            facts["verdicts that change"] = _verify(env, analysis)
        with measure(f"list {RESULTS} results, in pieces") as facts:
            facts["pieces"], facts["longest"] = _list_in_pieces(analysis)
        facts["verdicts that change"] = _verify(env, analysis)
        env.flush_all()
        env.invalidate_all()
        with measure("open the ranking, first 40 records"):
            analysis.line_ids[:40].read(["rank", "record_id", "ratio", "decision"])
        with measure(f"naive, {SAMPLE} results"):
            _naive(env, analysis)
    finally:
        Laboratory.doClassCleanups()


def _list_whole(analysis):
    """List in one transaction and one piece, as short lists are."""
    from odoo.addons.metrology_impact.models import (
        metrology_impact_listing as listing,
    )
    from odoo.addons.metrology_impact.models import (
        metrology_impact_progress as progress,
    )

    _start(analysis)
    before = listing.CHUNK, progress.IMMEDIATE
    listing.CHUNK = progress.IMMEDIATE = 10 * RESULTS
    try:
        analysis.action_compute()
        analysis.env.flush_all()
    finally:
        listing.CHUNK, progress.IMMEDIATE = before


def _list_in_pieces(analysis):
    """List as the queue does; return how many pieces and the longest, in seconds."""
    _start(analysis)
    analysis.action_compute()
    listing, times = analysis.sudo().listing_id, []
    complete = False
    while not complete:
        began = time.perf_counter()
        complete = listing._step()
        analysis.env.flush_all()
        times.append(time.perf_counter() - began)
    assert len(times) > 1, "not cut into pieces"
    return len(times), round(max(times), 3)


def _start(analysis):
    analysis.env.flush_all()
    analysis.env.invalidate_all()


def summary(results):
    """The naive loop, scaled, and the ratio to it."""
    ours = results[f"list {RESULTS} results, constant"]["seconds"]
    naive = results[f"naive, {SAMPLE} results"]["seconds"] * RESULTS / SAMPLE
    pieces = results[f"list {RESULTS} results, in pieces"]["seconds"]
    return {
        "microseconds a result": round(ours / RESULTS * 1e6, 2),
        "in pieces, to in one": round(pieces / ours, 2),
        f"naive, scaled from {SAMPLE} (s)": round(naive, 1),
        "naive, scaled, to ours": round(naive / ours, 1),
    }


def _multiply(env, record):
    """Make the records and results by SQL, as copies of one that is real."""
    cr = env.cr
    env.flush_all()
    cr.execute(
        """SELECT string_agg(quote_ident(column_name), ', ')
             FROM information_schema.columns
            WHERE table_name = 'metrology_record' AND column_name NOT IN ('id', 'name')"""
    )
    columns = cr.fetchone()[0]
    count = RESULTS // PER_RECORD
    # The copies are all of one job, which the rules allow once; nothing is committed.
    cr.execute("DROP INDEX metrology_record_job_uniq")
    cr.execute(
        f"""INSERT INTO metrology_record (name, {columns})
            SELECT 'BENCH-' || n, {columns}
              FROM metrology_record, generate_series(1, %s) n WHERE id = %s
         RETURNING id""",
        (count, record.id),
    )
    ids = [row[0] for row in cr.fetchall()]
    cr.execute(
        """INSERT INTO metrology_record_equipment
                  (record_id, equipment_id, company_id, day, traceability_id)
           SELECT r, e.equipment_id, e.company_id, e.day, e.traceability_id
             FROM metrology_record_equipment e, unnest(%s) r WHERE e.record_id = %s""",
        (ids, record.id),
    )
    cr.execute("DELETE FROM metrology_result WHERE record_id = %s", (record.id,))
    cr.execute(
        "DELETE FROM metrology_record_equipment WHERE record_id = %s", (record.id,)
    )
    generator = random.Random(6)
    rules = ("regulation", "jjf1094", "ilac_g8", "ilac_g8_nonbinary")
    rows = []
    for number in range(RESULTS):
        rule = rules[number % 4]
        limit = generator.randrange(20, 60)
        U = generator.randrange(2, 40)
        error = generator.randrange(-700, 700)
        if number % 5 == 0:
            error = limit * 10 - 35  # the error moves by +0.0035, onto the limit
        rows.append(
            (
                ids[number // PER_RECORD],
                rule,
                f"{error / 10000:.4f}",
                f"-{limit / 1000:.3f}",
                f"{limit / 1000:.3f}",
                f"{U / 1000:.3f}",
                str(number % PER_RECORD + 1),
            )
        )
    cr.execute_values(
        """INSERT INTO metrology_result
                  (record_id, company_id, instrument_id, date, quantity, unit, rule,
                   compared, value, error, lower, upper, "U", point, value_float,
                   "U_float", point_float, "limit")
           SELECT v.record::int, r.company_id, r.instrument_id, CURRENT_DATE, 'error',
                  'MPa', v.rule, v.value, v.value, v.value, v.lower, v.upper, v.spread,
                  v.point, v.value::float8, v.spread::float8, v.point::float8,
                  '±' || v.upper
             FROM (VALUES %s) v (record, rule, value, lower, upper, spread, point)
             JOIN metrology_record r ON r.id = v.record""",
        rows,
        page_size=5000,
    )
    _decide_first(env)
    # Filed long ago: what was written just now is listed a second time in the end.
    cr.execute(
        "UPDATE metrology_record SET write_date = now() at time zone 'UTC' - interval '1 day'"
        " WHERE id = ANY(%s)",
        (ids,),
    )
    for table in ("metrology_result", "metrology_record", "metrology_record_equipment"):
        cr.execute(f"ANALYZE {table}")
    env.invalidate_all()


def _decide_first(env):
    """Give each result the verdict its rule gives it, exactly."""
    from odoo.addons.metrology.tools import impact

    cr = env.cr
    cr.execute(
        'SELECT id, rule, compared, lower, upper, "U" FROM metrology_result'
        " WHERE quantity = 'error'"
    )
    found = [
        (row[0], impact.decide(row[1], (*row[2:], None), Fraction(0)) or "none")
        for row in cr.fetchall()
    ]
    cr.execute_values(
        "UPDATE metrology_result r SET verdict = v.verdict"
        " FROM (VALUES %s) v (id, verdict) WHERE r.id = v.id",
        found,
        page_size=5000,
    )


def _verify(env, analysis):
    """Compare every row with the exact functions; return how many verdicts change."""
    from odoo.addons.metrology.tools import impact

    env.cr.execute("ANALYZE metrology_impact_line, metrology_impact_result")
    env.cr.execute(
        """SELECT s.rule, s.compared, s.lower, s.upper, s."U", s.verdict,
                  d.verdict_after, d.ratio, d.changes
             FROM metrology_impact_result d
             JOIN metrology_impact_line l ON l.id = d.line_id
             JOIN metrology_result s ON s.id = d.result_id
            WHERE l.analysis_id = %s""",
        (analysis.id,),
    )
    rows = env.cr.fetchall()
    assert len(rows) == RESULTS, len(rows)
    delta = -Fraction(SHIFT)
    changed = 0
    for rule, value, lower, upper, U, before, after, ratio, changes in rows:
        exact = impact.decide(rule, (value, lower, upper, U, None), delta)
        assert (after or "") == exact, (rule, value, lower, upper, U, after, exact)
        assert abs(ratio - float(abs(delta) / Fraction(U))) < 1e-5 * ratio
        wanted = bool(exact) and exact != before
        assert changes == wanted, (value, before, after, changes)
        changed += wanted
    return changed


def _naive(env, analysis):
    """The first thing one would write: a loop over the results through the ORM."""
    from odoo.addons.metrology.tools import impact

    shift = impact.Shift(constant=SHIFT)
    analysis = analysis.sudo()
    done = 0
    for line in analysis.line_ids:
        for result in line.record_id.result_ids:
            delta = -shift.exact(result.point)
            texts = (result.compared, result.lower, result.upper, result.U, False)
            verdict = impact.decide(result.rule, texts, delta)
            env["metrology.impact.result"].sudo().create(
                {
                    "line_id": line.id,
                    "result_id": result.id,
                    "shift": str(float(delta)),
                    "corrected": str(float(result.compared) + float(delta)),
                    "ratio": abs(float(delta)) / result.U_float,
                    "verdict_after": verdict or False,
                    "changes": verdict != result.verdict,
                }
            )
            done += 1
        env.flush_all()
        if done >= SAMPLE:
            return
