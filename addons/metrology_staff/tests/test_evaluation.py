# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import StaffCommon


@tagged("post_install", "-at_install")
class TestEvaluation(StaffCommon):
    def _evaluate(self, result="competent", confirm=True, **values):
        record = (
            self.env["metrology.evaluation"]
            .with_user(self.quality)
            .create(
                {
                    "employee_id": self.anna.id,
                    "evaluator_id": self.boris.id,
                    "date": self.today,
                    "date_to": self.today + relativedelta(years=1),
                    "result": result,
                    "finding": "Reads the scale from the side.",
                    **values,
                }
            )
        )
        if confirm:
            record.action_confirm()
        return record

    def test_not_competent_blocks_until_a_new_one(self):
        """Found not competent in general, nothing may be done; a draft does not count;
        a new evaluation lifts it."""
        paper = self._issue(self.anna)
        record = self._evaluate("not", confirm=False)
        self.assertTrue(self._who())
        record.action_confirm()
        self.assertFalse(self._who())
        paper.invalidate_recordset()
        self.assertEqual(paper.validity, "blocked")
        self.assertIn("not competent", paper.validity_note)
        draft = self._draft(self.anna, "check")
        with self.assertRefused(UserError, "not competent", "Anna"):
            draft.with_user(self.head).action_activate()
        self._evaluate("limited")
        self.assertTrue(self._who())

    def test_one_capability_only(self):
        """About one capability it blocks that one and no other."""
        other = self._new_capability(code="E-2")
        self._issue(self.anna)
        self._issue(self.anna, capability_id=other.id)
        self._evaluate("not", capability_id=self.capability.id)
        Authorization = self.env["metrology.authorization"].with_user(self.user)
        found = Authorization._get_authorized(
            (self.capability | other).ids, ["verify"], self.today
        )
        self.assertFalse(found[self.capability.id, "verify"])
        self.assertEqual(found[other.id, "verify"].ids, self.anna.ids)
        refusals = Authorization._get_refusals(
            self.anna, self.capability, "verify", self.today
        )
        self.assertEqual(refusals[self.anna.id][0][0], "person_not_competent")
        refusals = Authorization._get_refusals_of(
            [(self.capability.id, "verify", self.anna.id)], self.today
        )
        [[(code, _message)]] = refusals.values()
        self.assertEqual(code, "person_not_competent")

    def test_overdue_blocks_from_the_day_after(self):
        """On its last day an evaluation is in time, the day after it is overdue."""
        self._issue(self.anna)
        before = self.today - relativedelta(days=30)
        self._evaluate(date=before, date_to=self.today)
        self.assertTrue(self._who())
        self._evaluate(
            date=before,
            date_to=self.today - relativedelta(days=1),
            kind="supervision",
        )
        self.assertFalse(self._who())

    def test_nobody_evaluates_himself(self):
        """Neither as evaluator nor by confirming."""
        with self.assertRefused(ValidationError, "himself"):
            self._evaluate(evaluator_id=self.anna.id)
        own = self._new_employee("Quality", user=self.quality)
        record = self._evaluate(employee_id=own.id, confirm=False)
        with self.assertRefused(UserError, "yourself"):
            record.action_confirm()

    def test_confirmed_is_on_file(self):
        """A confirmed one is not edited, over the API neither, and not deleted."""
        record = self._evaluate("not")
        for values in ({"result": "competent"}, {"state": "draft"}):
            with self.assertRefused(UserError):
                record.write(values)
        with self.assertRefused(UserError, "on file"):
            record.unlink()

    def test_a_remark_needs_words(self):
        """A result that is not plain says what was seen."""
        with self.assertRefused(UserError, "what was seen"):
            self._evaluate("not", finding=" ")

    def test_told_ahead_once_and_only_of_the_last(self):
        """Who evaluated is told 30 days ahead; what was followed is silent."""
        soon = self.today + relativedelta(days=20)
        first = self._evaluate(date=self.today - relativedelta(days=9), date_to=soon)
        last = self._evaluate(date_to=soon)
        for _turn in range(2):
            self.env["metrology.evaluation"]._notify_expiry()
        self.assertFalse(first.sudo().activity_ids)
        self.assertEqual(last.sudo().activity_ids.user_id, self.boris.user_id)
        self.assertEqual(len(last.sudo().activity_ids), 1)

    def test_queries_do_not_grow(self):
        """Many persons with many evaluations cost as many queries as one."""
        people = self.anna | self.boris
        for number in range(8):
            people |= self._new_employee(f"Ev{number}", user=self.user.browse())
        trainer = self._new_employee("Trainer", user=self.user.browse())
        for person in people:
            for kind in ("competence", "supervision"):
                self._evaluate(
                    "not",
                    employee_id=person.id,
                    evaluator_id=trainer.id,
                    kind=kind,
                    capability_id=self.capability.id,
                )
        Employee = self.env["hr.employee"].with_user(self.user)

        def ask(some):
            return (
                Employee._get_person_blockers(some, ["verify"], self.today),
                Employee._get_capability_blockers(some, self.today),
            )

        few = self._queries(lambda: ask(people[:1]))
        self.assertEqual(self._queries(lambda: ask(people)), few)
        self.assertEqual(len(ask(people)[1]), len(people))
