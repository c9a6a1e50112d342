# SPDX-License-Identifier: AGPL-3.0-only
"""The mathematics of the ranking, with numbers worked out by hand."""

from copy import deepcopy

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.metrology_record.tests.test_correction import DEFINITION, typed

from .common import ImpactCommon


@tagged("post_install", "-at_install")
class TestRanking(ImpactCommon):
    """Corrected value, shift / U and verdict of records under one shift."""

    def _numbers(self, line):
        """Return {point: (correction, corrected value, verdict)} of the checks."""
        return {
            row.point: (row.shift, row.corrected, row.verdict_after)
            for row in line.result_ids
            if row.result_id.rule
        }

    def _relative(self, unit="MPa"):
        """Use a template whose errors are in % of the point, limit 1 %."""
        definition = deepcopy(DEFINITION)
        _fields, table, budget, conclusion = definition["blocks"]
        table["columns"][0]["unit"] = unit
        table["columns"][2]["formula"] = "(shown - p) / p * 100"
        budget["result"]["unit"] = "%"
        conclusion["checks"][0]["unit"] = "%"
        self.corrected_version.template_id.active = False
        template = (
            self.env["metrology.record.template"]
            .with_user(self.dora)
            .create({"name": "Relative", "method_ids": [(6, 0, self.method.ids)]})
        )
        version = (
            self.env["metrology.record.template.version"]
            .with_user(self.dora)
            .create({"template_id": template.id, "definition": definition})
        )
        version.save_draft(typed(("1.0", "1.02")))
        version.action_submit_approval()
        version.with_user(self.head).action_approve()

    def _filed_relative(self, serial, *points):
        record = self._open(serial)
        data = typed(*points)
        data["fields"]["mpe"] = "1"
        self._submit(record, data)
        record.with_user(self.carl).action_check(self.carl.login)
        return record

    def test_shift_of_the_point(self):
        """The correction was 0.001 p and is 0.004 p up to 3, then steeper: at 2 MPa the
        shift is 0.008 - 0.002, at 5 MPa 0.024 - 0.005. U is 0.004."""
        record = self._filed("T-1", 1, ("2", "1.958"), ("5", "4.960"))
        newer = self._corrected(
            0,
            [("0", "0"), ("3", "0.012"), ("6", "0.030"), ("60", "0.300")],
            date=self.today,
            number="N-7",
        )
        analysis = self._analysis(
            shift_kind="certificates",
            old_traceability_id=self.first.id,
            new_traceability_id=newer.id,
            correction_code="pressure",
        )
        analysis.action_compute()
        line = analysis.line_ids
        self.assertEqual(line.record_id, record)
        # errors: 1.958 - 2.002 = -0.044, moved by -0.006 exactly onto the limit;
        # 4.960 - 5.005 = -0.045, moved by -0.019 beyond it
        self.assertEqual(
            self._numbers(line),
            {"2": ("-0.006", "-0.05", "pass"), "5": ("-0.019", "-0.064", "fail")},
        )
        stated = {row.point: row.ratio for row in line.result_ids if row.U}
        self.assertAlmostEqual(stated["2"], 0.006 / 0.004, 3)
        self.assertAlmostEqual(stated["5"], 0.019 / 0.004, 3)
        # the check states no U: MPE/3 stands for it
        assumed = {row.point: row.ratio for row in line.result_ids if row.assumed}
        self.assertAlmostEqual(assumed["5"], 0.019 / (0.05 / 3), 3)
        self.assertAlmostEqual(line.ratio, 4.75, 3)
        self.assertEqual((line.changed_count, line.band), (1, "changes"))

    def test_bands(self):
        """Up to U/3, up to U, above U: U is 0.004 and MPE/3 is 0.0167."""
        self._filed("T-2", 1, ("3", "3.003"))
        for shift, band in (
            ("0.0013", "small"),  # 0.325 U
            ("0.0014", "third"),  # 0.35 U
            ("0.004", "third"),  # U itself
            ("0.0041", "above"),
            ("0.06", "changes"),
        ):
            line = self._ranked(shift).line_ids
            self.assertEqual(line.band, band, shift)

    def test_relative_errors(self):
        """+0.02 MPa is -0.5 % at 4 MPa and -1 % at 2 MPa, decided exactly; of a span of
        10 MPa it is -0.2 % everywhere; unless it is said of what, a person judges."""
        self._relative()
        record = self._filed_relative(
            "T-3", ("4", "3.98"), ("4.0", "3.979"), ("2", "2.01")
        )
        analysis = self._ranked("0.02", shift_unit_id=self.mpa.id)
        line = analysis.line_ids
        self.assertEqual((line.record_id, line.band), (record, "judge"))
        self.assertEqual(line.unknown_count, line.result_count)
        analysis.relative_to = "point"
        analysis.action_compute()
        self.assertEqual(
            self._numbers(analysis.line_ids),
            {
                "4": ("-0.5", "-1", "pass"),
                "4.0": ("-0.5", "-1.025", "fail"),
                "2": ("-1", "-0.5", "pass"),
            },
        )
        analysis.write({"relative_to": "span", "relative_span": "10"})
        analysis.action_compute()
        self.assertEqual(
            self._numbers(analysis.line_ids)["4.0"], ("-0.2", "-0.725", "pass")
        )
        self.assertFalse(analysis.line_ids.changes)
        analysis.relative_span = False
        with self.assertRefused(UserError, "give the span"):
            analysis.action_compute()

    def test_relative_errors_at_points_of_another_unit(self):
        """20 kPa is 0.02 MPa: -0.5 % at 4 MPa; the shift's table is in kPa, too."""
        self._relative()
        self._filed_relative("T-4", ("4", "3.98"))
        kpa = self.env["metrology.unit"].search(
            [("symbol", "=", "kPa"), ("quantity_id", "=", self.pressure.id)]
        )
        analysis = self._analysis(
            shift_kind="table",
            shift_unit_id=kpa.id,
            relative_to="point",
            shift_line_ids=[
                (0, 0, {"point": "3000", "shift": "10"}),
                (0, 0, {"point": "5000", "shift": "30"}),
            ],
        )
        analysis.action_compute()
        self.assertEqual(
            self._numbers(analysis.line_ids), {"4": ("-0.5", "-1", "pass")}
        )

    def test_units_are_asked_for(self):
        """Results in MPa and in % under a shift without a unit are refused by name."""
        self._filed("T-5", 1, ("3", "3.010"))
        self._relative()
        self._filed_relative("T-6", ("4", "3.98"))
        with self.assertRefused(UserError, "%, MPa are in question"):
            self._ranked("0.01")
        analysis = self._ranked("0.01", shift_unit_id=self.mpa.id)
        # 0.010 MPa is 2.5 U of the one; the other is relative, to what nobody said
        self.assertEqual(analysis.line_ids.mapped("band"), ["judge", "above"])

    def test_auxiliary_equipment(self):
        """The barometer stands beside the standard in every record: its shift does not
        carry over to the errors, a person judges, unless he says how it does."""
        record = self._filed("T-7", 1, ("3", "3.048"))
        analysis = self._ranked(
            "-0.02", equipment_id=self.barometer.id, shift_unit_id=self.mpa.id
        )
        line = analysis.line_ids
        self.assertEqual((line.record_id, line.band), (record, "judge"))
        self.assertTrue(line.is_auxiliary)
        self.assertFalse(line.changes)
        self.assertEqual(set(line.result_ids.mapped("corrected")), {False})
        self.assertIn(self.gauge_tester.name, line.other_equipment)
        analysis.effect = "subtract"
        analysis.action_compute()
        line = analysis.line_ids
        # 3.048 - 3.003 = 0.045, moved by +0.02
        self.assertEqual(self._numbers(line), {"3": ("0.02", "0.065", "fail")})

    def test_two_standards_of_one_record(self):
        """A record that stands on two pieces of equipment is listed for each, and what
        one analysis holds up is let go only when the other one lets go as well."""
        record = self._filed("T-8", 1, ("3", "3.010"), lock=False)
        mine = self._ranked("0.001", user=self.quality)
        other = self._ranked("0.001", user=self.quality, equipment_id=self.barometer.id)
        self.assertEqual(mine.line_ids.record_id, other.line_ids.record_id)
        self.assertIn(self.barometer.name, mine.line_ids.other_equipment)
        mine.line_ids.action_hold("the piston")
        other.line_ids.action_hold("the barometer")
        self.assertEqual(record.impact_hold_id, mine)
        mine.line_ids.action_no_effect("below U / 3")
        self.assertEqual(record.impact_hold_id, other)
        with self.assertRefused(UserError, "is on hold because of"):
            record.with_user(self.carl).action_check(self.carl.login)
        other.line_ids.action_no_effect("no part of the result")
        record.with_user(self.carl).action_check(self.carl.login)
        self.assertEqual(record.state, "locked")

    def test_expired_evidence(self):
        """A certificate that has expired since was good evidence on its day: what was
        measured after it, also after it expired, is in question."""
        old = self._new_equipment("Old Gauge", "OG-1", "reference", certified=False)
        certificate = self._new_certificate(old, months_ago=14)
        certificate.flush_recordset()
        self.assertLess(certificate.date_to, self.today)
        analysis = self._analysis(equipment_id=old.id)
        self.assertEqual(analysis.good_kind, "certificate")
        self.assertEqual(analysis.date_from, certificate.date)
        # nothing on file at all: everything is in question
        bare = self._new_equipment("Bare Gauge", "BG-1", "reference", certified=False)
        analysis = self._analysis(equipment_id=bare.id)
        self.assertEqual((analysis.good_kind, analysis.date_from), ("none", False))

    def test_other_certificate(self):
        """The difference of two certificates says nothing of what stood on a third."""
        record = self._filed("T-9", 1, ("3", "3.010"))
        tables = [[("0", "0"), ("60", "0.6")], [("0", "0"), ("60", "0.9")]]
        old, new = (
            self._corrected(1, points, confirm=False, number=f"X-{n}")
            for n, points in enumerate(tables)
        )
        analysis = self._analysis(
            shift_kind="certificates",
            old_traceability_id=old.id,
            new_traceability_id=new.id,
            correction_code="pressure",
        )
        analysis.action_compute()
        line = analysis.line_ids
        self.assertEqual((line.record_id, line.band), (record, "judge"))

    def test_refused_although_no_shift(self):
        """A bad certificate whose table does not meet the one before is refused all the
        same; the analysis is listed without a shift and says why."""
        record = self._filed("T-10", 1, ("3", "3.010"))
        bad = self._corrected(
            0,
            [("100", "0.1"), ("200", "0.2")],
            confirm=False,
            date=self.today,
            number="B-8",
        )
        bad.with_user(self.keeper).action_refuse("drifted")
        self.assertEqual(bad.state, "refused")
        analysis = self.env["metrology.impact.analysis"].search(
            [("equipment_id", "=", self.gauge_tester.id)]
        )
        self.assertEqual(analysis.shift_kind, "unknown")
        self.assertEqual(analysis.line_ids.record_id, record)
        self.assertEqual(analysis.line_ids.band, "unknown")
        self.assertIn("at least two points", analysis.message_ids[0].body)
