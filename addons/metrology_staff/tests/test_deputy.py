# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import StaffCommon


@tagged("post_install", "-at_install")
class TestDeputy(StaffCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head_employee = cls._new_employee("Head", user=cls.head)
        cls.post = cls.env.ref("metrology.group_technical_head")

    def _deputy(self, appoint=True, **values):
        record = (
            self.env["metrology.deputy"]
            .with_user(values.pop("person", self.head))
            .create(
                {
                    "principal_id": self.head_employee.id,
                    "deputy_id": self.anna.id,
                    "post_id": self.post.id,
                    "date_from": self.today,
                    "date_to": self.today + relativedelta(days=5),
                    **values,
                }
            )
        )
        if appoint:
            record.action_activate()
        return record

    def _plan(self, person=None, year=2099):
        plan = (
            self.env["metrology.training.plan"]
            .with_user(person or self.manager)
            .create({"year": year})
        )
        plan.action_submit_approval()
        return plan

    @requirement("S1-7.1-i")
    def test_within_the_period_only_and_marked(self):
        """Before and after the period the deputy is refused; within it he approves, and
        the log says for whom; his own request he cannot approve."""
        deputy = self.anna.user_id
        plan = self._plan()
        with self.assertRefused(AccessError, "waits for Technical Head"):
            plan.with_user(deputy).action_approve()
        first = self.today + relativedelta(days=3)
        self._deputy(date_from=first, date_to=first + relativedelta(days=2))
        for day in (first - relativedelta(days=1), first + relativedelta(days=3)):
            with freeze_time(f"{day} 04:00:00"):
                self.assertFalse(plan.with_user(deputy).approval_can_decide)
                with self.assertRefused(AccessError, "waits for"):
                    plan.with_user(deputy).action_approve()
        self.assertEqual(plan.approval_state, "submitted")
        with freeze_time(f"{first} 04:00:00"):
            plan.invalidate_recordset()
            self.assertTrue(plan.with_user(deputy).approval_can_decide)
            mine = self.env["metrology.approval.line"].with_user(deputy)
            self.assertIn(
                plan.id,
                mine.search([("can_decide", "=", True)]).mapped("res_id"),
            )
            plan.with_user(deputy).action_approve()
        line = plan.approval_line_ids
        self.assertEqual((line.user_id, line.on_behalf_of_id), (deputy, self.head))
        self.assertIn(
            f"deputy for {self.head.name}", "".join(plan.message_ids.mapped("body"))
        )

    @requirement("S1-7.1-i")
    def test_not_ones_own_nor_the_holders_request(self):
        """A deputy approves neither what he asked for nor what the holder asked for."""
        deputy = self.anna.user_id
        self._deputy()
        deputy.group_ids += self.env.ref("metrology.group_staff_manager")
        own = self._plan(deputy)
        with self.assertRefused(AccessError, "own document"):
            own.with_user(deputy).action_approve()
        theirs = self._plan(self.head, year=2098)
        with self.assertRefused(AccessError, "waits for"):
            theirs.with_user(deputy).action_approve()

    def test_withdrawn_at_once(self):
        """Withdrawn with a reason, the deputy decides nothing from that moment."""
        record = self._deputy()
        plan = self._plan()
        with self.assertRefused(UserError, "reason"):
            record.action_withdraw(" ")
        record.action_withdraw("Back earlier")
        with self.assertRefused(AccessError, "waits for"):
            plan.with_user(self.anna.user_id).action_approve()

    def test_who_can_be_a_deputy(self):
        """Not the holder himself, nobody who appoints himself, no dispatched labour,
        for no post the other does not hold, and one at a time."""
        with self.assertRefused(ValidationError, "own deputy"):
            self._deputy(deputy_id=self.head_employee.id)
        other = self._new_user("staff_deputy_head", "technical_head quality")
        employee = self._new_employee("Other", user=other)
        record = self._deputy(appoint=False, deputy_id=employee.id)
        with self.assertRefused(UserError, "nobody appoints himself"):
            record.with_user(other).action_activate()
        with self.assertRefused(UserError, "is not Quality"):
            self._deputy(post_id=self.env.ref("metrology.group_quality").id)
        self.boris.employee_type = "dispatched"
        with self.assertRefused(UserError, "dispatched"):
            self._deputy(deputy_id=self.boris.id)
        record.action_activate()
        with self.assertRefused(ValidationError, "already"):
            self._deputy()

    def test_not_by_a_tester_and_not_by_writing(self):
        """A tester appoints nobody; the state is no field to write over the API."""
        with self.assertRaises(AccessError):
            self._deputy(person=self.anna.user_id, appoint=False)
        record = self._deputy(appoint=False)
        with self.assertRefused(UserError, "State"):
            record.write({"state": "active"})
        with self.assertRaises(AccessError):
            record.with_user(self.manager).action_activate()
        record.action_activate()
        with self.assertRefused(UserError):
            record.write({"date_to": self.today + relativedelta(years=1)})
        with self.assertRefused(UserError, "on file"):
            record.unlink()
