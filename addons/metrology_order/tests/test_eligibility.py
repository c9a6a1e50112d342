# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestEligibility(OrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._accepted(1)
        cls.job = cls.order.job_ids
        cls.eligibility = cls.env["metrology.eligibility"]

    def _codes(self, activity="execute", **options):
        answer = self.eligibility._evaluate(self.job, activity, **options)[self.job.id]
        return {refusal["code"] for refusal in answer["refusals"]}

    def test_all_in_order(self):
        """What is valid is named by id, and nothing is refused."""
        answer = self.eligibility._evaluate(self.job, "execute")[self.job.id]
        self.assertTrue(answer["ok"])
        self.assertEqual(
            set(answer["persons"]), set(self._employees(self.tester, self.second).ids)
        )
        self.assertEqual(answer["standards"], self.standard.ids)
        self.assertEqual(answer["equipment"], self.standard.equipment_ids.ids)
        self.assertEqual(answer["edition"], self.job.edition_id.id)
        self.assertEqual(answer["capability"], self.verifying.id)

    def test_expired_standard(self):
        """A standard out of date is refused on the day after, with a sentence."""
        day = self.standard.date_to + relativedelta(days=1)
        answer = self.eligibility._evaluate(self.job, "execute", day)[self.job.id]
        texts = " ".join(refusal["message"] for refusal in answer["refusals"])
        self.assertIn(str(self.standard.date_to), texts)
        self.assertIn("standard_invalid", self._codes(day=day))

    def test_no_standard(self):
        """A capability without a measurement standard is refused."""
        self.standard.capability_ids -= self.verifying
        self.assertIn("no_standard", self._codes())

    def test_superseded_edition(self):
        """When a newer edition is in force, the frozen one is refused by name."""
        self.env["metrology.method.edition"].create(
            {
                "name": "JJG 99152-2024",
                "method_id": self.verifying.method_id.id,
                "date_from": self.today - relativedelta(days=1),
            }
        ).action_approve()
        answer = self.eligibility._evaluate(self.job, "execute")[self.job.id]
        refusal = next(
            r for r in answer["refusals"] if r["code"] == "edition_superseded"
        )
        self.assertIn("JJG 99152-2024", refusal["message"])

    def test_suspended_capability(self):
        """A suspended capability serves nobody."""
        self.verifying._guard_open().state = "suspended"
        self.assertIn("capability_suspended", self._codes())

    def test_range_outside(self):
        """A range outside the approved one is refused; an unreadable one is left to
        the reviewer."""
        self.job.instrument_id.range_text = "(0～100)MPa"
        self.assertIn("capability_range", self._codes())
        self.job.instrument_id.range_text = "(0～1600)kPa"
        self.assertFalse(self._codes())
        self.job.instrument_id.range_text = "如铭牌"
        self.assertFalse(self._codes())

    @requirement("S1-6.3.3-2")
    def test_two_different_persons(self):
        """One person, or the same twice, is refused; two authorised persons pass."""
        jobs = self.job.with_user(self.head)
        one = self._employees(self.tester)
        for persons in (one, one | one):
            with self.assertRaisesRegex(UserError, "2 different persons"):
                jobs._assign(persons)
        jobs._assign(self._employees(self.tester, self.second))
        self._in_department(self.order)
        self.job.sudo().employee_ids = one
        with self.assertRaisesRegex(UserError, "2 persons are needed"):
            self.job.with_user(self.tester).action_start()
        self.job.sudo().employee_ids = self._employees(self.tester, self.second)
        self.job.with_user(self.tester).action_start()
        self.assertEqual(self.job.state, "running")

    def test_without_authorization(self):
        """A job given to a person without authorization is refused with the name."""
        with self.assertRaisesRegex(UserError, "or_outsider is not authorized"):
            self.job.with_user(self.head)._assign(
                self._employees(self.tester, self.outsider)
            )
        self.assertEqual(self.job.state, "new")
        self.assertFalse(self.job.employee_ids)

    def test_expired_authorization(self):
        """An authorization that has ended is said so."""
        authorization = self.env["metrology.authorization"].search(
            [
                ("employee_id", "=", self.second.employee_ids.id),
                ("capability_id", "=", self.verifying.id),
            ]
        )
        authorization._guard_open().date_to = self.today - relativedelta(days=1)
        with self.assertRaisesRegex(UserError, "or_second"):
            self.job.with_user(self.head)._assign(
                self._employees(self.tester, self.second)
            )

    def test_the_day_is_not_the_callers(self):
        """A day that comes with the context of a request revives no authorization."""
        job = self.job.with_user(self.head)
        self._in_department(self.order)
        job._assign(self._employees(self.tester, self.second))
        self.env["metrology.authorization"].search(
            [("employee_id", "=", self.second.employee_ids.id)]
        )._guard_open().date_to = self.today - relativedelta(days=1)
        for day in (
            str(self.today - relativedelta(days=2)),
            fields.Datetime.now() - relativedelta(days=2),
        ):
            with self.assertRaisesRegex(UserError, "or_second"):
                self.job.with_user(self.tester).with_context(
                    metrology_signing_day=day
                ).action_start()
        self.assertEqual(self.job.state, "ready")

    def test_check_and_approve_ask_their_own_authorization(self):
        """Who may verify may not therefore check; once authorised he may."""
        employee = self.second.employee_ids
        with self.assertRaisesRegex(UserError, "or_second"):
            self.eligibility._check(self.job, "check", employee=employee)
        self._authorize(self.second, self.verifying, "check")
        evidence = self.eligibility._check(self.job, "check", employee=employee)
        self.assertEqual(evidence[self.job.id]["activity"], "check")
        self.assertIn(employee.id, evidence[self.job.id]["persons"])

    def test_person_explanations(self):
        """The assignment lists the department's persons, and why one may not."""
        rows = {
            row["employee_id"]: row
            for row in self.eligibility._explain_persons(self.job)
        }
        self.assertTrue(rows[self.tester.employee_ids.id]["eligible"])
        outsider = rows[self.outsider.employee_ids.id]
        self.assertFalse(outsider["eligible"])
        self.assertIn("not authorised", outsider["reason"])

    @requirement("S2-4.1")
    def test_readiness_shows_the_reason(self):
        """The job says what stands against it, and starting is refused with the same
        reason; with nothing against it the job starts."""
        self.job.with_user(self.head)._assign(self._employees(self.tester, self.second))
        self._in_department(self.order)
        self.standard._guard_open().state = "suspended"
        self.job.invalidate_recordset()
        self.assertIn("not in use", self.job.with_user(self.tester).refusal_text)
        with self.assertRaisesRegex(UserError, "not in use"):
            self.job.with_user(self.tester).action_start()
        self.standard._guard_open().state = "active"
        self.job.invalidate_recordset()
        self.assertFalse(self.job.refusal_text)
        self.job.with_user(self.tester).action_start()
        self.assertEqual(self.job.state, "running")
