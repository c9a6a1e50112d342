# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestTrainee(OrderCommon):
    """The outsider, who is authorized for nothing, is trained by the tester."""

    def setUp(self):
        super().setUp()
        self.trainee = self.outsider.employee_ids
        self.mentor = self.tester.employee_ids
        self._authorize(self.tester, self.verifying, "supervise")
        self.mentoring = (
            self.env["metrology.mentoring"]
            .sudo()
            .create(
                {
                    "employee_id": self.trainee.id,
                    "mentor_id": self.mentor.id,
                    "capability_id": self.verifying.id,
                    "date_from": self.today,
                    "date_to": self.today + relativedelta(months=1),
                }
            )
        )

    def _assign(self, job, *users):
        job.with_user(self.head)._assign(self._employees(*users))

    def test_beside_the_mentor_and_beyond_the_two(self):
        """A person in training is assigned beside the mentor and a second authorized
        person; not instead of one, not without the mentor, not before it runs."""
        job = self._accepted(1, prefix="TR").job_ids
        with self.assertRaisesRegex(UserError, "not authorized"):
            self._assign(job, self.tester, self.second, self.outsider)
        self.mentoring._guard_open().state = "active"
        with self.assertRaisesRegex(UserError, "2 persons are needed"):
            self._assign(job, self.tester, self.outsider)
        with self.assertRaisesRegex(UserError, "in training.*or_tester only"):
            self._assign(job, self.second, self.outsider)
        self._assign(job, self.tester, self.second, self.outsider)
        self.assertIn(self.trainee, job.sudo().employee_ids)
        self.assertEqual(
            job.sudo().evidence["assign"]["mentors"],
            {str(self.trainee.id): self.mentor.id},
        )

    def test_ended_mentoring_ends_the_work(self):
        """When the mentoring ends, the job does not begin with the person in it."""
        self.mentoring._guard_open().state = "active"
        order = self._accepted(1, prefix="TE")
        self._in_department(order)
        job = order.job_ids.with_user(self.head)
        job._assign(self._employees(self.tester, self.second, self.outsider))
        self.mentoring.with_user(self.env.ref("base.user_admin")).action_withdraw(
            "Over"
        )
        with self.assertRaisesRegex(UserError, "not authorized"):
            job.with_user(self.tester).action_start()

    def test_dialog_lets_him_be_ticked(self):
        """The dialog of assignment says beside whom a person in training works."""
        job = self._accepted(1, prefix="TD").job_ids
        Eligibility = self.env["metrology.eligibility"]

        def row():
            rows = Eligibility._explain_persons(job)
            return next(r for r in rows if r["employee_id"] == self.trainee.id)

        self.assertFalse(row()["eligible"])
        self.mentoring._guard_open().state = "active"
        self.assertTrue(row()["eligible"])
        self.assertIn("or_tester", row()["reason"])
