# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from .common import StaffCommon


@tagged("post_install", "-at_install")
class TestMatrix(StaffCommon):
    def _matrix(self, **values):
        return (
            self.env["metrology.authorization.matrix"]
            .with_user(self.user)
            .get_matrix(department_id=self.department.id, **values)
        )

    def _cell(self, person, **values):
        cells = self._matrix(**values)["cells"].get(str(self.capability.id), {})
        return cells.get(str(person.id))

    def test_states_of_a_cell(self):
        """Each way a person stands to a capability has its own sign."""
        self.assertIsNone(self._cell(self.anna))
        record = self._issue(self.anna)
        self.assertEqual(self._cell(self.anna), "valid")
        day = record.date_to - relativedelta(days=10)
        self.assertEqual(self._cell(self.anna, day=str(day)), "expiring")
        day = record.date_to + relativedelta(days=1)
        self.assertEqual(self._cell(self.anna, day=str(day)), "expired")
        day = record.date_from - relativedelta(days=1)
        self.assertEqual(self._cell(self.anna, day=str(day)), "upcoming")
        self.anna.birthday = self.today - relativedelta(years=70)
        self.assertEqual(self._cell(self.anna), "blocked")
        record.with_user(self.head).action_suspend("Complaint")
        self.assertEqual(self._cell(self.anna), "suspended")

    def test_gaps_on_a_day(self):
        """A capability with fewer than two persons that day is a gap."""

        def gap(day):
            [row] = self._matrix(day=str(day))["capabilities"]
            return row["count"], row["gap"]

        self._issue(self.anna)
        last = self.today + relativedelta(days=10)
        self._issue(self.boris, date_to=last)
        self.assertEqual(gap(self.today), (2, False))
        self.assertEqual(gap(last + relativedelta(days=1)), (1, True))

    def test_one_activity_at_a_time(self):
        """Carrying out is the service's own activity; checking is asked by itself."""
        self._issue(self.anna, "calibrate")
        self._issue(self.boris, "check")
        self.assertIsNone(self._cell(self.anna))
        self.assertEqual(self._cell(self.boris, activity="check"), "valid")

    def test_the_newer_one_counts(self):
        """An expired authorization does not hide the one that followed it."""
        first = self._issue(self.anna, date_to=self.today - relativedelta(days=0))
        self._issue(self.anna, date_from=first.date_to + relativedelta(days=1))
        tomorrow = str(self.today + relativedelta(days=1))
        self.assertEqual(self._cell(self.anna, day=tomorrow), "valid")

    def test_options(self):
        """The page offers the departments that have capabilities."""
        options = (
            self.env["metrology.authorization.matrix"]
            .with_user(self.user)
            .get_options()
        )
        self.assertIn(
            [self.department.id, self.department.display_name], options["departments"]
        )
        self.assertEqual(options["activities"][0][0], "execute")

    def test_queries_do_not_grow(self):
        """The matrix of many costs as many queries as that of one."""
        few = self._queries(self._matrix)
        capabilities = self.capability
        for number in range(15):
            capabilities |= self._new_capability(code=f"M-{number}")
        people = self.anna | self.boris
        for number in range(8):
            people |= self._new_employee(f"Person{number}", user=self.user.browse())
        self.env["metrology.authorization"].create(
            [
                {
                    "employee_id": person.id,
                    "activity": "verify",
                    "capability_id": capability.id,
                    "date_from": self.today,
                    "date_to": self.today,
                    "state": "active",
                }
                for person in people
                for capability in capabilities
            ]
        )
        one = self.env["metrology.authorization"].search(
            [("capability_id", "=", self.capability.id)], limit=1
        )
        many = self._queries(self._matrix)
        (self.env["metrology.authorization"].search([]) - one)._guard_open().write(
            {"state": "revoked"}
        )
        self.assertEqual(self._queries(self._matrix), many)
        self.assertGreaterEqual(many, few)
