# SPDX-License-Identifier: AGPL-3.0-only
import base64
import io

import openpyxl
from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement

from .common import StaffCommon, give_grounds


@tagged("post_install", "-at_install")
class TestLedger(StaffCommon):
    def _as_of(self, day):
        return (
            self.env["metrology.authorization"]
            .with_user(self.manager)
            .search(
                [
                    ("valid_on", "=", str(day)),
                    ("capability_id", "=", self.capability.id),
                ]
            )
        )

    @mute_logger("odoo.sql_db")
    @requirement("S0-7.1.3")
    def test_as_of_a_day(self):
        """The ledger lists what was in force that day, whatever happened since; an end
        before the start is refused."""
        with freeze_time("2026-02-10 04:00:00"):
            values = {
                "date_from": "2026-02-10",
                "date_to": "2026-12-31",
                "competence_confirmed_on": "2026-02-01",
            }
            self.capability.write({"date_from": "2026-01-01", "date_to": "2027-12-31"})
            kept = self._issue_then(self.anna, values)
            suspended = self._issue_then(self.boris, values)
        with freeze_time("2026-02-20 04:00:00"):
            suspended.with_user(self.head).action_suspend("Complaint")
        with freeze_time("2026-03-10 04:00:00"):
            suspended.with_user(self.head).action_activate()
            kept.with_user(self.head).action_revoke("Left the field")
        with freeze_time("2026-04-01 04:00:00"):
            self.assertFalse(self._as_of("2026-02-09"))
            self.assertEqual(self._as_of("2026-02-10"), kept | suspended)
            self.assertEqual(self._as_of("2026-03-01"), kept)
            self.assertEqual(self._as_of("2026-03-10"), suspended)
            self.assertFalse(self._as_of("2027-01-01"))
            with self.assertRaises(IntegrityError):
                self._draft(
                    self.anna, "check", date_from="2026-05-02", date_to="2026-05-01"
                )

    @requirement("S0-7.1.3")
    def test_archived_is_not_gone(self):
        """What was issued is not taken out of the ledger by archiving it."""
        record = self._issue(self.anna)
        for person in (self.manager, self.head):
            with self.assertRefused(UserError, "Active"):
                record.with_user(person).action_archive()
        self.assertIn(record, self._as_of(self.today))
        record.with_user(self.head).action_revoke("Left the field")
        with self.assertRefused(UserError, "Active"):
            record.with_user(self.manager).active = False

    def _issue_then(self, employee, values):
        """Issue as it was done on the frozen day."""
        give_grounds(
            self.env,
            employee,
            self.capability,
            day=self.env["metrology.calendar"]._today() - relativedelta(days=30),
        )
        record = self._draft(employee, grounds=False, **values)
        record.with_user(self.head).action_activate()
        return record

    def test_the_excel_says_the_same(self):
        """Two sheets: every person with the state, and what was in force that day."""
        record = self._issue(self.anna, number="=BADGE(1)")
        self._roles_none(self.boris)
        wizard = self.env["metrology.staff.ledger"].with_user(self.manager).create({})
        wizard.action_export()
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.file)))
        persons, papers = (list(sheet.values) for sheet in book.worksheets)
        rows = {row[0]: row for row in persons[1:]}
        self.assertEqual(rows["Anna"][8], 1)
        self.assertEqual(rows["Boris"][4], "Unclassified")
        own = [row for row in papers[1:] if row[0] == "Anna"]
        self.assertEqual(len(own), 1)
        self.assertEqual(own[0][5].date(), record.date_from)
        # A text that looks like a formula stays a text.
        cell = next(
            cell
            for row in book.worksheets[1].iter_rows()
            for cell in row
            if cell.value == "=BADGE(1)"
        )
        self.assertEqual(cell.data_type, "s")
        opened = wizard.action_open()
        self.assertIn(
            record, self.env["metrology.authorization"].search(opened["domain"])
        )

    def _roles_none(self, employee):
        employee.role_type_ids = [Command.clear()]

    def test_not_for_every_employee(self):
        """The Excel holds what only the staff's keepers may read."""
        wizard = self.env["metrology.staff.ledger"].with_user(self.user).create({})
        with self.assertRaises(AccessError):
            wizard.action_export()

    def test_history_is_not_written_from_outside(self):
        """Nobody adds, changes or deletes a change of state, over the API neither."""
        record = self._issue(self.anna)
        event = record.event_ids
        self.assertEqual((event.state, event.user_id), ("active", self.head))
        for person in (self.manager, self.head):
            with self.assertRefused(UserError, "never changed"):
                event.with_user(person).write({"date": "2020-01-01"})
            with self.assertRaises(AccessError):
                event.with_user(person).unlink()
        with self.assertRefused(UserError, "decisions themselves"):
            event.sudo().create(
                {
                    "authorization_id": record.id,
                    "date": "2020-01-01",
                    "state": "active",
                }
            )


@tagged("post_install", "-at_install")
class TestPrint(StaffCommon):
    def test_badge_only_of_who_is_authorized(self):
        """A badge says what its holder may do; without anything there is none."""
        with self.assertRefused(UserError, "Anna"):
            self.anna.with_user(self.manager).action_print_badge()
        record = self._issue(self.anna)
        action = self.anna.with_user(self.manager).action_print_badge()
        self.assertEqual(action["report_name"], "metrology_staff.report_badge")
        self.assertEqual(self.anna._get_badge_lines(), [("Verify", 1, record.date_to)])
        html = (
            self.env["ir.actions.report"]
            .with_user(self.manager)
            ._render_qweb_html("metrology_staff.report_badge", self.anna.ids)[0]
        )
        self.assertIn("Anna", html.decode())

    def test_file_is_for_who_keeps_the_staff(self):
        """Any other employee cannot print somebody's file."""
        with self.assertRaises(AccessError):
            self.env["ir.actions.report"].with_user(self.user)._render_qweb_html(
                "metrology_staff.report_file", self.anna.ids
            )


@tagged("post_install", "-at_install")
class TestProfile(StaffCommon):
    @requirement("S1-7.2-1")
    def test_gaps_are_listed_and_missing_profiles_reported(self):
        """A missing skill is listed with its level; who has no post, or a post without
        profile, is reported and not skipped."""
        kind = self.env["hr.skill.type"].create(
            {
                "name": "Uncertainty",
                "skill_ids": [Command.create({"name": "Budgets"})],
                "skill_level_ids": [
                    Command.create({"name": "Knows", "level_progress": 30}),
                    Command.create({"name": "Masters", "level_progress": 100}),
                ],
            }
        )
        skill = kind.skill_ids
        knows, masters = kind.skill_level_ids.sorted("level_progress")
        job = self.env["hr.job"].create(
            {
                "name": "Calibrator",
                "metrology_knowledge": "JJF 1059",
                "required_title": "engineer",
                "required_legal": True,
                "job_skill_ids": [
                    Command.create(
                        {
                            "skill_id": skill.id,
                            "skill_level_id": masters.id,
                            "skill_type_id": kind.id,
                        }
                    )
                ],
            }
        )
        self.anna.write({"job_id": job.id, "professional_title": "assistant"})
        self.boris.job_id = self.env["hr.job"].create({"name": "Empty"})
        nobody = self._new_employee("Nopost", user=self.user.browse())

        def report():
            self.env.invalidate_all()
            Employee = self.env["hr.employee"].with_user(self.manager)
            found = Employee.search(
                [("id", "in", (self.anna | self.boris | nobody).ids)]
            )
            return {one.name: (one.profile_state, one.profile_gaps) for one in found}

        state, gaps = report()["Anna"]
        self.assertEqual(state, "gap")
        for word in ("Budgets (Masters)", "Engineer", "Legal Knowledge"):
            self.assertIn(word, gaps)
        self.assertEqual(report()["Boris"][0], "none")
        self.assertIn("Empty has no profile", report()["Boris"][1])
        self.assertIn("No post", report()["Nopost"][1])
        listed = self.env["hr.employee"].with_user(self.manager)
        self.assertIn(self.anna, listed.search([("profile_state", "=", "gap")]))
        self.assertIn(nobody, listed.search([("profile_state", "=", "none")]))
        line = self.env["hr.employee.skill"].create(
            {
                "employee_id": self.anna.id,
                "skill_type_id": kind.id,
                "skill_id": skill.id,
                "skill_level_id": knows.id,
            }
        )
        self.assertIn("below Masters", report()["Anna"][1])
        line.skill_level_id = masters
        self.assertNotIn("Budgets", report()["Anna"][1])
        self._give_grounds(self.anna, self.capability)
        self.anna.professional_title = "senior"
        self.assertEqual(report()["Anna"], ("ok", ""))
