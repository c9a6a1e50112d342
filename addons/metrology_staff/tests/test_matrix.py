# SPDX-License-Identifier: AGPL-3.0-only
import io

import openpyxl
from dateutil.relativedelta import relativedelta

from odoo.http import Request
from odoo.tests import HttpCase, tagged

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

    def test_each_cell_leads_to_its_paper(self):
        """A cell names the authorization behind it and its last day; an empty one
        none."""
        record = self._issue(self.anna)
        data = self._matrix()
        papers = data["papers"][str(self.capability.id)]
        self.assertEqual(papers, {str(self.anna.id): [record.id, str(record.date_to)]})
        [row] = data["capabilities"]
        self.assertEqual(row["activity"], "verify")

    def test_expiring_within_the_days_asked_for(self):
        """The caller says how many days ahead an end counts as expiring."""
        last = self.today + relativedelta(days=10)
        self._issue(self.anna, date_to=last)
        self.assertEqual(self._cell(self.anna, days=10), "expiring")
        self.assertEqual(self._cell(self.anna, days=9), "valid")
        [row] = self._matrix(days=10)["capabilities"]
        self.assertTrue(row["expiring"])

    def test_one_discipline(self):
        """Only the capabilities of the discipline asked for."""
        names = [
            row["id"] for row in self._matrix(discipline="mechanics")["capabilities"]
        ]
        self.assertEqual(names, self.capability.ids)
        self.assertFalse(self._matrix(discipline="optics")["capabilities"])

    def test_evaluation_shows_in_the_cell(self):
        """Found not competent for the capability, the cell says not usable."""
        self._issue(self.anna)
        self.env["metrology.evaluation"].create(
            {
                "employee_id": self.anna.id,
                "evaluator_id": self.boris.id,
                "capability_id": self.capability.id,
                "date_to": self.today,
                "result": "not",
                "finding": "Parallax",
                "state": "confirmed",
            }
        )
        self.assertEqual(self._cell(self.anna), "blocked")

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
        # Now there are gaps: the work at risk is asked for, for all of them at once.
        self.assertLessEqual(self._queries(self._matrix), many + 3)
        self.assertGreaterEqual(many, few)


@tagged("post_install", "-at_install")
class TestMatrixExport(HttpCase, StaffCommon):
    def _post(self, **values):
        return self.url_open(
            "/metrology/persons-capabilities.xlsx",
            data={"csrf_token": Request.csrf_token(self), **values},
        )

    def test_excel_of_what_is_shown(self):
        """The file holds the persons, the capability, its count and the sign."""
        self._issue(self.anna)
        self.authenticate("md_user", "md_user")
        answer = self._post(department_id=self.department.id, activity="execute")
        self.assertEqual(answer.status_code, 200)
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        rows = list(sheet.values)
        self.assertEqual(rows[0][5:], ("Anna",))
        self.assertEqual(rows[1][:2] + rows[1][5:], ("[P-1] Pressure Gauges", 1, "●"))

    def test_not_without_login(self):
        """Who is not signed in gets no file."""
        answer = self.url_open(
            "/metrology/persons-capabilities.xlsx", data={}, allow_redirects=False
        )
        self.assertNotEqual(answer.status_code, 200)
