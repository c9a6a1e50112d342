# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import RecordCommon, gauge_data


@tagged("post_install", "-at_install")
class TestMentor(RecordCommon):
    """Nina, in training with Anna, takes part in the job of Anna and Ben."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nina, cls.nina_employee = cls._new_person("rec_nina", "tester")
        cls.env["metrology.authorization"].sudo().create(
            {
                "employee_id": cls.anna_employee.id,
                "activity": "supervise",
                "capability_id": cls.capability.id,
                "date_from": cls.today - relativedelta(months=1),
                "date_to": cls.today + relativedelta(years=1),
                "competence_confirmed_on": cls.today - relativedelta(months=1),
                "state": "active",
                "issued_by_id": cls.head.id,
            }
        )
        cls.mentoring = (
            cls.env["metrology.mentoring"]
            .sudo()
            .create(
                {
                    "employee_id": cls.nina_employee.id,
                    "mentor_id": cls.anna_employee.id,
                    "capability_id": cls.capability.id,
                    "date_from": cls.today,
                    "date_to": cls.today + relativedelta(months=3),
                    "state": "active",
                }
            )
        )
        employees = cls.anna_employee | cls.ben_employee | cls.nina_employee
        cls.job.sudo()._guard_open().employee_ids = employees
        cls.record.sudo()._guard_open().executor_ids = employees

    def _as(self, user):
        self.record.invalidate_recordset()
        return self.record.with_user(user)

    @requirement("S1-7.1-g")
    def test_not_without_the_mentors_signature(self):
        """What a person in training typed is submitted with the mentor's signature on
        exactly that, and refused without; others cannot sign in the mentor's place."""
        self._type(self.record, gauge_data(), self.nina)
        with self.assertRefused(UserError, "Nina", "in training", "Anna", "sign"):
            self._as(self.nina).action_submit("rec_nina")
        self.assertEqual(self.record.state, "running")
        for user in (self.nina, self.ben):
            with self.assertRefused(AccessError, "supervision"):
                self._as(user).action_mentor_sign(user.login)
        with self.assertRefused(UserError, "password"):
            self._as(self.anna).action_mentor_sign("wrong")
        self.assertTrue(self._as(self.anna).is_mentored)
        self._as(self.anna).action_mentor_sign("rec_anna")
        # Changed afterwards, the signature is on something else.
        self._type(self.record, gauge_data(cls="2.5"), self.nina)
        with self.assertRefused(UserError, "again after a change"):
            self._as(self.nina).action_submit("rec_nina")
        self._as(self.anna).action_mentor_sign("rec_anna")
        self._as(self.nina).action_submit("rec_nina")
        self.assertEqual(self.record.state, "submitted")
        signatures = self.record.signature_ids.filtered("valid")
        self.assertEqual(
            [(one.role, one.user_id) for one in signatures.sorted("id")],
            [("mentor", self.anna), ("execute", self.nina)],
        )
        self.assertEqual(signatures[0].digest, self.record._get_typed_digest())

    def test_the_mentor_does_not_check(self):
        """Who signed as the mentor does not check the record."""
        self._type(self.record, gauge_data(), self.nina)
        self._as(self.anna).action_mentor_sign("rec_anna")
        self._as(self.nina).action_submit("rec_nina")
        self.env.company.metrology_executor_may_check = True
        with self.assertRefused(AccessError, "another person"):
            self._as(self.anna).action_check("rec_anna")
        self._as(self.carl).action_check("rec_carl")
        self.assertIn(self.record.state, ("checked", "locked"))

    def test_ended_mentoring_stops_typing(self):
        """When the mentoring has ended, the person in training types no further; a
        signature cannot be made by writing a row."""
        self.mentoring._guard_open().state = "withdrawn"
        with self.assertRefused(UserError, "nothing was saved"):
            self._type(self.record, gauge_data(), self.nina)
        with self.assertRefused(UserError, "steps of the record"):
            self.env["metrology.record.signature"].sudo().create(
                {
                    "record_id": self.record.id,
                    "role": "mentor",
                    "employee_id": self.anna_employee.id,
                    "user_id": self.anna.id,
                    "signed_on": "2026-01-01",
                }
            )
