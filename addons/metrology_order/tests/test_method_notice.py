# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestMethodNotice(OrderCommon):
    @requirement("S2-6.7b")
    def test_unread_persons_are_not_assigned(self):
        """Everybody authorised gets the notice; unread after the grace date, nobody is
        assigned."""
        edition = self.env["metrology.method.edition"].create(
            {
                "name": "JJG 99152-2026",
                "method_id": self.verifying.method_id.id,
                "date_from": self.today - timedelta(days=40),
                "amendment": "Other limits",
            }
        )
        edition.action_approve()
        notice = edition.notice_ids
        persons = self._employees(self.tester, self.second)
        self.assertEqual(notice.reader_ids.employee_id, persons)
        order = self._accepted(prefix="NO")
        self._in_department(order)
        job = order.job_ids.with_user(self.head)
        # Within the days of grace nobody is kept from working.
        job._assign(persons)
        notice.grace_date = self.today - timedelta(days=1)
        with self.assertRaises(UserError) as caught:
            job._assign(persons)
        self.assertIn("has not confirmed the reading", str(caught.exception))
        self.assertIn(notice.name, str(caught.exception))
        for user in (self.tester, self.second):
            notice.reader_ids.filtered(
                lambda one, user=user: one.user_id == user
            ).with_user(user).action_read()
        job._assign(persons)
        self.assertEqual(job.employee_ids, persons)

    def test_who_is_authorized_later_reads_it_too(self):
        """The daily job adds persons authorised since, once."""
        edition = self.env["metrology.method.edition"].create(
            {
                "name": "JJG 99152-2026",
                "method_id": self.verifying.method_id.id,
                "date_from": self.today,
            }
        )
        edition.action_approve()
        self._authorize(self.outsider, self.verifying, "verify")
        Notice = self.env["metrology.method.notice"]
        Notice._cron_add_readers()
        Notice._cron_add_readers()
        readers = edition.notice_ids.reader_ids.employee_id
        self.assertIn(self.outsider.employee_ids, readers)
        self.assertEqual(len(edition.notice_ids.reader_ids), len(readers))

    def test_a_change_touches_persons(self):
        """Withdrawing an edition notes capabilities and persons that work by it."""
        edition = self.verifying.method_id.edition_ids
        technical = self._new_user("or_notice_head", "technical_head")
        edition.with_user(technical).action_withdraw("Abolished")
        touched = {(one.res_model, one.res_id) for one in edition.effect_ids}
        self.assertLessEqual(
            {
                ("metrology.capability", self.verifying.id),
                ("hr.employee", self.tester.employee_ids.id),
                ("hr.employee", self.second.employee_ids.id),
            },
            touched,
        )
