# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import REVIEW, SIGNATURE, OrderCommon


@tagged("post_install", "-at_install")
class TestOrderJobs(OrderCommon):
    """Jobs follow the version of their order that the customer has signed."""

    def _assigned(self, count, prefix):
        order = self._accepted(count, prefix=prefix)
        self._in_department(order)
        order.job_ids.with_user(self.head)._assign(
            self._employees(self.tester, self.second)
        )
        return order

    def _signed_again(self, order):
        order = order.with_user(self.clerk)
        order.write(REVIEW)
        order.action_review_done()
        order.action_sign(SIGNATURE, "Li Si")
        order.action_accept()

    def test_promised_date_and_urgency_follow(self):
        """A date agreed in a new version of the order moves the open jobs of its lines
        when it is accepted, not before; the job notes it and its executors are told.
        Finished jobs keep what they were promised for."""
        order = self._assigned(3, "OJ")
        first, second, done = order.line_ids
        before = first.due_date
        done.job_id.sudo().write({"state": "done"})
        later = before + relativedelta(days=9)
        clerk = order.with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "Change Order"):
            clerk.line_ids.write({"due_date": later})
        clerk.action_change("later, as agreed on the phone")
        (first | done).with_user(self.clerk).write({"due_date": later, "urgent": True})
        self.assertEqual(first.job_id.due_date, before)
        self._signed_again(order)
        self.assertEqual(first.job_id.due_date, later)
        self.assertTrue(first.job_id.urgent)
        self.assertEqual(second.job_id.due_date, before)
        self.assertFalse(second.job_id.urgent)
        self.assertEqual(done.job_id.due_date, before)
        note = first.job_id.message_ids[0].body
        for text in ("Version 2", order.name, str(later), str(before), "urgent now"):
            self.assertIn(text, note)
        self.assertNotIn("Version 2", second.job_id.message_ids[:1].body or "")
        told = self.env["mail.message"].search(
            [
                ("model", "=", order._name),
                ("res_id", "=", order.id),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertEqual(
            told.notified_partner_ids | told.partner_ids,
            (self.tester | self.second).partner_id,
        )
        for message in told:
            self.assertIn(first.job_id.name, message.body)
            self.assertNotIn(second.job_id.name, message.body)

    def test_a_version_without_other_dates_moves_nothing(self):
        """Nobody is told of a version that leaves dates and urgency as they were."""
        order = self._assigned(1, "OK")
        count = len(order.job_ids.message_ids)
        order.with_user(self.clerk).action_change("another remark")
        order.line_ids.with_user(self.clerk).remark = "with its case"
        self._signed_again(order)
        self.assertEqual(len(order.job_ids.message_ids), count)

    def test_queries_do_not_grow_with_the_jobs(self):
        """Moving twelve jobs takes as many queries as moving three."""
        found = []
        for count in (3, 3, 12):  # the first warms what is cached for good
            order = self._assigned(count, f"OQ{len(found)}-")
            for line in order.line_ids.sudo():
                line._guard_open().due_date += relativedelta(days=5)
            found.append(self._queries(order._move_jobs))
            self.assertEqual(
                set(order.job_ids.mapped("due_date")),
                set(order.line_ids.mapped("due_date")),
            )
        self.assertLessEqual(found[2], found[1] + 2, found)
