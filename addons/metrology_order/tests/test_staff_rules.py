# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import SIGNATURE, OrderCommon


@tagged("post_install", "-at_install")
class TestStaffRules(OrderCommon):
    """What is on file of the persons, where they are given work."""

    def setUp(self):
        super().setUp()
        self.testers = self._employees(self.tester, self.second)

    def _job(self, service_kind="verification", **values):
        return self._accepted(1, service_kind, prefix="SR", **values).job_ids

    def _assign(self, job, employees=None):
        return job.with_user(self.head)._assign(employees or self.testers)

    def _types(self, employee, *codes):
        types = self.env["metrology.role.type"].search([("code", "in", codes)])
        employee.role_type_ids = [Command.set(types.ids)]

    @requirement("S0-5.1.1-1")
    def test_understaffed_capability(self):
        """Two persons; when the authorization of one ends the capability is
        understaffed, and a new line for it is not accepted."""
        self.assertFalse(self.verifying.is_understaffed)
        right = self.env["metrology.authorization"].search(
            [
                ("employee_id", "=", self.second.employee_ids.id),
                ("capability_id", "=", self.verifying.id),
            ]
        )
        right._guard_open().date_to = self.today - timedelta(days=1)
        self.verifying.invalidate_recordset()
        self.assertTrue(self.verifying.is_understaffed)
        self.assertEqual(self.verifying.capability_person_count, 1)
        listed = self.env["metrology.capability"].with_user(self.head)
        self.assertIn(self.verifying, listed.search([("is_understaffed", "=", True)]))
        order = self._new_order(self._new_instruments(1, prefix="U"))
        with self.assertRaisesRegex(UserError, "2 persons are needed to Verify"):
            self._to_sign(order)
            order.action_sign(SIGNATURE, "Li Si")
            order.action_accept()
        self.assertFalse(order.job_ids)
        right._guard_open().date_to = self.today
        self.verifying.invalidate_recordset()
        self.assertFalse(self.verifying.is_understaffed)

    @requirement("S0-5.1.1-2")
    def test_leader_of_a_standard(self):
        """An assistant engineer without registration cannot be in charge; an engineer
        and a registered metrologist in date can; dispatched labour cannot."""
        standard = self.standard
        person = self.tester.employee_ids
        person.professional_title = "assistant"
        with self.assertRaisesRegex(ValidationError, "engineer"):
            standard.leader_id = person
        person.write(
            {
                "metrologist_number": "R-1",
                "metrologist_date_to": self.today - timedelta(days=1),
            }
        )
        with self.assertRaisesRegex(ValidationError, "engineer"):
            standard.leader_id = person
        person.metrologist_date_to = self.today
        standard.leader_id = person
        standard.leader_id = False
        person.write({"metrologist_number": False, "professional_title": "engineer"})
        standard.leader_id = person
        person.employee_type = "dispatched"
        standard.leader_id = False
        with self.assertRaisesRegex(ValidationError, "dispatched"):
            standard.leader_id = person

    @requirement("S0-5.1.1-3")
    def test_unclassified_gets_no_job(self):
        """A person without a type of role is refused, named as unclassified."""
        job = self._job()
        self._types(self.second.employee_ids)
        with self.assertRaisesRegex(UserError, "or_second.*unclassified"):
            self._assign(job)
        self.assertEqual(job.state, "new")

    @requirement("S1-4.2-1")
    def test_testing_needs_the_type_of_testing(self):
        """The staffing table's six types are columns; a testing job is refused to who
        has no testing type, whatever his authorizations."""
        testing = self._new_capability("testing", "T 99152")
        self.standard.sudo()._guard_open().capability_ids += testing
        for user in (self.tester, self.second):
            self._authorize(user, testing, "test")
        job = self._job("testing")
        self._types(
            self.second.employee_ids, "verification", "calibration", "management"
        )
        with self.assertRaisesRegex(UserError, "or_second.*Testing"):
            self._assign(job)
        Report = self.env["metrology.staff.report"].with_user(
            self._new_user("or_staff", "staff_manager")
        )
        columns = (
            "management",
            "technical",
            "supervision",
            "verification",
            "calibration",
            "testing",
        )
        row = Report.search([("employee_id", "=", self.second.employee_ids.id)])
        self.assertEqual([row[name] for name in columns], [1, 0, 0, 1, 1, 0])
        self.assertEqual(row.headcount, 1)
        self._types(self.second.employee_ids, "testing")
        self._assign(job)
        self.assertEqual(job.employee_ids, self.testers)

    @requirement("S1-4.2-3")
    def test_calibrator_without_inspection(self):
        """Who may calibrate is refused for an inspection; authorized, he passes."""
        inspecting = self._new_capability("inspection", "I 99152")
        self.standard.sudo()._guard_open().capability_ids += inspecting
        third = self._new_user("or_third", "tester", employee=True)
        for user in (self.tester, third):
            self._authorize(user, inspecting, "inspect")
        job = self._job("inspection")
        with self.assertRaisesRegex(UserError, "or_second is not authorized.*Inspect"):
            self._assign(job)
        self.assertFalse(job.employee_ids)
        self._authorize(self.second, inspecting, "inspect")
        self._assign(job)

    @requirement("S0-5.1.2-1")
    def test_not_competent_is_not_assigned(self):
        """Evaluated "not competent" for the capability, the person gets none of its
        jobs, and those of another capability still; a new evaluation lifts it."""
        job = self._job()
        other = self._accepted(1, "calibration", prefix="SC").job_ids
        quality = self._new_user("or_quality", "quality")
        values = {
            "employee_id": self.second.employee_ids.id,
            "evaluator_id": self.head.employee_ids.id,
            "capability_id": self.verifying.id,
            "date_to": self.today + relativedelta(months=6),
            "finding": "Parallax",
        }
        Evaluation = self.env["metrology.evaluation"].with_user(quality)
        Evaluation.create({**values, "result": "not"}).action_confirm()
        with self.assertRaisesRegex(UserError, "or_second was found not competent"):
            self._assign(job)
        self._assign(other)
        Evaluation.create({**values, "result": "competent"}).action_confirm()
        self._assign(job)

    @requirement("S0-5.1.2-3")
    def test_age_on_the_day_of_assignment(self):
        """66 since yesterday: no job; on the day before the 66th birthday: assigned;
        no birthday on file: no job; six months ahead the person is listed."""
        job = self._job()
        person = self.second.employee_ids
        manager = self._new_user("or_ages", "staff_manager")
        limit = self.today - relativedelta(years=66)

        def listed():
            until = self.today + relativedelta(months=6)
            found = self.env["hr.employee"].with_user(manager)
            return person in found.search([("last_day_of_service", "<=", until)])

        person.birthday = limit - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "or_second.*age limit"):
            self._assign(job)
        person.birthday = False
        with self.assertRaisesRegex(UserError, "birthday of or_second"):
            self._assign(job)
        person.birthday = limit + relativedelta(months=7)
        self.assertFalse(listed())
        person.birthday = limit + timedelta(days=1)
        self.assertTrue(listed())
        self._assign(job)
        self.assertEqual(job.employee_ids, self.testers)

    @requirement("S0-5.1.2-2")
    def test_dispatched_may_verify_and_who_left_may_not(self):
        """Dispatched labour is given a verification; who has left is not."""
        self.second.employee_ids.employee_type = "dispatched"
        job = self._job()
        later = self._accepted(1, prefix="SL").job_ids
        self._assign(job)
        self.assertEqual(job.employee_ids, self.testers)
        self.testers[1].active = False
        with self.assertRaisesRegex(UserError, "does not work here any more"):
            self._assign(later)
        self.assertFalse(later.employee_ids)

    @requirement("S2-6.4a")
    def test_above_the_limit_the_head_confirms(self):
        """One job more than the limit is refused without the head's confirmation, in
        the dialog and in its method; with it the jobs are assigned and say so."""
        self.second.employee_ids.workload_limit = 1
        self._assign(self._job())
        job = self._accepted(1, prefix="SW").job_ids
        with self.assertRaisesRegex(UserError, "or_second would have 2 open jobs"):
            self._assign(job)
        wizard = (
            self.env["metrology.job.assign"]
            .with_user(self.head)
            .create({"job_ids": [Command.set(job.ids)]})
        )
        chosen = wizard.person_ids.filtered(
            lambda row: row.employee_id.id in self.testers.ids
        )
        chosen.chosen = True
        wizard.invalidate_recordset(["workload_text"])
        self.assertIn("or_second", wizard.workload_text)
        self.assertNotIn("or_tester", wizard.workload_text)
        with self.assertRaisesRegex(UserError, "must confirm"):
            wizard.action_assign()
        self.assertFalse(job.employee_ids)
        # A confirmation is the head's: the word of somebody else counts nothing.
        with self.assertRaises(AccessError):
            job.with_user(self.tester).with_context(workload_confirmed=True)._assign(
                self.testers
            )
        wizard.workload_confirmed = True
        wizard.action_assign()
        self.assertEqual(job.employee_ids, self.testers)
        self.assertIn("above the limit", "".join(job.message_ids.mapped("body")))

    def test_matrix_shows_the_work_at_risk(self):
        """A gap stands with the open orders and jobs that hang on it; what has two
        persons shows none."""

        def row():
            data = (
                self.env["metrology.authorization.matrix"]
                .with_user(self.clerk)
                .get_matrix(department_id=self.department.id)
            )
            [row] = [
                one for one in data["capabilities"] if one["id"] == self.verifying.id
            ]
            return row["gap"], row["orders"], row["jobs"]

        self._accepted(2, prefix="R1")
        self._accepted(1, prefix="R2")
        self.assertEqual(row(), (False, 0, 0))
        self.second.employee_ids.birthday = self.today - relativedelta(years=70)
        self.assertEqual(row(), (True, 2, 3))

    def test_limit_of_the_institution(self):
        """Without a limit of his own the institution's holds; 0 is no limit."""
        self.env.company.metrology_workload_limit = 1
        jobs = self._accepted(2, prefix="SI").job_ids
        with self.assertRaisesRegex(UserError, "the limit is 1"):
            self._assign(jobs)
        self.env.company.metrology_workload_limit = 0
        self._assign(jobs)
