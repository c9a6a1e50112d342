# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import EquipmentCommon


@tagged("post_install", "-at_install")
class TestEquipmentFile(EquipmentCommon):
    def _fresh(self, name="New Gauge", serial="N-1", **values):
        """Return equipment with a complete file that was not put in use yet."""
        equipment = self._new_equipment(name, serial, "reference", **values)
        equipment._guard_open().metrology_state = "new"
        return equipment.with_user(self.keeper)

    def test_starts_as_not_in_use(self):
        """What the keeper enters is not in use and cannot be used."""
        equipment = (
            self.env["maintenance.equipment"]
            .with_user(self.keeper)
            .create({"name": "Gauge", "metrology_use": "reference"})
        )
        self.assertEqual(equipment.metrology_state, "new")
        self.assertIn("equipment_state", self._codes(equipment))
        with self.assertRefused(UserError):
            equipment.write({"metrology_state": "qualified"})

    def test_put_in_use(self):
        """A complete file lets it be used: qualified, or permitted without calibration."""
        equipment = self._fresh()
        equipment._register_event("commission", "Accepted and calibrated")
        self.assertEqual(equipment.metrology_state, "qualified")
        self.assertEqual(self._codes(equipment), [])
        pump = self._fresh("Pump", "P-1", certified=False)
        pump.write({"metrology_use": "auxiliary", "traceability_required": False})
        pump._register_event("commission", "Works, holds pressure")
        self.assertEqual(pump.metrology_state, "permitted")
        self.assertEqual(self._codes(pump), [])

    @requirement("S0-5.3.4-1")
    def test_dossier_holds_everything_by_date(self):
        """Every certificate, repair and check in date order; no use without acceptance."""
        equipment = self._fresh(certified=False)
        for months in (1, 14, 26):
            self._new_certificate(equipment, months_ago=months)
        procedure = self._new_procedure("QP-12", "check")
        dates = []
        for months in (2, 5):
            day = self.today - relativedelta(months=months)
            check = self.env["metrology.equipment.check"].create(
                {
                    "equipment_id": equipment.id,
                    "procedure_id": procedure.id,
                    "line_ids": [
                        (
                            0,
                            0,
                            {"reference": "10", "measured": "10.01", "limit": "0.02"},
                        )
                    ],
                }
            )
            check.action_done()
            check._guard_open().date = day
            dates.append(str(day))
        for days, subject in ((40, "Valve replaced"), (400, "Cable replaced")):
            self.env["maintenance.request"].create(
                {
                    "name": subject,
                    "equipment_id": equipment.id,
                    "maintenance_type": "corrective",
                    "request_date": self.today - relativedelta(days=days),
                }
            )
        html = self._print("report_equipment_dossier", equipment)
        for expected in (
            [f"C-{equipment.id}-{months}" for months in (26, 14, 1)],
            sorted(dates),
            ["Cable replaced", "Valve replaced"],
        ):
            places = [html.index(text) for text in expected]
            self.assertEqual(places, sorted(places))
        equipment.accepted_on = False
        with self.assertRefused(UserError, "New Gauge", "Acceptance record"):
            equipment._register_event("commission", "In a hurry")
        self.assertEqual(equipment.metrology_state, "new")

    def _print(self, name, records):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            f"metrology_equipment.{name}", records.ids
        )
        return html.decode()

    @requirement("S1-7.3.3-4")
    def test_certificates_are_entered_whole_and_eight_groups_printed(self):
        """A calibration without date, result, criterion or copy is not saved."""
        certificate = {
            "equipment_id": self.gauge_tester.id,
            "number": "C-9",
            "provider": "National Institute",
            "date": self.today,
            "result": "Largest error 0.02 %",
            "criterion": "MPE 0.05 %",
            "file": b"JVBERi0=",
        }
        Certificate = self.env["metrology.traceability"].with_user(self.keeper)
        for name, label in (
            ("date", "Date of Calibration"),
            ("result", "Result"),
            ("criterion", "Acceptance Criterion"),
            ("file", "Copy of the Certificate"),
        ):
            with self.assertRefused(UserError, "C-9", label):
                Certificate.create({**certificate, "date_to": self.today, name: False})
        entered = Certificate.create(certificate)
        self.assertEqual(
            entered.date_to,
            self.today + relativedelta(months=12) - relativedelta(days=1),
        )
        html = self._print(
            "report_equipment_dossier", self.gauge_tester.with_user(self.user)
        )
        for letter in ("a), b)", "c)", "d)", "e)", "f)", "g)", "h)"):
            self.assertIn(letter, html)
        self.assertIn("C-9", html)

    @requirement("S2-6.5c")
    def test_compliance_report(self):
        """The report names what is missing, nothing for a complete file."""
        complete = self._fresh("Complete Gauge", "N-2")
        self.assertFalse(complete.compliance_gaps)
        lacking = self._fresh("Lacking Gauge", "N-3", manual_reference=False)
        lacking.write({"care_note": False, "room_id": False})
        gaps = lacking._get_compliance_gaps(self.today)[lacking.id]
        self.assertEqual([gap[:2] for gap in gaps], ["d)", "e)", "g)"])
        html = self._print("report_equipment_compliance", complete | lacking)
        self.assertIn("nothing is missing", html)
        self.assertEqual(html.count('<span class="bad">Missing'), 3)
        with self.assertRefused(UserError, "Lacking Gauge", "Maintenance plan"):
            lacking._register_event("commission", "Needed today")
        with self.assertRaises(AccessError):
            complete.with_user(self.user)._register_event("commission", "Mine")
        complete._register_event("commission", "Complete")
        self.assertEqual(complete.metrology_state, "qualified")

    def test_compliance_queries_do_not_grow(self):
        """The report about many pieces costs as many queries as about one."""
        many = self.env["maintenance.equipment"].concat(
            *[self._new_equipment("Gauge", f"Q-{n}", "reference") for n in range(20)]
        )

        def ask(records):
            return records.with_user(self.user)._get_compliance(self.today)

        self.assertEqual(
            self._queries(lambda: ask(many[:1])), self._queries(lambda: ask(many))
        )

    @requirement("S0-5.3.3")
    def test_alternative_evidence(self):
        """Without direct traceability and without linked evidence: not put in use."""
        equipment = self._fresh("Hardness Block", "H-1", certified=False)
        equipment.traceability_mode = "alternative"
        self.assertIn("equipment_no_evidence", self._codes(equipment))
        with self.assertRefused(UserError, "Hardness Block", "comparison"):
            equipment._register_event("commission", "We know it is good")
        evidence = self._new_certificate(
            equipment, kind="comparison", number="PT-2026-3", months_ago=1
        )
        equipment._register_event("commission", "Comparison passed")
        self.assertEqual(equipment.metrology_state, "qualified")
        self.assertEqual(equipment.traceability_due, evidence.date_to)
        after = evidence.date_to + relativedelta(days=1)
        self.assertEqual(self._codes(equipment, after), ["equipment_overdue"])

    def test_comparison_is_no_calibration(self):
        """A comparison does not stand for the calibration of direct traceability."""
        certificate = self._new_certificate(
            self.gauge_tester, confirm=False, kind="comparison", number="PT-1"
        )
        certificate._write({"create_uid": self.keeper.id})
        certificate.invalidate_recordset()
        with self.assertRefused(UserError, "not a calibration"):
            certificate.with_user(self.colleague).action_confirm()

    @requirement("S1-7.3.3-2")
    def test_software_is_validated_before_use(self):
        """A software version without validation is refused; another validates it."""
        Software = self.env["metrology.equipment.software"].with_user(self.keeper)
        version = Software.create(
            {
                "equipment_id": self.gauge_tester.id,
                "name": "PressCal",
                "version": "2.1",
                "validation_note": "Recomputed ten old records: same results",
            }
        )
        self.assertEqual(self._codes(self.gauge_tester), ["equipment_software"])
        with self.assertRefused(UserError, "another person"):
            version.action_validate()
        with self.assertRefused(UserError):
            version.write({"validated_on": self.today})
        version.with_user(self.colleague).action_validate()
        self.assertEqual(self._codes(self.gauge_tester), [])
        with self.assertRefused(UserError):
            version.version = "2.2"
        Software.create(
            {
                "equipment_id": self.gauge_tester.id,
                "name": "PressCal",
                "version": "2.2",
            }
        )
        self.assertEqual(self._codes(self.gauge_tester), ["equipment_software"])

    def test_smart_device_needs_its_procedure(self):
        """A smart device without an operating procedure in force is not used."""
        procedure = self._new_procedure("SOP-7", "operation", version="3")
        device = self.gauge_tester.with_user(self.keeper)
        device.is_smart = True
        self.assertEqual(self._codes(device), ["equipment_no_sop"])
        device.sop_id = procedure
        self.assertEqual(self._codes(device), [])
        procedure.with_user(self.head).action_withdraw("Replaced")
        self.assertEqual(self._codes(device), ["equipment_no_sop"])
        with self.assertRefused(UserError):
            procedure.with_user(self.keeper).write({"withdrawn_on": False})
