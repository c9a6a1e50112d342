# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import StaffCommon, give_grounds


@tagged("post_install", "-at_install")
class TestTraining(StaffCommon):
    def _plan(self, **values):
        return (
            self.env["metrology.training.plan"]
            .with_user(self.manager)
            .create({"year": self.today.year, "needs": "New edition", **values})
        )

    def _training(self, **values):
        return (
            self.env["metrology.training"]
            .with_user(self.manager)
            .create(
                {
                    "name": "Pressure gauges",
                    "technical": True,
                    "date_from": self.today,
                    "date_to": self.today,
                    "hours": 8,
                    "cost": 1200,
                    "participant_ids": [
                        Command.create({"employee_id": self.anna.id, "attended": True}),
                        Command.create({"employee_id": self.boris.id}),
                    ],
                    **values,
                }
            )
        )

    @requirement("S1-7.2-2")
    def test_closed_only_with_its_effect_judged(self):
        """Plan, course, attendance; closing without the evaluation is refused; closed,
        who attended has a line in the résumé and who did not has none."""
        plan = self._plan(budget=5000)
        plan.action_submit_approval()
        with self.assertRefused(AccessError, "own document"):
            plan.action_approve()
        plan.with_user(self.head).action_approve()
        training = self._training(plan_id=plan.id)
        self.assertTrue(training.is_added)
        training.action_hold()
        with self.assertRefused(UserError, "judge its effect"):
            training.action_close()
        self.assertEqual(training.state, "held")
        with self.assertRefused(UserError):
            training.state = "closed"
        training.write(
            {
                "effect": "effective",
                "effect_method": "exam",
                "effect_text": "All of them passed.",
            }
        )
        training.action_close()
        self.assertEqual(training.evaluated_by_id, self.manager)
        lines = self.env["hr.resume.line"].search([("name", "=", training.name)])
        self.assertEqual(lines.employee_id, self.anna)
        self.assertEqual(
            lines.line_type_id, self.env.ref("hr_skills.resume_type_training")
        )
        self.assertEqual((plan.cost, plan.progress), (1200, 100))

    def test_held_with_attendance(self):
        """A course of tomorrow, without subject or without anybody was not held."""
        tomorrow = self.today + relativedelta(days=1)
        training = self._training(date_from=tomorrow, date_to=tomorrow)
        with self.assertRefused(UserError, str(tomorrow)):
            training.action_hold()
        training.write({"date_from": self.today, "date_to": self.today})
        training.technical = False
        with self.assertRefused(UserError, "what it teaches"):
            training.action_hold()
        training.technical = True
        training.participant_ids.attended = False
        with self.assertRefused(UserError, "nobody is"):
            training.action_hold()

    def test_closed_ones_do_not_change(self):
        """Neither the course nor who attended, nor by the line's own model."""
        training, _assessments = give_grounds(
            self.env, self.anna | self.boris, self.capability
        )
        training = training.with_user(self.manager)
        with self.assertRefused(UserError, "in use"):
            training.hours = 99
        with self.assertRefused(UserError, "closed"):
            training.participant_ids[0].attended = False
        with self.assertRefused(UserError, "closed"):
            training.participant_ids[0].unlink()
        with self.assertRefused(UserError, "closed"):
            self.env["metrology.training.participant"].with_user(self.manager).create(
                {
                    "training_id": training.id,
                    "employee_id": self._new_employee("Late").id,
                    "attended": True,
                }
            )
        with self.assertRefused(UserError, "on file"):
            training.unlink()

    def test_testers_read_and_do_not_write(self):
        """A tester sees the plan and cannot make himself a participant."""
        training = self._training()
        anna = self.anna.user_id
        self.assertEqual(training.with_user(anna).read(["name"])[0]["id"], training.id)
        with self.assertRaises(AccessError):
            training.with_user(anna).action_hold()
        with self.assertRaises(AccessError):
            training.with_user(anna).participant_ids[1].attended = True

    def test_year_of_the_plan(self):
        """A course stands in the plan of its year; one plan a year."""
        plan = self._plan()
        with self.assertRefused(ValidationError, "not in the year"):
            self._training(
                plan_id=plan.id,
                date_from=self.today + relativedelta(years=1),
                date_to=self.today + relativedelta(years=1),
            )

    def test_cancelled_with_a_reason(self):
        """Given up only with a reason, and only before it was held."""
        training = self._training()
        with self.assertRefused(UserError, "reason"):
            training.action_cancel(" ")
        training.action_cancel("Trainer ill")
        with self.assertRefused(UserError, "Cancelled"):
            training.action_hold()


@tagged("post_install", "-at_install")
class TestAssessment(StaffCommon):
    def _assessment(self, **values):
        return (
            self.env["metrology.assessment"]
            .with_user(values.pop("person", self.manager))
            .create(
                {
                    "employee_id": self.anna.id,
                    "capability_id": self.capability.id,
                    "assessor_id": self.boris.id,
                    "result": "passed",
                    **values,
                }
            )
        )

    def test_nobody_assesses_himself(self):
        """Neither as assessor nor by confirming what is about himself."""
        with self.assertRefused(ValidationError, "himself"):
            self._assessment(assessor_id=self.anna.id)
        both = self._new_user("staff_assess", "staff_manager")
        own = self._new_employee("Own", user=both)
        record = self._assessment(employee_id=own.id)
        with self.assertRefused(UserError, "yourself"):
            record.with_user(both).action_confirm()

    def test_confirmed_is_on_file(self):
        """Confirmed, it is neither edited nor deleted nor confirmed again; the state
        is no field to write."""
        with self.assertRefused(UserError, "State"):
            self._assessment(state="confirmed")
        record = self._assessment()
        record.action_confirm()
        with self.assertRefused(UserError):
            record.result = "failed"
        with self.assertRefused(UserError, "on file"):
            record.unlink()
        with self.assertRefused(UserError, "already"):
            record.action_confirm()

    def test_not_in_future(self):
        """An assessment of tomorrow does not exist."""
        with self.assertRefused(ValidationError, "future"):
            self._assessment(date=self.today + relativedelta(days=1))

    def test_own_papers_only(self):
        """A tester reads his own assessments and nobody else's."""
        record = self._assessment()
        Assessment = self.env["metrology.assessment"]
        self.assertIn(record, Assessment.with_user(self.anna.user_id).search([]))
        self.assertFalse(Assessment.with_user(self.boris.user_id).search([]))
        with self.assertRaises(AccessError):
            record.with_user(self.boris.user_id).read(["result"])
