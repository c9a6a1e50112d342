# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import RecordCommon

#: A sheet whose values are corrected by the table "pressure" of the standard.
DEFINITION = {
    "schema": 1,
    "title": "Corrected",
    "blocks": [
        {
            "kind": "fields",
            "name": "head",
            "fields": [
                {
                    "name": "pcor",
                    "label": "Correction of the standard",
                    "type": "correction",
                    "code": "pressure",
                    "sample": [["0", "0"], ["100", "1"]],
                },
                {"name": "mpe"},
            ],
        },
        {
            "kind": "table",
            "name": "points",
            "columns": [
                {"name": "p"},
                {"name": "shown"},
                {
                    "name": "error",
                    "type": "formula",
                    "formula": "shown - (p + correction(pcor, p))",
                },
            ],
        },
        {
            "kind": "budget",
            "name": "budget",
            "table": "points",
            "model": "d",
            "result": {"name": "E", "unit": "MPa"},
            "quantities": [
                {
                    "name": "d",
                    "dist": "normal",
                    "x": "error",
                    "U": "pcor_U",
                    "k": "pcor_k",
                }
            ],
        },
        {
            "kind": "conclusion",
            "name": "conclusion",
            "rule": "regulation",
            "checks": [
                {
                    "name": "indication",
                    "table": "points",
                    "value": "error",
                    "limit": "mpe",
                    "unit": "MPa",
                }
            ],
        },
    ],
}


def typed(*points):
    """Return what is typed: mpe and (nominal, shown) pairs."""
    return {
        "fields": {"mpe": "0.05"},
        "tables": {"points": [{"p": p, "shown": shown} for p, shown in points]},
        "budgets": {},
        "items": {},
    }


class CorrectionCommon(RecordCommon):
    """Provides, beside RecordCommon, a template that reads the table ``pressure`` of the
    standard, and certificates with such tables.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.version.template_id.active = False
        cls.first = cls._corrected(2, [("0", "0.000"), ("6", "0.006"), ("60", "0.060")])
        template = (
            cls.env["metrology.record.template"]
            .with_user(cls.dora)
            .create({"name": "Corrected", "method_ids": [(6, 0, cls.method.ids)]})
        )
        version = (
            cls.env["metrology.record.template.version"]
            .with_user(cls.dora)
            .create({"template_id": template.id, "definition": DEFINITION})
        )
        version.save_draft(typed(("1.0", "1.02")))
        version.action_submit_approval()
        version.with_user(cls.head).action_approve()
        cls.corrected_version = version.with_env(cls.env)
        cls.corrected = cls._open("K-1")

    @classmethod
    def _corrected(cls, months_ago, points, confirm=True, **values):
        certificate = cls._new_certificate(
            cls.gauge_tester, confirm=False, months_ago=months_ago, **values
        )
        cls.env["metrology.correction"].create(
            {
                "traceability_id": certificate.id,
                "code": "pressure",
                "quantity_id": cls.pressure.id,
                "unit_id": cls.mpa.id,
                "line_ids": [
                    (0, 0, {"value": x, "correction": c, "uncertainty": "0.004"})
                    for x, c in points
                ],
            }
        )
        if confirm:
            certificate.action_confirm()
        return certificate

    @classmethod
    def _open(cls, serial):
        job = cls._new_job(cls.capability, "verification", serial=serial)
        job.with_user(cls.anna).action_start()
        return job.record_ids

    def _errors(self, record):
        sheet = record.with_user(self.anna).get_entry_sheet()
        return [row["error"]["text"] for row in sheet["result"]["tables"]["points"]]


@tagged("post_install", "-at_install")
class TestCorrection(CorrectionCommon):
    """Records read the correction tables of the equipment's file."""

    def test_interpolated_exactly(self):
        """The correction is linear between the typed points and exact; the sheet and
        the evidence name certificate and equipment; usable in a budget with its U."""
        self._submit(self.corrected, typed(("3", "3.010"), ("1", "1.02")))
        self.assertEqual(self._errors(self.corrected), ["0.007", "0.019"])
        kept = self.corrected.evidence["corrections"]["pcor"]
        self.assertEqual(kept["source"], self.first.number)
        self.assertEqual(kept["traceability_id"], self.first.id)
        self.assertEqual(kept["equipment_id"], self.gauge_tester.id)
        self.assertEqual(kept["points"][1], ["6", "0.006", "0.004"])
        value = self.corrected.result["values"]["pcor"]["text"]
        self.assertIn(self.first.number, value)
        budget = self.corrected.result["budgets"]["budget"][0]
        self.assertEqual(budget["reported"]["uncertainty"], "0.0040")
        self.assertFalse(self.corrected._result_differences())

    def test_third_of_an_interval_is_exact(self):
        """What goes into a budget is the exact value, not a text of twelve digits."""
        self._type(self.corrected, typed(("1", "1.333333333333333333")))
        result = self.corrected.with_user(self.anna).get_entry_sheet()["result"]
        # 1.333333333333333333 - 1 - 0.001: eighteen decimals
        self.assertAlmostEqual(
            float(result["budgets"]["budget"][0]["y"]), 0.332333333333, 12
        )
        definition = self.corrected_version._get_definition()
        from ..tools.compute import _Computation

        run = _Computation(
            definition,
            typed(("1", "1.333333333333333333")),
            "zh_CN",
            self.corrected._get_curves()[self.corrected.id],
        )
        run.run()
        exact = run.given["points.E"][0]
        self.assertEqual(str(exact), "332333333333333333/1000000000000000000")

    def test_missing_table_or_outside_is_refused(self):
        """No table in force, or a value outside it, keeps the record from submission,
        with the reason; nothing is extrapolated."""
        self._type(self.corrected, typed(("61", "61.02")))
        with self.assertRefused(UserError, "61 lies outside the correction table"):
            self.corrected.with_user(self.anna).action_submit("rec_anna")
        job = self._new_job(self.capability, "verification", serial="K-2")
        other = self._new_equipment("Other Gauge", "OG-1", "reference")
        job.standard_ids = self._new_standard(
            "Without Table",
            number="[2020] 099",
            member_ids=[(0, 0, {"equipment_id": other.id, "role": "main"})],
        )
        job.with_user(self.anna).action_start()
        self._type(job.record_ids, typed(("1", "1.02")))
        with self.assertRefused(UserError, "No measurement standard of the job"):
            job.record_ids.with_user(self.anna).action_submit("rec_anna")
        self.assertEqual(job.record_ids.state, "running")

    def test_two_tables_are_refused(self):
        """Two pieces of equipment with the table asked for: the record does not choose."""
        certificate = self._new_certificate(self.barometer, False, months_ago=1)
        self.env["metrology.correction"].create(
            {
                "traceability_id": certificate.id,
                "code": "pressure",
                "line_ids": [
                    (0, 0, {"value": x, "correction": "0"}) for x in ("0", "10")
                ],
            }
        )
        certificate.action_confirm()
        self._type(self.corrected, typed(("1", "1.02")))
        with self.assertRefused(UserError, "is given by"):
            self.corrected.with_user(self.anna).action_submit("rec_anna")

    @requirement("S1-7.3.3-11")
    def test_newer_factors(self):
        """Confirmed factors serve new records; a submitted record keeps the old set; one
        measured before their day keeps it too; an open one with the outdated set is told
        and cannot be submitted until it was computed with the new one."""
        self._submit(self.corrected, typed(("3", "3.010")))
        sealed = self.corrected.result
        before, running = self._open("K-3"), self._open("K-4")
        yesterday = fields.Datetime.now() - timedelta(days=1)
        with freeze_time(yesterday):
            self._type(before, typed(("3", "3.010")))
        self._type(running, typed(("3", "3.010")))
        self.assertEqual(self._errors(running), ["0.007"])
        # no certificate of the future: it is dated today
        newer = self._corrected(
            0, [("0", "0.000"), ("60", "0.120")], date=self.today, number="N-2"
        )
        self.assertEqual(self._errors(running), ["0.004"])
        self.assertEqual(self._errors(before), ["0.007"])
        self.assertIn(
            "New corrections",
            running.activity_ids.filtered("user_id").mapped("summary"),
        )
        self.assertEqual(running.activity_ids.user_id, self.anna)
        mine = running.with_user(self.anna)
        self.assertIn("N-2", mine.corrections_note)
        with self.assertRefused(UserError, "are now those of N-2"):
            mine.action_submit("rec_anna")
        with self.assertRaises(AccessError):
            running.with_user(self.dora).action_take_corrections()
        mine.action_take_corrections()
        self.assertFalse(mine.corrections_note)
        mine.action_submit("rec_anna")
        self.assertEqual(
            running.evidence["corrections"]["pcor"]["traceability_id"], newer.id
        )
        before.with_user(self.anna).action_submit("rec_anna")
        self.assertEqual(
            before.evidence["corrections"]["pcor"]["traceability_id"], self.first.id
        )
        fresh = self._open("K-5")
        self._type(fresh, typed(("3", "3.010")))
        self.assertEqual(self._errors(fresh), ["0.004"])
        self.assertEqual(self.corrected.result, sealed)
        self.assertEqual(self.first._get_standing_records(), self.corrected | before)

    def test_saving_again_takes_the_new_ones(self):
        """The next saving of a sheet is computed with the version in force."""
        self._type(self.corrected, typed(("3", "3.010")))
        self._corrected(0, [("0", "0"), ("60", "0.12")], date=self.today, number="N-2")
        self._type(self.corrected, typed(("3", "3.011")))
        self.corrected.with_user(self.anna).action_submit("rec_anna")
        self.assertEqual(self._errors(self.corrected), ["0.005"])

    def test_late_certificate_lists_who_used_the_old(self):
        """A certificate confirmed after records of its time were submitted alters none:
        their authors are asked, and the list names them."""
        self._submit(self.corrected, typed(("3", "3.010")))
        result = self.corrected.result
        late = self._corrected(
            0,
            [("0", "0"), ("60", "0.12")],
            date=self.today - relativedelta(days=3),
            number="L-1",
        )
        self.assertEqual(self.corrected.result, result)
        self.assertEqual(late._get_outdated_users()[late], self.corrected)
        self.assertEqual(late.activity_ids.user_id, self.anna)
        self.assertIn(self.corrected.name, late.activity_ids.note)

    @requirement("S2-6.5b")
    def test_usage_is_logged_once(self):
        """A submission writes who used which equipment when for which sample; again
        after a return writes no second row; no row is deleted or changed, by nobody."""
        self._submit(self.corrected, typed(("3", "3.010")))
        domain = [
            ("document_model", "=", "metrology.record"),
            ("document_id", "=", self.corrected.id),
        ]
        rows = self.env["metrology.equipment.usage"].search(domain)
        self.assertEqual(rows.equipment_id, self.gauge_tester | self.barometer)
        self.assertEqual(rows.user_id, self.anna)
        self.assertEqual(rows.sample_id, self.corrected.sample_id)
        self.assertTrue(all(rows.mapped("time")))
        with self.assertRaises(UserError):
            rows.with_user(self.keeper).unlink()
        with self.assertRefused(UserError, "history"):
            rows.unlink()
        with self.assertRefused(UserError, "history"):
            rows.write({"note": "other"})
        self.corrected.with_user(self.carl).action_return("typing error")
        self._type(self.corrected, typed(("3", "3.012")))
        self.corrected.with_user(self.anna).action_submit("rec_anna", "typing error")
        self.assertEqual(self.env["metrology.equipment.usage"].search(domain), rows)

    def test_equipment_of_a_record(self):
        """A submitted record stands on the certificates of its day of measurement;
        nobody writes that by hand."""
        self._submit(self.corrected, typed(("3", "3.010")))
        lines = self.corrected.equipment_line_ids
        self.assertEqual(lines.equipment_id, self.gauge_tester | self.barometer)
        self.assertEqual(set(lines.mapped("day")), {self.today})
        mine = lines.filtered(lambda line: line.equipment_id == self.gauge_tester)
        self.assertEqual(mine.traceability_id, self.first)
        with self.assertRaises(UserError):
            mine.with_user(self.head).write({"day": "2020-01-01"})
        self.env.cr.execute("DELETE FROM metrology_record_equipment")
        self.env["metrology.record.equipment"]._fill()
        self.corrected.invalidate_recordset()
        self.assertEqual(
            self.corrected.equipment_line_ids.equipment_id,
            self.gauge_tester | self.barometer,
        )

    def test_queries_do_not_grow(self):
        """Submitting three corrected records needs as many queries to read the tables
        as submitting one."""
        records = self.corrected | self._open("K-6") | self._open("K-7")
        one = self._count(lambda: self.corrected._get_curves())
        three = self._count(lambda: records._get_curves())
        self.assertLessEqual(three, one + 1)

    def test_definition_faults(self):
        """A correction field has no formula, default or typed value."""
        from ..tools.data import clean
        from ..tools.definition import DefinitionError, parse

        bad = {
            "schema": 1,
            "title": "x",
            "blocks": [
                {
                    "kind": "fields",
                    "name": "f",
                    "fields": [
                        {"name": "a"},
                        {
                            "name": "c",
                            "type": "correction",
                            "default": "1",
                            "sample": [["0", "1"]],
                            "role": "spare",
                        },
                    ],
                }
            ],
        }
        with self.assertRaises(DefinitionError) as caught:
            parse(bad)
        self.assertEqual(
            {one.code for one in caught.exception.problems},
            {"correction_key", "correction_sample", "value_not_allowed"},
        )
        _data, problems = clean(
            self.corrected_version._get_definition(), {"fields": {"pcor": "1"}}
        )
        self.assertEqual([one.code for one in problems], ["unknown_cell"])
