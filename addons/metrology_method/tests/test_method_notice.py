# SPDX-License-Identifier: AGPL-3.0-only
from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology_method.models.method_edition import MetrologyMethodEdition

from .common import MethodCommon


@tagged("post_install", "-at_install")
class TestMethodNotice(MethodCommon):
    def setUp(self):
        super().setUp()
        self.employees = self.env["hr.employee"].create(
            [
                {"name": "Reader", "user_id": self.user.id},
                {"name": "Second", "user_id": self.quality.id},
            ]
        )
        self.edition = self._new_edition(
            "JJG 99052-2041", date(2041, 1, 1), approve=False
        )

    def _approve(self, employees):
        """Approve the edition where ``employees`` are those who work by it."""
        self._prove(self.edition)
        with patch.object(
            MetrologyMethodEdition,
            "_get_notice_employees",
            lambda editions: {edition.id: employees for edition in editions},
        ):
            self.edition.with_user(self.head).action_approve()
        return self.edition.notice_ids

    def test_everybody_concerned_gets_it(self):
        """Approving an edition makes one notice with each person on it once."""
        notice = self._approve(self.employees)
        self.assertEqual(notice.reader_ids.employee_id, self.employees)
        self.assertEqual(notice.grace_date, date(2041, 1, 1) + timedelta(days=15))
        self.assertEqual((notice.reader_count, notice.unread_count), (2, 2))
        self.assertIn(self.user.partner_id, notice.message_ids.partner_ids)

    def test_each_confirms_for_himself(self):
        """Nobody confirms another's reading, nor writes it over the API."""
        notice = self._approve(self.employees)
        reader = notice.reader_ids.filtered(lambda one: one.user_id == self.user)
        with self.assertRefused(AccessError, "himself"):
            reader.with_user(self.quality).action_read()
        with self.assertRaises(UserError):
            reader.with_user(self.user).write({"read_on": "2026-01-01 00:00:00"})
        reader.with_user(self.user).action_read()
        self.assertTrue(reader.read_on)
        self.assertEqual(notice.unread_count, 1)

    def test_unread_after_the_grace_date(self):
        """Unread counts from the day after the grace date, for its method only."""
        notice = self._approve(self.employees)
        Notice = self.env["metrology.method.notice"]
        day = notice.grace_date
        self.assertFalse(Notice._get_unread(self.employees, self.method, day))
        unread = Notice._get_unread(
            self.employees, self.method, day + timedelta(days=1)
        )
        self.assertEqual(
            unread, {(one.id, self.method.id): notice for one in self.employees}
        )

    def test_grace_date_is_the_heads(self):
        """Only the technical head moves the grace date."""
        notice = self._approve(self.employees)
        with self.assertRaises(AccessError):
            notice.with_user(self.quality).grace_date = date(2042, 1, 1)
        notice.with_user(self.head).grace_date = date(2042, 1, 1)
        self.assertEqual(notice.reader_ids[0].grace_date, date(2042, 1, 1))
