# SPDX-License-Identifier: AGPL-3.0-only
import base64
from datetime import datetime, time

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import RecordCommon, gauge_data


@tagged("post_install", "-at_install")
class TestEquipmentUse(RecordCommon):
    """What equipment a record may be opened and submitted with."""

    def _start(self, job):
        """Start a job as its executor, which opens its record."""
        job.with_user(self.anna).action_start()
        return job.record_ids

    def _assert_refused(self, job, *words):
        with self.assertRefused(UserError, *words):
            self._start(job)
        job.invalidate_recordset()
        self.assertFalse(job.record_ids)
        self.assertEqual(job.state, "ready")

    def _enter_certificate(self, number="C-new", **values):
        return (
            self.env["metrology.traceability"]
            .with_user(self.keeper)
            .create(
                {
                    "equipment_id": self.gauge_tester.id,
                    "number": number,
                    "provider": "National Institute",
                    "date": self.today,
                    "criterion": "MPE 0.05 %",
                    "result": "Largest error 0.02 %",
                    "file": base64.b64encode(b"copy"),
                    **values,
                }
            )
        )

    @requirement("S0-5.3.2")
    def test_one_day_after_its_due_date(self):
        """A record of the last day is opened; one of the day after is refused."""
        due = self.gauge_tester.traceability_due
        last, late = (
            self._new_job(self.capability, "verification", serial=f"D-{n}")
            for n in range(2)
        )
        noon = datetime.combine(due, time(4))
        with freeze_time(noon):
            self.assertTrue(self._start(last))
        with freeze_time(noon + relativedelta(days=1)):
            self._assert_refused(late, "Piston Gauge", "overdue", str(due))

    def test_overdue_between_start_and_submit(self):
        """A record opened in time cannot be submitted by overdue equipment either."""
        self._type(self.record, gauge_data())
        due = self.gauge_tester.traceability_due
        with (
            freeze_time(datetime.combine(due, time(4)) + relativedelta(days=1)),
            self.assertRefused(UserError, "overdue"),
        ):
            self.record.with_user(self.anna).action_submit("rec_anna")

    @requirement("S0-5.5.4")
    def test_unconfirmed_certificate(self):
        """A new certificate not yet confirmed refuses the equipment; confirmed, it goes."""
        job = self._new_job(self.capability, "verification", serial="U-1")
        certificate = self._enter_certificate()
        self._assert_refused(job, "Piston Gauge", "C-new", "metrological confirmation")
        certificate.with_user(self.colleague).action_confirm()
        self.assertTrue(self._start(job))

    @requirement("S1-7.3.3-9")
    def test_returned_without_check(self):
        """Equipment back from a loan is refused until it was checked."""
        job = self._new_job(self.capability, "verification", serial="R-1")
        self._new_procedure("QP-21", "offsite")
        equipment = self.gauge_tester.with_user(self.keeper)
        equipment._register_event("leave", "Lent to the mine", purpose="loan")
        equipment._register_event("back", "Brought back")
        self._assert_refused(job, "Piston Gauge", "not checked yet")
        equipment._register_event(
            "return",
            "Checked",
            function_check="Zero and span in order",
            status_check="Seal whole, in date",
        )
        self.assertTrue(self._start(job))

    def _require_accuracy(self, mpe):
        self.gauge_tester.write(
            {
                "metrology_quantity_id": self.pressure.id,
                "metrology_unit_id": self.mpa.id,
                "range_min": "0",
                "range_max": "60",
                "mpe": "0.03",
            }
        )
        self.barometer.category_id = self.env["maintenance.equipment.category"].create(
            {"name": "Barometers"}
        )
        return self.env["metrology.capability.requirement"].create(
            {
                "capability_id": self.capability.id,
                "name": "Standard of JJG 52",
                "category_id": self.category_class.id,
                "unit_id": self.mpa.id,
                "range_max": "60",
                "mpe": mpe,
            }
        )

    @requirement("S1-7.3.3-2")
    def test_accuracy_of_the_method(self):
        """Equipment less accurate than the method asks is refused; good enough, it goes."""
        job = self._new_job(self.capability, "verification", serial="A-1")
        line = self._require_accuracy("0.02")
        self._assert_refused(job, "Piston Gauge", "not accurate enough", "0.02")
        line.mpe = "0.03"
        self.assertTrue(self._start(job))

    @requirement("S1-4.3.3-2")
    def test_four_conditions(self):
        """Method, traceability and confirmation, file of the standard, condition: when
        one fails the equipment is refused, and the message names which."""
        job = self._new_job(self.capability, "verification", serial="F-1")
        keeper = self.gauge_tester.with_user(self.keeper)
        # 1. what the method requires
        line = self._require_accuracy("0.01")
        self._assert_refused(job, "not accurate enough for Standard of JJG 52")
        line.sudo().unlink()
        # 2. traceability and confirmation
        waiting = self._enter_certificate("C-wait")
        self._assert_refused(job, "C-wait", "metrological confirmation")
        waiting.unlink()
        # 3. in the file of the standard
        foreign = self._new_equipment("Foreign Gauge", "X-1", "reference")
        with self.assertRefused(UserError, "Foreign Gauge", "not in the file"):
            job.with_user(self.anna).equipment_ids = foreign
        job.invalidate_recordset()
        # 4. good condition
        keeper._register_event("seal_set", "Sealed by the institute")
        keeper._register_event("seal_broken", "Wire cut")
        self._assert_refused(job, "seal of", "Piston Gauge")
        certificate = self._enter_certificate("C-again")
        certificate.with_user(self.colleague).action_confirm()
        keeper._register_event("seal_set", "Calibrated and sealed by the institute")
        self.assertTrue(self._start(job))

    @requirement("S1-7.3.3-3")
    def test_operators(self):
        """Who is not authorised to operate the class is refused at record and log."""
        job = self._new_job(self.capability, "verification", serial="O-1")
        self.category_class.operator_required = True
        self._assert_refused(job, "Anna", "not authorised to operate Pressure Gauges")
        self._authorize_operator(self.anna_employee)
        self._assert_refused(job, "Ben", "not authorised to operate Pressure Gauges")
        weights = self.env["maintenance.equipment.category"].create({"name": "Weights"})
        other = self._authorize_operator(self.ben_employee, weights)
        self._assert_refused(job, "Ben")
        other._guard_open().state = "revoked"
        self._authorize_operator(self.ben_employee, self.category_class)
        record = self._start(job)
        self.assertTrue(record)
        with self.assertRefused(UserError, "Dora", "Pressure Gauges"):
            self.gauge_tester.with_user(self.dora)._log_usage(
                record.with_user(self.dora)
            )
        dialog = (
            self.env["metrology.equipment.use"]
            .with_user(self.dora)
            .create(
                {
                    "equipment_ids": [(6, 0, self.gauge_tester.ids)],
                    "purpose": "Trial",
                }
            )
        )
        with self.assertRefused(UserError, "Dora"):
            dialog.action_log()
        self.assertFalse(self.gauge_tester.usage_ids)

    def _authorize_operator(self, employee, categories=None):
        return (
            self.env["metrology.authorization"]
            .sudo()
            .create(
                {
                    "employee_id": employee.id,
                    "activity": "operate",
                    "capability_id": self.capability.id,
                    "equipment_category_ids": [
                        (6, 0, categories.ids if categories else [])
                    ],
                    "date_from": self.today - relativedelta(months=1),
                    "date_to": self.today + relativedelta(years=1),
                    "competence_confirmed_on": self.today - relativedelta(months=1),
                    "competence_evidence": "Training and assessment",
                    "state": "active",
                    "issued_by_id": self.head.id,
                }
            )
        )

    def test_classes_of_an_issued_authorization_stay(self):
        """An issued authorization is not widened to other classes."""
        issued = self._authorize_operator(self.anna_employee, self.category_class)
        with self.assertRefused(UserError):
            issued.with_user(self.head).equipment_category_ids = [(5, 0, 0)]

    @requirement("S2-6.5b")
    def test_submit_logs_the_use(self):
        """Submitting logs who used it when on which sample; nobody deletes the row."""
        self._submit(self.record)
        for equipment in self.gauge_tester | self.barometer:
            row = equipment.usage_ids
            self.assertEqual(
                (row.document_model, row.document_id),
                (self.record._name, self.record.id),
            )
            self.assertEqual(row.user_id, self.anna)
            self.assertTrue(row.time)
            self.assertEqual(row.note, self.record.job_id.sample_id.display_name)
            with self.assertRaises(AccessError):
                row.with_user(self.keeper).unlink()
            with self.assertRefused(UserError, "history"):
                row.with_user(self.anna).write({"note": "nothing"})
            with self.assertRefused(UserError, "history"):
                row.unlink()

    @requirement("S2-8-1")
    def test_smart_device_without_procedure(self):
        """A smart device without a procedure in force does not start; the job shows the
        version of the one in force."""
        job = self._new_job(self.capability, "verification", serial="S-1")
        device = self.gauge_tester.with_user(self.keeper)
        device.is_smart = True
        self._assert_refused(job, "Piston Gauge", "operating procedure in force")
        device.sop_id = self._new_procedure("SOP-7", "operation", version="3")
        shown = job.with_user(self.anna).sop_ids
        self.assertEqual(shown.display_name, "SOP-7 (version 3)")
        self.assertTrue(self._start(job))

    @requirement("S1-7.3.3-12")
    def test_protected_against_adjustment(self):
        """A formula of an approved template is not written; a broken seal stops its use."""
        template = self.version.with_user(self.head)
        text = self.version.definition_text
        changed = text.replace("up_after - p", "up_after + p", 1)
        self.assertNotEqual(changed, text)
        for person in (self.head, self.dora):
            with self.assertRaises(UserError):
                template.with_user(person).write({"definition_text": changed})
            with self.assertRaises(UserError):
                template.with_user(person).write({"definition_hash": "0" * 64})
        with self.assertRefused(UserError):
            self.version.sudo().write({"definition_text": changed})
        self.assertEqual(self.version.definition_text, text)
        job = self._new_job(self.capability, "verification", serial="P-1")
        keeper = self.gauge_tester.with_user(self.keeper)
        keeper._register_event("seal_set", "Sealed by the institute")
        keeper._register_event("seal_broken", "Wire cut")
        self._assert_refused(job, "seal of", "Piston Gauge")
