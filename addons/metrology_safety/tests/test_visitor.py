# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import SafetyCommon


@tagged("post_install", "-at_install")
class TestVisitor(SafetyCommon):
    def _approved(self, **values):
        visitor = self._visitor(**values)
        visitor.action_submit()
        visitor.with_user(self.office).action_approve()
        return visitor

    @requirement("S2-9-2")
    def test_a_visit(self):
        """Without an approved appointment a visitor is refused; with it he comes in by
        his pass and escort, and who has not left in time is reported once."""
        visitor = self._visitor()
        visitor.sudo()._guard_open().pass_code = "VTEST"
        escort = "Bortester"
        answer = self._scan("VTEST", escort_badge=escort)
        self.assertFalse(answer["granted"])
        self.assertIn("not approved", answer["message"])
        visitor.action_submit()
        visitor.with_user(self.office).action_approve()
        code = visitor.pass_code
        self.assertIn("escort", self._scan(code)["message"])
        self.assertTrue(self._scan(code, escort_badge=escort)["granted"])
        self.assertEqual(visitor.state, "inside")
        entry = self.room.entry_ids.sorted("id")[-1]
        self.assertEqual(entry.escort_id, self.tester.employee_ids)
        Visitor = self.env["metrology.visitor"]
        Visitor._cron_overdue()
        self.assertFalse(visitor.activity_ids)
        with patch("odoo.fields.Datetime.now", lambda: self.now + timedelta(hours=3)):
            Visitor._cron_overdue()
            Visitor._cron_overdue()
        [alert] = visitor.activity_ids
        self.assertEqual(alert.user_id, self.tester)
        self.assertIn("has not checked out", alert.summary)
        self.assertTrue(visitor.overdue_told)
        self._scan(code, "out")
        self.assertEqual(visitor.state, "left")
        self.assertTrue(visitor.left_on)

    def test_other_room_time_and_escort(self):
        """An approval is for its rooms, its time and its escort."""
        visitor = self._approved()
        other = self.room.copy({"code": "SF-3", "access_mode": "staff"})
        escort = "Bortester"
        answer = self._scan(visitor.pass_code, room=other, escort_badge=escort)
        self.assertIn("no approval for", answer["message"])
        self._allow(self.room, self.second)
        answer = self._scan(visitor.pass_code, escort_badge="Borsecond")
        self.assertIn("is escorted by", answer["message"])
        self.access.with_user(self.head).action_suspend("leave")
        answer = self._scan(visitor.pass_code, escort_badge=escort)
        self.assertIn("not on the list", answer["message"])
        tomorrow = self._approved(
            planned_from=self.now + timedelta(days=1),
            planned_to=self.now + timedelta(days=2),
        )
        answer = self._scan(tomorrow.pass_code, escort_badge=escort)
        self.assertIn("another time", answer["message"])

    def test_approval(self):
        """Nobody approves his own visitor, nor without the role; what was approved is
        not changed, and states are not written."""
        visitor = self._visitor()
        visitor.action_submit()
        with self.assertRaises(AccessError):
            visitor.action_approve()
        own = (
            self.env["metrology.visitor"]
            .with_user(self.office)
            .create(
                visitor.sudo().copy_data()[0] | {"host_id": self.office.employee_ids.id}
            )
        )
        own.action_submit()
        with self.assertRaisesRegex(UserError, "another person"):
            own.action_approve()
        with self.assertRaises(UserError):
            visitor.with_user(self.office).write({"state": "approved"})
        visitor.with_user(self.office).action_approve()
        with self.assertRaises(UserError):
            visitor.with_user(self.office).write({"planned_to": self.now})
        with self.assertRaises(AccessError):
            visitor.with_user(self.outsider).read(["document_number"])
        visitor.with_user(self.office).action_refuse("cancelled by phone")
        self.assertEqual((visitor.state, visitor.pass_code), ("refused", False))
