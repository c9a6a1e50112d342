# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestJobExtension(OrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._accepted(1)
        cls.job = cls.order.job_ids
        cls.later = cls.job.due_date + relativedelta(days=7)

    def _extension(self, user, **values):
        return (
            self.env["metrology.job.extension"]
            .with_user(user)
            .create(
                {
                    "job_ids": [(6, 0, self.job.ids)],
                    "new_date": self.later,
                    "reason": "part on order",
                    **values,
                }
            )
        )

    @requirement("S3-5.8.10")
    def test_extension(self):
        """A date that is not later, an empty reason and the applicant's own approval
        are refused; an approved extension moves the promised date, tells the customer
        and is counted."""
        with self.assertRaisesRegex(UserError, "is not later"):
            self._extension(self.tester, new_date=self.job.due_date)
        with self.assertRaisesRegex(UserError, "why more time"):
            self._extension(self.tester, reason="  ")
        own = self._extension(self.head)
        own.action_submit_approval()
        with self.assertRaises(AccessError):
            own.action_approve()
        self.assertNotEqual(self.job.due_date, self.later)
        extension = self._extension(self.tester)
        extension.action_submit_approval()
        extension.with_user(self.head).action_approve()
        self.assertEqual(self.job.due_date, self.later)
        self.assertEqual(self.order.due_date, self.later)
        message = self.order.message_ids[0]
        self.assertIn("part on order", message.body)
        self.assertIn(self.partner, message.partner_ids)
        self.assertEqual(self.job.extension_count, 1)

    def test_another_was_approved_first(self):
        """An approval never moves the promised date back: the earlier of two waiting
        extensions is refused once the later one holds."""
        shorter = self._extension(self.tester, new_date=self.later)
        longer = self._extension(
            self.tester, new_date=self.later + relativedelta(days=7)
        )
        for extension in (shorter, longer):
            extension.action_submit_approval()
        longer.with_user(self.head).action_approve()
        with (
            self.assertRaisesRegex(UserError, f"{self.later} is not later"),
            self.env.cr.savepoint(),
        ):
            shorter.with_user(self.head).action_approve()
        self.env.invalidate_all()
        self.assertEqual(self.job.due_date, longer.new_date)
        self.assertEqual(shorter.approval_state, "submitted")

    def test_date_is_not_written_past_the_extension(self):
        """Neither tester nor head writes a later promised date over RPC."""
        before = self.job.due_date
        for user in (self.tester, self.head):
            with self.assertRaises(UserError):
                self.job.with_user(user).write({"due_date": self.later})
        self.assertEqual(self.job.due_date, before)

    def test_too_late(self):
        """After the promised date no extension is registered."""
        extension = self._extension(self.tester)
        self.job.sudo().due_date = self.today - relativedelta(days=1)
        with self.assertRaisesRegex(UserError, "registered before"):
            extension.action_submit_approval()
