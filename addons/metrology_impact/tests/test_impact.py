# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools import impact
from odoo.addons.metrology.tools.requirement import requirement

from .common import ImpactCommon


@tagged("post_install", "-at_install")
class TestImpact(ImpactCommon):
    """Equipment found wrong: what was measured with it since the last good evidence."""

    def test_ranked_by_change_then_ratio(self):
        """First the records whose verdict would change, then by shift / U; each result
        has its corrected value and its verdict by the same rule."""
        near = self._filed("A-1", 1, ("3", "3.050"))  # error 0.047 of ±0.05
        far = self._filed("A-2", 2, ("3", "3.010"))
        fails = self._filed("A-3", 3, ("3", "3.100"))
        analysis = self._ranked("-0.010")
        self.assertEqual(analysis.line_ids.record_id[0], near)
        self.assertEqual(set(analysis.line_ids.record_id), {near, far, fails})
        line = analysis.line_ids[0]
        self.assertTrue(line.changes)
        self.assertEqual((line.verdict_before, line.verdict_after), ("pass", "fail"))
        result = line.result_ids.filtered("changes")
        # the standard reads 0.010 too high: the error of the gauge is that much larger
        self.assertEqual((result.value, result.corrected), ("0.047", "0.057"))
        self.assertEqual(analysis.change_count, 1)
        self.assertFalse(any(analysis.line_ids[1:].mapped("changes")))
        budget = line.result_ids.filtered(lambda one: one.U)
        self.assertAlmostEqual(budget[:1].ratio, 0.010 / 0.004, 3)

    def test_boundary_is_decided_exactly(self):
        """A corrected error exactly on its limit passes, a digit more fails."""
        record = self._filed("B-1", 1, ("3", "3.013"))  # error 0.010, mpe 0.05
        self.assertFalse(self._ranked("-0.040").line_ids.changes)
        line = self._ranked("-0.0400000001").line_ids
        self.assertEqual(line.record_id, record)
        self.assertTrue(line.changes)

    def test_period(self):
        """Results of the day of the last good evidence and before are not listed, those
        of the day of the finding are; nobody narrows the period."""
        before = self._filed("C-1", 12, ("3", "3.010"))
        day = self.institution_day - timedelta(days=9)
        check = self.env["metrology.equipment.check"].create(
            {"equipment_id": self.gauge_tester.id}
        )
        check._guard_open().write({"state": "passed", "date": day})
        same = self._filed("C-2", 9, ("3", "3.010"))
        after = self._filed("C-3", 8, ("3", "3.010"))
        today = self._filed("C-4", 0, ("3", "3.010"))
        analysis = self._ranked()
        self.assertEqual((analysis.good_kind, analysis.date_from), ("check", day))
        self.assertEqual(analysis.line_ids.record_id, after | today)
        with self.assertRefused(ValidationError, "cannot be left out"):
            analysis.date_from = day + timedelta(days=1)
        analysis.date_from = day - timedelta(days=5)
        analysis.action_compute()
        self.assertEqual(analysis.line_ids.record_id, before | same | after | today)

    def test_other_equipment_is_not_listed(self):
        """A record made with other equipment is not in question."""
        mine = self._filed("D-1", 1, ("3", "3.010"))
        other = self._new_equipment("Other Gauge", "OG-2", "reference")
        analysis = self._ranked(equipment_id=other.id)
        self.assertFalse(analysis.line_ids)
        self.assertEqual(self._ranked().line_ids.record_id, mine)

    def test_table_and_certificates(self):
        """A table is interpolated and not extrapolated; two certificates give theirs;
        what lies outside is for a person to judge and ranks before small shifts."""
        inside = self._filed("E-1", 1, ("3", "3.010"))
        outside = self._filed("E-2", 1, ("20", "20.030"))
        analysis = self._analysis(
            shift_kind="table",
            shift_line_ids=[
                (0, 0, {"point": "0", "shift": "0"}),
                (0, 0, {"point": "6", "shift": "0.006"}),
            ],
        )
        analysis.action_compute()
        by_record = {line.record_id: line for line in analysis.line_ids}
        self.assertEqual(by_record[outside].unknown_count, 2)
        self.assertEqual(analysis.line_ids.record_id[0], outside)
        shifts = by_record[inside].result_ids.mapped("shift")
        # the check of the error and the budget that states the same error
        self.assertEqual(shifts, ["-0.003", "-0.003"])
        newer = self._corrected(
            0, [("0", "0.000"), ("60", "0.120")], date=self.today, number="N-9"
        )
        analysis.write(
            {
                "shift_kind": "certificates",
                "old_traceability_id": self.first.id,
                "new_traceability_id": newer.id,
                "correction_code": "pressure",
            }
        )
        analysis.action_compute()
        by_record = {line.record_id: line for line in analysis.line_ids}
        self.assertFalse(by_record[outside].unknown_count)
        self.assertIn("-0.02", by_record[outside].result_ids.mapped("shift"))
        analysis.correction_code = "mass"
        with self.assertRefused(UserError, "no correction table"):
            analysis.action_compute()

    def test_units(self):
        """A shift in another unit of the quantity is converted; results of another
        quantity are not computed but listed for a person."""
        record = self._filed("F-1", 1, ("3", "3.010"))
        kpa = self.env["metrology.unit"].search(
            [("symbol", "=", "kPa"), ("quantity_id", "=", self.pressure.id)]
        )
        analysis = self._ranked("5", shift_unit_id=kpa.id)
        shifts = analysis.line_ids.result_ids.mapped("shift")
        self.assertEqual(shifts, ["-0.005", "-0.005"])
        other = self.env["metrology.unit"].search(
            [("quantity_id", "!=", self.pressure.id)], limit=1
        )
        analysis.shift_unit_id = other
        analysis.action_compute()
        self.assertEqual(analysis.line_ids.record_id, record)
        self.assertEqual(analysis.line_ids.unknown_count, 2)

    def test_not_locked_yet(self):
        """What was submitted but not filed yet is listed and computed, too."""
        record = self._filed("G-9", 1, ("3", "3.050"), lock=False)
        line = self._ranked("-0.010").line_ids
        self.assertEqual((line.record_id, line.changes), (record, True))

    @requirement("S0-5.5.3")
    def test_failed_check_lists(self):
        """A failed check stops the equipment and lists what was measured since the last
        good evidence; a check without data is refused."""
        record = self._filed("H-1", 1, ("3", "3.010"))
        check = self._failed_check()
        self.assertEqual(check.state, "failed")
        self.assertEqual(self.gauge_tester.metrology_state, "suspended")
        analysis = self.env["metrology.impact.analysis"].search(
            [("equipment_id", "=", self.gauge_tester.id)]
        )
        self.assertEqual((analysis.finding_kind, analysis.state), ("check", "open"))
        self.assertEqual(analysis.line_ids.record_id, record)
        self.assertFalse(analysis.has_shift)
        action = check.with_user(self.keeper).action_impact_analysis()
        self.assertEqual(action["res_id"], analysis.id)
        empty = (
            self.env["metrology.equipment.check"]
            .with_user(self.keeper)
            .create(
                {
                    "equipment_id": self.gauge_tester.id,
                    "procedure_id": check.procedure_id.id,
                }
            )
        )
        with self.assertRefused(UserError, "no data"):
            empty.action_done()

    @requirement("S1-7.3.3-7")
    def test_stopped_equipment(self):
        """Stopped equipment is offered no more, what it measured since the last good
        evidence is listed, and it is not used again without a new confirmation."""
        record = self._filed("I-1", 1, ("3", "3.010"))
        Equipment = self.env["maintenance.equipment"]
        usable = Equipment._domain_usable(self.today)
        self.assertIn(self.gauge_tester, Equipment.search(usable))
        self.gauge_tester.with_user(self.keeper)._register_event(
            "suspend", "overloaded to 90 MPa"
        )
        self.assertNotIn(self.gauge_tester, Equipment.search(usable))
        analysis = self.env["metrology.impact.analysis"].search(
            [("equipment_id", "=", self.gauge_tester.id)]
        )
        self.assertEqual(analysis.finding_kind, "event")
        self.assertEqual(analysis.note, "overloaded to 90 MPa")
        self.assertEqual(analysis.line_ids.record_id, record)
        with self.assertRefused(UserError, "confirmed after it was"):
            self.gauge_tester.with_user(self.keeper)._register_event("resume", "fine")

    def test_refused_certificate(self):
        """A certificate judged not fit for use opens the analysis with the difference
        of its corrections to those that were used."""
        record = self._filed("J-1", 1, ("3", "3.010"))
        bad = self._corrected(
            0,
            [("0", "0.000"), ("60", "1.2")],
            confirm=False,
            date=self.today,
            number="B-9",
        )
        bad.with_user(self.keeper).action_refuse("drifted by 2 %")
        analysis = self.env["metrology.impact.analysis"].search(
            [("finding_model", "=", "metrology.traceability")]
        )
        self.assertEqual(analysis.shift_kind, "certificates")
        self.assertEqual(analysis.old_traceability_id, self.first)
        self.assertEqual(analysis.line_ids.record_id, record)
        self.assertTrue(analysis.has_shift)
        # 3 MPa: 0.060 now, 0.003 was used
        self.assertEqual(analysis.shift_unit_id, self.mpa)
        self.assertIn("-0.057", analysis.line_ids.result_ids.mapped("shift"))

    def test_decisions_and_closing(self):
        """Only the technical head or quality decides, each line once and with a reason;
        an analysis with open lines or records on hold is not closed."""
        first = self._filed("L-1", 1, ("3", "3.010"))
        second = self._filed("L-2", 1, ("3", "3.050"), lock=False)
        analysis = self._ranked("-0.010")
        lines = analysis.line_ids
        with self.assertRaises(AccessError):
            lines.with_user(self.anna).action_no_effect("small")
        with self.assertRefused(UserError, "reason"):
            lines.with_user(self.quality).action_no_effect(" ")
        with self.assertRefused(UserError, "is not decided upon"):
            analysis.with_user(self.quality).action_close("done")
        by_record = {line.record_id: line for line in lines}
        mine = by_record[first].with_user(self.quality)
        mine.action_no_effect("0.010 is below a third of U")
        self.assertEqual(mine.decided_by_id, self.quality)
        with self.assertRefused(UserError, "was decided upon by"):
            mine.action_no_effect("again")
        held = by_record[second].with_user(self.quality)
        held.action_hold("to be measured again")
        with self.assertRefused(UserError, "is on hold because of"):
            second.with_user(self.carl).action_check(self.carl.login)
        with self.assertRefused(UserError, "is not decided upon"):
            analysis.with_user(self.quality).action_close("done")
        held.action_repeat("to be measured again")
        self.assertEqual((second.state, second.impact_hold_id.id), ("running", False))
        with self.assertRefused(UserError, "not in the house"):
            other = self._ranked("-0.011", user=self.quality).line_ids
            other.action_repeat("x")
        with self.assertRaises(AccessError):
            analysis.with_user(self.keeper).action_close("done")
        analysis.with_user(self.quality).action_close("One record measured again")
        self.assertEqual(analysis.state, "closed")
        with self.assertRefused(UserError, "stays as it is"):
            analysis.with_user(self.head).write({"note": "other"})
        with self.assertRefused(UserError, "decided upon already"):
            analysis.with_user(self.head).action_compute()

    def test_nothing_is_written_by_hand(self):
        """Neither lines, results nor decisions are written over RPC, by no role."""
        self._filed("M-1", 1, ("3", "3.010"))
        analysis = self._ranked()
        line = analysis.line_ids
        for user in (self.head, self.quality, self.keeper):
            with self.assertRefused(UserError, "buttons"):
                line.with_user(user).write({"decision": "no_effect"})
            with self.assertRaises(AccessError):
                line.with_user(user).write({"ratio": 0})
            with self.assertRaises(AccessError):
                line.result_ids.with_user(user).write({"changes": False})
            with self.assertRaises(AccessError):
                line.with_user(user).unlink()
            for name, value in (("state", "closed"), ("has_shift", False)):
                with self.assertRefused(UserError, "buttons"):
                    analysis.with_user(user).write({name: value})
            with self.assertRefused(UserError, "stays on file"):
                analysis.with_user(user).unlink()
        with self.assertRaises(AccessError):
            self._analysis(self.anna)
        with self.assertRaises(AccessError):
            analysis.with_user(self.anna).action_compute()

    def test_incomplete_shift_is_refused(self):
        """A shift that is no number, or a table of one point, names the analysis."""
        self._filed("N-1", 1, ("3", "3.010"))
        with self.assertRefused(ValidationError, "is not a number"):
            self._analysis(shift_kind="constant", shift_value="0,0x")
        with self.assertRefused(UserError, "give the shift"):
            self._ranked("")
        analysis = self._analysis(
            shift_kind="table", shift_line_ids=[(0, 0, {"point": "0", "shift": "0"})]
        )
        with self.assertRefused(UserError, "at least two points"):
            analysis.action_compute()
        self.assertEqual(analysis.state, "draft")

    def test_queries_do_not_grow(self):
        """Listing five records needs as many queries as listing one."""
        self._filed("O-1", 1, ("3", "3.010"))
        analysis = self._analysis(shift_kind="constant", shift_value="0.01")
        one = self._count(analysis.action_compute)
        for number in range(4):
            self._filed(f"O-1{number}", 1, ("3", f"3.01{number}"))
        other = self._analysis(shift_kind="constant", shift_value="0.01")
        five = self._count(other.action_compute)
        self.assertEqual(other.record_count, 5)
        self.assertLessEqual(five, one)

    def test_queries_of_unfiled_records_do_not_grow(self):
        """Four records that are submitted but not filed need as many queries as one,
        and their results are counted."""
        self._filed("O-2", 1, ("3", "3.010"), lock=False)
        analysis = self._analysis(shift_kind="constant", shift_value="0.01")
        one = self._count(analysis.action_compute)
        self.assertEqual(analysis.result_count, 2)
        for number in range(3):
            self._filed(f"O-2{number}", 1, ("3", f"3.01{number}"), lock=False)
        other = self._analysis(shift_kind="constant", shift_value="0.01")
        four = self._count(other.action_compute)
        self.assertEqual((other.record_count, other.result_count), (4, 8))
        self.assertLessEqual(four, one)

    def test_rows_agree_with_exact_computing(self):
        """Every listed result says what the exact functions say of it."""
        for number in range(6):
            self._filed(f"P-{number}", 1, ("3", f"3.0{number}1"), ("1", f"1.0{number}"))
        analysis = self._ranked("0.0125")
        rows = analysis.line_ids.result_ids.filtered("result_id.rule")
        self.assertEqual(len(rows), 12)
        delta = -impact.Shift(constant="0.0125").constant
        for row in rows:
            result = row.result_id
            texts = (result.compared, result.lower, result.upper, False, False)
            self.assertEqual(
                row.verdict_after, impact.decide(result.rule, texts, delta)
            )

    def test_printed(self):
        """The report names evidence, period, ranking, decisions and reasons."""
        record = self._filed("Q-1", 1, ("3", "3.050"))
        analysis = self._ranked("-0.010", user=self.quality)
        analysis.line_ids.action_no_effect("below U / 3")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "metrology_impact.report_impact", analysis.ids
        )
        text = html.decode()
        for part in (
            "影响分析报告",
            analysis.name,
            self.gauge_tester.name,
            self.first.number,
            record.name,
            "below U / 3",
            self.quality.name,
        ):
            self.assertIn(part, text)
