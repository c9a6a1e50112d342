# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement

from .common import StaffCommon, give_commitment


@tagged("post_install", "-at_install")
class TestCommitment(StaffCommon):
    def setUp(self):
        super().setUp()
        self.anna_user = self.anna.user_id

    def _ask(self, kind="ethics", days=14):
        return self.env["metrology.commitment"]._ask(
            self.anna, kind, self.today + relativedelta(days=days)
        )

    @requirement("S1-6.6-2")
    def test_expired_commitment_stops_a_renewal(self):
        """A commitment that ended refuses the next authorization, and the work under
        the one in force, until the person has signed again."""
        self._issue(self.anna, date_to=self.today + relativedelta(days=10))
        signed = self.anna.commitment_ids.filtered(lambda one: one.kind == "ethics")
        signed._guard_open().date_to = self.today - relativedelta(days=1)
        renewal = self._draft(
            self.anna,
            date_from=self.today + relativedelta(days=11),
            date_to=self.today + relativedelta(years=2),
        )
        with self.assertRefused(UserError, "commitment of Anna", "sign it again"):
            renewal.with_user(self.head).action_activate()
        self.assertEqual(renewal.state, "draft")
        self.assertFalse(self._who())
        self._ask().with_user(self.anna_user).action_sign(self.anna_user.login)
        self.assertTrue(self._who())
        renewal.with_user(self.head).action_activate()

    def test_none_at_all_stops_the_first_issue(self):
        """Who never signed is issued nothing, and is named."""
        record = self._draft(self.anna)
        self.anna.commitment_ids.filtered(
            lambda one: one.state == "signed"
        )._guard_open().write({"state": "draft", "date_to": False})
        with self.assertRefused(UserError, "Anna has not signed"):
            record.with_user(self.head).action_activate()

    def test_not_signed_in_time(self):
        """Asked and not signed: it stops the person from the day after the deadline."""
        self._issue(self.anna)
        self.anna.commitment_ids.filtered(
            lambda one: one.state == "signed"
        ).sudo()._guard_open().write({"state": "draft", "sign_by": self.today})
        self.assertTrue(self._who())
        self.anna.commitment_ids.write({"sign_by": self.today - relativedelta(days=1)})
        self.assertFalse(self._who())

    def test_only_oneself_signs_and_with_the_password(self):
        """Neither the manager nor another person, nor with a wrong password; and no
        write over the API signs."""
        record = self._ask()
        for person in (self.manager, self.boris.user_id, self.head):
            with self.assertRefused(AccessError, "only Anna himself"):
                record.with_user(person).action_sign(person.login)
        own = record.with_user(self.anna_user)
        with mute_logger("odoo.addons.base.models.res_users"):
            with self.assertRefused(UserError, "password"):
                own.action_sign("wrong")
        self.assertEqual(record.state, "draft")
        with self.assertRefused(UserError, "State"):
            record.with_user(self.manager).write({"state": "signed"})
        with self.assertRaises(AccessError):
            own.write({"text": "I promise nothing."})
        action = own.action_sign()
        dialog = self.env[action["res_model"]].with_user(self.anna_user)
        dialog = dialog.browse(action["res_id"])
        dialog.with_context(signing_password=self.anna_user.login).action_sign()
        self.assertEqual(
            (record.state, record.signed_by_id), ("signed", self.anna_user)
        )
        self.assertEqual(record.date_to, self.today + relativedelta(years=1, days=-1))
        with self.assertRefused(UserError, "already"):
            own.action_sign(self.anna_user.login)
        with self.assertRefused(UserError):
            record.with_user(self.manager).text = "Something else"

    def test_warned_ahead_with_the_next_one(self):
        """60 days ahead the person is told once, and the next one lies before him."""
        soon = self.today + relativedelta(days=40)
        give_commitment(self.env, self.anna, until=soon)
        Commitment = self.env["metrology.commitment"]
        Commitment._notify_expiry()
        Commitment._notify_expiry()
        waiting = Commitment.search(
            [
                ("employee_id", "=", self.anna.id),
                ("kind", "=", "ethics"),
                ("state", "=", "draft"),
            ]
        )
        self.assertEqual(waiting.mapped("sign_by"), [soon])
        self.assertEqual(waiting.activity_ids.user_id, self.anna_user)
        waiting.with_user(self.anna_user).action_sign(self.anna_user.login)
        self.assertFalse(
            Commitment.search([("employee_id", "=", self.anna.id)]).filtered(
                lambda one: one.kind == "ethics" and one.activity_ids
            )
        )

    @requirement("S1-7.1-j")
    def test_induction_not_confirmed_in_time_is_listed(self):
        """Every new employee is asked; past the days of the institution he is listed;
        nobody confirms it for him; confirmed, he is listed no more."""
        self.env.company.metrology_induction_days = 20
        new = self._new_employee("Nina")
        record = new.commitment_ids
        self.assertEqual(record.kind, "induction")
        self.assertEqual(record.sign_by, self.today + relativedelta(days=20))

        def listed():
            Commitment = self.env["metrology.commitment"].with_user(self.manager)
            return new in Commitment.search([("is_overdue", "=", True)]).employee_id

        self.assertFalse(listed())
        record.sign_by = self.today - relativedelta(days=1)
        self.assertTrue(listed())
        steps = {
            step["key"]: step
            for step in self.env["metrology.work"].with_user(self.manager).get_counts()
        }
        self.assertGreaterEqual(steps["commitment_overdue"]["count"], 1)
        for person in (self.manager, self.boris.user_id):
            with self.assertRefused(AccessError, "only Nina himself"):
                record.with_user(person).action_sign(person.login)
        self.assertTrue(listed())
        record.with_user(new.user_id).action_sign(new.user_id.login)
        self.assertFalse(listed())
        self.assertFalse(record.date_to)

    def test_no_induction_where_none_is_wanted(self):
        """With 0 days the institution asks for none."""
        self.env.company.metrology_induction_days = 0
        self.assertFalse(self._new_employee("Olga").commitment_ids)

    def test_others_are_not_read(self):
        """A tester reads his own commitments only."""
        record = self._ask()
        self.assertIn(
            record, record.with_user(self.anna_user).search([]).with_env(self.env)
        )
        self.assertNotIn(
            record,
            record.with_user(self.boris.user_id).search([]).with_env(self.env),
        )
