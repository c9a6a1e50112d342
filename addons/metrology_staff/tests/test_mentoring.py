# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import StaffCommon


@tagged("post_install", "-at_install")
class TestMentoring(StaffCommon):
    """Boris, who may verify and supervise, trains Nina."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nina = cls._new_employee("Nina")
        cls._issue(cls.boris)
        cls.supervising = cls._issue(cls.boris, "supervise")

    def _mentoring(self, activate=True, **values):
        record = (
            self.env["metrology.mentoring"]
            .with_user(self.manager)
            .create(
                {
                    "employee_id": self.nina.id,
                    "mentor_id": self.boris.id,
                    "capability_id": self.capability.id,
                    "date_from": self.today,
                    "date_to": self.today + relativedelta(months=3),
                    "aim": "Ten gauges of each class",
                    **values,
                }
            )
        )
        if activate:
            record.action_activate()
        return record

    def _mentor(self, day=None):
        found = (
            self.env["metrology.mentoring"]
            .with_user(self.user)
            ._get_mentors(self.nina, self.capability.ids, day or self.today)
        )
        return found.get((self.nina.id, self.capability.id))

    def test_runs_in_its_period_only(self):
        """The mentor counts from the first to the last day, not before it is appointed
        nor after it was ended."""
        record = self._mentoring(activate=False)
        self.assertFalse(self._mentor())
        record.action_activate()
        self.assertEqual(record.appointed_by_id, self.manager)
        self.assertEqual(self._mentor(), self.boris)
        self.assertEqual(self._mentor(record.date_to), self.boris)
        self.assertFalse(self._mentor(record.date_to + relativedelta(days=1)))
        self.assertFalse(self._mentor(self.today - relativedelta(days=1)))
        record.action_withdraw("Passed the assessment")
        self.assertFalse(self._mentor())
        self.assertFalse(self._who() & self.nina)

    def test_mentor_is_authorized(self):
        """A mentor may do the work and supervise it; without one of the two, and after
        it was suspended, nobody is a mentor."""
        with self.assertRefused(UserError, "Anna", "not authorized", "Supervise"):
            self._mentoring(mentor_id=self.anna.id)
        self._issue(self.anna)
        with self.assertRefused(UserError, "Anna", "not authorized", "Supervise"):
            self._mentoring(mentor_id=self.anna.id)
        self._mentoring()
        self.assertTrue(self._mentor())
        self.supervising.with_user(self.head).action_suspend("Complaint")
        self.assertFalse(self._mentor())

    def test_mentor_is_another_person(self):
        """Nobody is his own mentor, nor appoints himself."""
        with self.assertRefused(ValidationError, "his own mentor"):
            self._mentoring(employee_id=self.boris.id)
        chief = self._new_user("staff_chief", "staff_manager", name="Chief")
        own = self._new_employee("Chief", user=chief)
        for values in ({"employee_id": own.id}, {"mentor_id": own.id}):
            record = self._mentoring(activate=False, **values)
            with self.assertRefused(UserError, "nobody appoints himself"):
                record.with_user(chief).action_activate()

    def test_period_within_the_authorization(self):
        """The whole period lies within the mentor's authorizations, of which the next
        may follow on the day after."""
        until = self.supervising.date_to
        with self.assertRefused(UserError, "outside the authorization", "Boris"):
            self._mentoring(date_to=until + relativedelta(days=30))
        self.capability.date_to = until + relativedelta(years=2)
        for activity in ("verify", "supervise"):
            self._issue(
                self.boris,
                activity,
                date_from=until + relativedelta(days=1),
                date_to=until + relativedelta(years=1),
            )
        self._mentoring(date_to=until + relativedelta(days=30))

    def test_one_at_a_time(self):
        """A second mentor for the same work at the same time is refused."""
        self._mentoring()
        self._issue(self.anna)
        self._issue(self.anna, "supervise")
        with self.assertRefused(ValidationError, "one mentor at a time"):
            self._mentoring(mentor_id=self.anna.id)

    def test_roles_and_file(self):
        """A head proposes, staff manager or technical head appoint; states and terms
        are not written over the API, what ran is not deleted."""
        head = self._new_user("staff_dep_head", "department_head")
        record = self._mentoring(activate=False)
        with self.assertRefused(AccessError):
            record.with_user(head).action_activate()
        with self.assertRefused(AccessError):
            record.with_user(self.nina.user_id).write({"aim": "Nothing"})
        for values in (
            {"state": "active"},
            {"appointed_by_id": head.id},
            {"state_reason": "x"},
        ):
            with self.assertRefused(UserError):
                record.with_user(head).write(values)
        with self.assertRefused(UserError):
            self._mentoring(activate=False, state="active")
        record.with_user(self.head).action_activate()
        for values in (
            {"mentor_id": self.anna.id},
            {"date_to": self.today},
            {"aim": "Less"},
        ):
            with self.assertRefused(UserError):
                record.with_user(self.head).write(values)
        with self.assertRefused(UserError):
            record.with_user(self.head).unlink()

    def test_queries_do_not_grow(self):
        """Mentors of many persons cost as many queries as of one."""
        people = self.nina
        for number in range(6):
            people |= self._new_employee(f"Tr{number}", user=self.user.browse())
        for person in people:
            self._mentoring(employee_id=person.id)
        Mentoring = self.env["metrology.mentoring"].with_user(self.user)

        def ask(some):
            return Mentoring._get_mentors(some, self.capability.ids, self.today)

        few = self._queries(lambda: ask(people[:1]))
        self.assertEqual(self._queries(lambda: ask(people)), few)
        self.assertEqual(len(ask(people)), len(people))
