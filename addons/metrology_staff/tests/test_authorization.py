# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement

from .common import StaffCommon


@tagged("post_install", "-at_install")
class TestAuthorization(StaffCommon):
    def test_issued_by_a_named_authority(self):
        """Entered by the manager, issued by the technical head, valid at once."""
        record = self._draft(self.anna)
        self.assertFalse(self._who())
        record.with_user(self.head).action_activate()
        self.assertEqual(record.issued_by_id, self.head)
        self.assertEqual(self._who().ids, self.anna.ids)

    def test_only_the_technical_head_issues(self):
        """Who manages staff enters and does not issue; employees do neither."""
        record = self._draft(self.anna)
        for person in (self.manager, self.user, self.quality):
            with self.assertRaises(AccessError):
                record.with_user(person).action_activate()
        with self.assertRaises(AccessError):
            self._draft(self.boris, person=self.user)

    def test_nobody_authorizes_himself(self):
        """Neither by entering nor by issuing, whatever his roles are."""
        both = self._new_user("staff_both", "technical_head staff_manager")
        employee = self._new_employee("Both", user=both)
        with self.assertRefused(ValidationError, "himself"):
            self._draft(employee, person=both)
        record = self._draft(employee)
        with self.assertRefused(UserError, "himself"):
            record.with_user(both).action_activate()
        # Nor by turning another's authorization into his own.
        other = self._draft(self.anna, person=both)
        with self.assertRefused(ValidationError, "himself"):
            other.employee_id = employee
        self.assertEqual(record.state, "draft")

    def test_state_is_not_written_from_outside(self):
        """State and issuer are refused by create and write over the API."""
        with self.assertRefused(UserError, "State"):
            self._draft(self.anna, state="active")
        record = self._draft(self.anna)
        for person in (self.manager, self.head):
            for values in ({"state": "active"}, {"issued_by_id": self.head.id}):
                with self.assertRefused(UserError):
                    record.with_user(person).write(values)
        self.assertFalse(self._who())

    def test_not_for_a_lapsed_capability(self):
        """Nobody is authorized for what the institution may not do any more."""
        record = self._draft(self.anna)
        head = record.with_user(self.head)
        self.capability.action_suspend("Audit finding")
        with self.assertRefused(UserError, "lapsed", "[P-1]"):
            head.action_activate()
        self.capability.action_activate()
        self.capability.date_to = self.today - relativedelta(days=1)
        with self.assertRefused(UserError, "lapsed"):
            head.action_activate()
        self.capability.date_to = self.today
        head.action_activate()

    def test_competence_confirmed_first(self):
        """Without the day of the confirmation of competence nothing is issued."""
        record = self._draft(self.anna, competence_confirmed_on=False)
        with self.assertRefused(UserError, "competence"):
            record.with_user(self.head).action_activate()

    def test_valid_from_the_first_to_the_last_day(self):
        """Both end days count, the days beside them do not."""
        record = self._issue(self.anna)
        one_day = relativedelta(days=1)
        for day, expected in (
            (record.date_from, self.anna),
            (record.date_to, self.anna),
            (record.date_from - one_day, self.anna.browse()),
            (record.date_to + one_day, self.anna.browse()),
        ):
            self.assertEqual(self._who(day=day).ids, expected.ids)

    @mute_logger("odoo.sql_db")
    def test_end_before_start(self):
        """Dates out of order are refused by the database."""
        with self.assertRaises(IntegrityError):
            self._draft(self.anna, date_to=self.today - relativedelta(years=1))

    def test_not_twice_at_the_same_time(self):
        """A second one for the same must start after the first."""
        first = self._issue(self.anna, date_to=self.today + relativedelta(months=6))
        second = self._draft(self.anna, date_to=self.today + relativedelta(years=3))
        with self.assertRefused(ValidationError, str(first.date_to)):
            second.with_user(self.head).action_activate()
        second.date_from = first.date_to + relativedelta(days=1)
        second.with_user(self.head).action_activate()
        self.assertEqual(second.validity, "upcoming")

    def test_issued_ones_are_not_edited_or_deleted(self):
        """Issued, nobody changes whom, what or until when; the next one is issued."""
        record = self._issue(self.anna)
        for values in (
            {"employee_id": self.boris.id},
            {"activity": "approve"},
            {"date_to": self.today + relativedelta(years=9)},
        ):
            for person in (self.manager, self.head):
                with self.assertRefused(UserError):
                    record.with_user(person).write(values)
        with self.assertRefused(UserError, "stays on file"):
            record.with_user(self.manager).unlink()

    def test_withdrawn_while_work_is_open(self):
        """Suspended or revoked, the person may not go on from that moment."""
        record = self._issue(self.anna)
        with self.assertRefused(UserError, "reason"):
            record.with_user(self.head).action_suspend("")
        record.with_user(self.manager).action_suspend("Complaint")
        self.assertFalse(self._who())
        record.with_user(self.head).action_activate()
        self.assertTrue(self._who())
        record.with_user(self.head).action_revoke("Left the field")
        self.assertFalse(self._who())
        with self.assertRefused(UserError):
            record.with_user(self.head).action_activate()

    @requirement("S1-4.2-3")
    def test_each_activity_by_itself(self):
        """Who may calibrate is not thereby allowed to inspect, or to check."""
        self._issue(self.anna, "verify")
        self.assertTrue(self._who("verify"))
        for activity in ("inspect", "calibrate", "check", "approve"):
            self.assertFalse(self._who(activity))

    def test_refusals_are_sentences(self):
        """Each way an authorization fails is told, with the person and the date."""
        Authorization = self.env["metrology.authorization"].with_user(self.user)

        def told(employee, day=None):
            refusals = Authorization._get_refusals(
                employee, self.capability, "verify", day or self.today
            )
            return refusals[employee.id]

        self.assertEqual(told(self.anna)[0][0], "authorization_missing")
        record = self._issue(self.anna)
        self.assertEqual(told(self.anna), [])
        after = record.date_to + relativedelta(days=1)
        [(code, message)] = told(self.anna, after)
        self.assertEqual(code, "authorization_expired")
        self.assertIn("Anna", message)
        self.assertIn(str(record.date_to), message)
        before = record.date_from - relativedelta(days=1)
        self.assertEqual(told(self.anna, before)[0][0], "authorization_upcoming")
        record.with_user(self.head).action_suspend("Complaint")
        self.assertEqual(told(self.anna)[0][0], "authorization_suspended")
        record.with_user(self.head).action_revoke("Done")
        self.assertEqual(told(self.anna)[0][0], "authorization_revoked")

    def test_expiring_ones_are_told_once(self):
        """Ahead of the end one activity is made, and no second one."""
        record = self._issue(self.anna, date_to=self.today + relativedelta(days=30))
        Authorization = self.env["metrology.authorization"]
        Authorization._notify_expiry()
        Authorization._notify_expiry()
        self.assertEqual(len(record.sudo().activity_ids), 1)
        self.assertEqual(record.validity, "expiring")

    def test_revoked_ones_end_in_silence(self):
        """Nobody is told of the end of what was revoked, or never issued."""
        soon = self.today + relativedelta(days=30)
        revoked = self._issue(self.anna, date_to=soon)
        revoked.with_user(self.head).action_revoke("Left the field")
        draft = self._draft(self.boris, date_to=soon)
        self.env["metrology.authorization"]._notify_expiry()
        self.assertFalse((revoked | draft).sudo().activity_ids)

    def test_queries_do_not_grow(self):
        """Many capabilities and persons cost as many queries as one of each."""
        capabilities = self.capability
        for number in range(15):
            capabilities |= self._new_capability(code=f"A-{number}")
        people = self.anna | self.boris
        for number in range(8):
            people |= self._new_employee(f"Person{number}", user=self.user.browse())
        self.env["metrology.authorization"].create(
            [
                {
                    "employee_id": person.id,
                    "activity": activity,
                    "capability_id": capability.id,
                    "date_from": self.today,
                    "date_to": self.today,
                    "state": "active",
                }
                for person in people
                for capability in capabilities
                for activity in ("verify", "check")
            ]
        )
        Authorization = self.env["metrology.authorization"].with_user(self.user)

        def ask(some, activities):
            return Authorization._get_authorized(some.ids, activities, self.today)

        few = self._queries(lambda: ask(self.capability, ["verify"]))
        many = self._queries(lambda: ask(capabilities, ["verify", "check"]))
        self.assertEqual(few, many)
        found = ask(capabilities, ["verify", "check"])
        self.assertEqual(len(found), 2 * len(capabilities))
        self.assertTrue(all(len(persons) == len(people) for persons in found.values()))

        def refused(some):
            return Authorization._get_refusals(
                some, self.capability, "approve", self.today
            )

        self.assertEqual(
            self._queries(lambda: refused(people[:1])),
            self._queries(lambda: refused(people)),
        )
