# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestJob(OrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._accepted(2)
        cls.jobs = cls.order.job_ids

    def _assigned(self):
        self.jobs.with_user(self.head)._assign(
            self._employees(self.tester, self.second)
        )
        return self.jobs.with_user(self.tester)

    def test_course_of_a_job(self):
        """assigned → ready with the sample → running → done; sample and order follow."""
        jobs = self._assigned()
        self.assertEqual(set(jobs.mapped("state")), {"assigned"})
        self.assertEqual(jobs.leader_id, self.tester.employee_ids)
        self.assertEqual(jobs.standard_ids, self.standard)
        self.assertEqual(self.order.state, "in_progress")
        self._in_department(self.order)
        self.assertEqual(set(jobs.mapped("state")), {"ready"})
        jobs.action_start()
        self.assertEqual(set(self.order.sample_ids.mapped("state")), {"testing"})
        jobs[0].action_finish()
        self.assertEqual(jobs[0].sample_id.state, "tested")
        self.assertEqual(self.order.state, "in_progress")
        jobs[1].action_finish()
        self.assertEqual(self.order.state, "ready")
        self.assertEqual(self.order.progress, 100)
        self.assertTrue(jobs[0].first_finished_on)

    def test_evidence_is_kept(self):
        """Each step keeps who and what was valid when it was allowed."""
        jobs = self._assigned()
        self._in_department(self.order)
        jobs.action_start()
        evidence = jobs[0].evidence
        self.assertEqual(sorted(evidence), ["assign", "start"])
        self.assertEqual(evidence["assign"]["user"], self.head.id)
        self.assertEqual(evidence["start"]["standards"], self.standard.ids)
        self.assertEqual(evidence["start"]["day"], str(self.today))

    @requirement("S1-5.2")
    def test_start_needs_the_sample_in_the_department(self):
        """Before the department has the sample, starting is refused and the state
        stays."""
        jobs = self._assigned()
        with self.assertRaisesRegex(UserError, "not been handed to a department"):
            jobs[0].action_start()
        self.assertEqual(jobs[0].state, "assigned")

    def test_on_site_needs_no_reception(self):
        """On site the instrument stays with the customer; the sample is numbered when
        the work begins."""
        order = self._accepted(1, prefix="ON", place="onsite", site_address="Mine 3")
        order.job_ids.with_user(self.head)._assign(
            self._employees(self.tester, self.second)
        )
        order.job_ids.with_user(self.tester).action_start()
        self.assertRegex(order.sample_ids.name, r"^YP\d{4}-\d{6}$")
        self.assertEqual(order.sample_ids.state, "testing")

    def test_batch_is_all_or_none(self):
        """One refused job stops the whole batch, and the message names it."""
        self.jobs[1].instrument_id.range_text = "(0～100)MPa"
        with self.assertRaisesRegex(UserError, self.jobs[1].name):
            self._assigned()
        self.assertEqual(set(self.jobs.mapped("state")), {"new"})

    def test_started_twice_is_refused(self):
        """A second start is told the state."""
        jobs = self._assigned()
        self._in_department(self.order)
        jobs[0].action_start()
        with self.assertRaisesRegex(UserError, "Running"):
            jobs[0].action_start()

    def test_pause_needs_a_reason(self):
        """A pause keeps its reason; the work goes on when everything is still valid."""
        jobs = self._assigned()
        self._in_department(self.order)
        job = jobs[0]
        job.action_start()
        with self.assertRaisesRegex(UserError, "reason"):
            job.action_pause("  ")
        job.action_pause("too warm")
        self.assertEqual((job.state, job.pause_reason), ("paused", "too warm"))
        job.action_resume()
        self.assertEqual(job.state, "running")

    def test_finished_again_counts_once(self):
        """A job taken up again keeps the time of its first end."""
        jobs = self._assigned()
        self._in_department(self.order)
        jobs.action_start()
        jobs.action_finish()
        first = jobs[0].first_finished_on
        jobs[0]._reopen("recall")
        self.assertEqual(jobs[0].state, "running")
        jobs[0].action_finish()
        self.assertEqual(jobs[0].first_finished_on, first)

    def test_fields_are_not_written_by_hand(self):
        """No client writes state, persons, standards or evidence of a job."""
        job = self.jobs[0].with_user(self.head)
        for values in (
            {"state": "done"},
            {"employee_ids": [(6, 0, self.outsider.employee_ids.ids)]},
            {"evidence": {"start": {}}},
            {"capability_id": self.calibrating.id},
        ):
            with self.assertRaises(UserError):
                job.write(values)

    @requirement("S3-5.8.1")
    def test_own_department_only(self):
        """A tester finds and reads the jobs of his department only."""
        other = self.env["hr.department"].create({"name": "Mass"})
        self.jobs[0].sudo().department_id = other
        found = (
            self.env["metrology.job"]
            .with_user(self.tester)
            .search([("order_id", "=", self.order.id)])
        )
        self.assertEqual(found, self.jobs[1])
        with self.assertRaises(AccessError):
            self.jobs[0].with_user(self.tester).read(["name"])

    def test_assignment_dialog(self):
        """The dialog offers who may, says why another may not, and assigns."""
        action = self.jobs.with_user(self.head).action_assign()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.head)
            .with_context(**action["context"])
            .create({})
        )
        persons = {line.employee_id: line for line in wizard.person_ids}
        self.assertFalse(persons[self.outsider.employee_ids].eligible)
        self.assertIn("not authorised", persons[self.outsider.employee_ids].reason)
        (
            persons[self.tester.employee_ids] | persons[self.second.employee_ids]
        ).chosen = True
        wizard.leader_id = self.second.employee_ids
        wizard.action_assign()
        self.assertEqual(self.jobs.leader_id, self.second.employee_ids)

    def test_assignment_form(self):
        """The dialog opens as a form for the head of the department."""
        action = self.jobs.with_user(self.head).action_assign()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.head)
            .with_context(**action["context"])
        )
        self.assertEqual(form.job_count, 2)
        self.assertFalse(form.refusal_text)

    def test_my_work_counts(self):
        """My work tells the head what to assign, and a tester what is his."""
        work = self.env["metrology.work"]

        def count(user, key):
            steps = work.with_user(user).get_counts()
            return next((s["count"] for s in steps if s["key"] == key), None)

        before = count(self.head, "job_assign")
        self.assertGreaterEqual(before, 2)
        self.assertEqual(count(self.tester, "job_mine"), 0)
        self._assigned()
        self.assertEqual(count(self.head, "job_assign"), before - 2)
        self.assertEqual(count(self.tester, "job_mine"), 2)
        self.assertIsNone(count(self.tester, "order_review"))
