# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta
from psycopg2.errors import NotNullViolation

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import format_date, mute_logger

from odoo.addons.metrology.tools.requirement import requirement

from .common import StaffCommon, give_commitment, give_grounds


@tagged("post_install", "-at_install")
class TestGrounds(StaffCommon):
    """Training, assessment, authorization: in this order, and nothing without."""

    def _plain(self, employee=None, **values):
        return self._draft(employee or self.anna, grounds=False, **values)

    @requirement("S0-5.1.4")
    def test_no_authorization_without_exam_and_training(self):
        """With neither linked it is refused and stays a draft; with a passed exam alone
        too; with both it comes into force with its dates."""
        give_commitment(self.env, self.anna)
        record = self._plain()
        head = record.with_user(self.head)
        with self.assertRefused(UserError, "no passed assessment", "no training"):
            head.action_activate()
        training, assessment = give_grounds(self.env, self.anna, self.capability)
        record.with_user(self.manager).assessment_ids = assessment
        with self.assertRefused(UserError, "no training"):
            head.action_activate()
        self.assertEqual((record.state, record.issued_on), ("draft", False))
        record.with_user(self.manager).training_ids = training
        head.action_activate()
        self.assertEqual(record.state, "active")
        self.assertEqual(record.issued_on, self.today)
        self.assertTrue(record.date_from and record.date_to)
        self.assertEqual(self._who().ids, self.anna.ids)
        # What it stands on does not change any more, over the API neither.
        with self.assertRefused(UserError):
            record.with_user(self.manager).assessment_ids = [Command.clear()]

    def test_what_is_on_file_is_found(self):
        """A new draft takes the trainings and assessments on file; the button takes
        what came later, and proposes the day of the confirmation."""
        training, assessment = give_grounds(self.env, self.anna, self.capability)
        record = self._plain(competence_confirmed_on=False)
        self.assertEqual(record.training_ids, training)
        self.assertEqual(record.assessment_ids, assessment)
        late = self._plain(self.boris, competence_confirmed_on=False)
        self.assertFalse(late.training_ids or late.assessment_ids)
        training, assessment = give_grounds(self.env, self.boris, self.capability)
        late.with_user(self.manager).action_find_grounds()
        self.assertEqual(late.training_ids, training)
        self.assertEqual(late.competence_confirmed_on, assessment.date)

    def test_wrong_grounds_are_named(self):
        """Another person's, another capability's or failed papers are no grounds."""
        other = self._new_capability(code="G-9")
        give_grounds(self.env, self.anna, self.capability)
        _training, foreign = give_grounds(self.env, self.boris, self.capability)
        _training, elsewhere = give_grounds(self.env, self.anna, other)
        record = self._plain()
        for wrong in (foreign, elsewhere):
            record.with_user(self.manager).assessment_ids = wrong
            with self.assertRefused(UserError, "is no ground"):
                record.with_user(self.head).action_activate()
        failed = foreign.copy({"employee_id": self.anna.id, "result": "failed"})
        failed.with_user(self.manager).action_confirm()
        record.with_user(self.manager).assessment_ids = failed
        with self.assertRefused(UserError, "is no ground", "no passed"):
            record.with_user(self.head).action_activate()

    @requirement("S1-4.2-2")
    def test_the_missing_kind_of_training_is_named(self):
        """No legal knowledge on file: refused, and the sentence says which kind."""
        training, _assessment = give_grounds(self.env, self.anna, self.capability)
        training._guard_open().legal = False
        record = self._plain()
        with self.assertRefused(UserError, "Anna", "Legal Knowledge") as caught:
            record.with_user(self.head).action_activate()
            self.assertNotIn("Technical Knowledge", str(caught.exception))
        training._guard_open().write({"legal": True, "practical": False})
        with self.assertRefused(UserError, "Practical Experience"):
            record.with_user(self.head).action_activate()
        # Practice may have been gained elsewhere: the résumé tells.
        self.env["hr.resume.line"].create(
            {
                "employee_id": self.anna.id,
                "name": "Ten years at the bench",
                "date_start": self.today - relativedelta(years=10),
                "line_type_id": self.env.ref("hr_skills.resume_type_experience").id,
            }
        )
        record.with_user(self.head).action_activate()

    @requirement("S1-7.2-4")
    def test_dates_of_authorization_and_confirmation(self):
        """Without the day of the confirmation, or with one before the assessment, it is
        refused; the authorization's own days are a must."""
        give_grounds(self.env, self.anna, self.capability)
        record = self._plain(competence_confirmed_on=False)
        with self.assertRefused(UserError, "competence was confirmed"):
            record.with_user(self.head).action_activate()
        day = record.assessment_ids.date
        record.competence_confirmed_on = day - relativedelta(days=1)
        with self.assertRefused(UserError, "before the assessment"):
            record.with_user(self.head).action_activate()
        record.competence_confirmed_on = day
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(NotNullViolation),
            self.env.cr.savepoint(),
        ):
            record.date_to = False
            record.flush_recordset()
        record.invalidate_recordset()
        record.with_user(self.head).action_activate()
        html = self.env["ir.actions.report"]._render_qweb_html(
            "metrology_staff.report_file", self.anna.ids
        )[0]
        text = html.decode()
        for section in (
            "Authorizations",
            "Competence",
            "Education",
            "Qualification",
            "Training",
            "Skills",
            "Experience",
        ):
            self.assertRegex(text, rf"<h3>\d\. {section}</h3>")
        for shown in (record.competence_confirmed_on, record.issued_on):
            self.assertIn(format_date(self.env, shown), text)

    def test_ineffective_training_is_no_ground(self):
        """A training judged not effective qualifies nobody."""
        training, _assessment = give_grounds(self.env, self.anna, self.capability)
        training._guard_open().effect = "ineffective"
        record = self._plain()
        self.assertFalse(record.training_ids)
        with self.assertRefused(UserError, "no training"):
            record.with_user(self.head).action_activate()

    def test_queries_do_not_grow(self):
        """Issuing many costs as many reading queries as issuing a few."""

        def ask(records):
            return records.with_user(self.head)._get_activation_blockers(self.today)

        capabilities = self.capability
        for number in range(6):
            capabilities |= self._new_capability(code=f"G-{number}")
        people = self.anna | self.boris
        give_grounds(self.env, people, capabilities)
        records = self.env["metrology.authorization"]
        for person in people:
            for capability in capabilities:
                records |= self._plain(person, capability_id=capability.id)
        few = self._queries(lambda: ask(records[:2]))
        self.assertLessEqual(self._queries(lambda: ask(records)), few + 2)
        self.assertFalse(any(ask(records).values()))
