# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestEligibilityNotice(OrderCommon):
    """What changes in the master data is told to whom it stops, once, and untold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.department.manager_id = cls.head.employee_ids
        cls.technical = cls._new_user("or_technical", "technical_head", employee=True)
        (cls.tester | cls.second | cls.head).lang = "en_US"
        cls.jobs = cls._accepted(3, prefix="N").job_ids
        cls.jobs.with_user(cls.head)._assign(
            cls.tester.employee_ids | cls.second.employee_ids
        )
        cls.Notice = cls.env["metrology.eligibility.notice"]
        cls._commit(cls)

    def _commit(self):
        """Do what the end of a transaction does."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()

    def _open(self, user=None):
        domain = [("closed_on", "=", False), ("job_ids", "in", self.jobs.ids)]
        if user:
            domain.append(("user_id", "=", user.id))
        return self.Notice.search(domain)

    def _assert_told(self, code, words, user=None):
        """One open notice with one activity of the person concerned, for all jobs."""
        notice = self._open().filtered(lambda one: one.code == code)
        self.assertEqual(len(notice), 1, self._open().mapped("code"))
        self.assertIn(words, notice.message)
        self.assertNotIn(self.jobs[0].display_name, notice.message)
        self.assertEqual(notice.job_ids, self.jobs)
        self.assertEqual(notice.user_id, user or self.tester)
        self.assertEqual(notice.activity_ids.user_id, notice.user_id)
        self.assertEqual(len(notice.activity_ids), 1)
        self.assertIn(words, notice.activity_ids.summary)
        self.assertEqual(
            set(self.jobs.with_user(self.tester).mapped("eligibility_state")),
            {"blocked"},
        )
        return notice

    def _assert_settled(self, notice):
        """The notice ended by itself and took its activity away."""
        self.assertTrue(notice.closed_on)
        self.assertFalse(notice.activity_ids)
        self.assertFalse(self._open())
        self.assertEqual(
            set(self.jobs.with_user(self.tester).mapped("eligibility_state")), {"ok"}
        )

    def test_nothing_is_told_while_all_is_in_order(self):
        """Jobs in order have no notice, and their badge says so."""
        self.assertFalse(self._open())
        self.assertEqual(set(self.jobs.mapped("eligibility_state")), {"ok"})

    def test_suspended_capability(self):
        """A suspended capability stops its jobs at once; put in use again, they go on."""
        capability = self.verifying.with_user(self.technical)
        capability.action_suspend("The authority asked for it")
        self._commit()
        notice = self._assert_told("capability_suspended", "not in use")
        self.verifying.name = "Gauges, renamed"
        self._commit()
        self.assertEqual(self._open(), notice)
        self.assertEqual(len(notice.activity_ids), 1)
        capability.action_activate()
        self._commit()
        self._assert_settled(notice)

    def test_replaced_edition(self):
        """A new edition in force stops the jobs that were agreed by the old one."""
        self.env["metrology.method.edition"].create(
            {
                "name": "JJG 99152-2024",
                "method_id": self.verifying.method_id.id,
                "date_from": self.today - relativedelta(days=1),
            }
        ).action_approve()
        self._commit()
        self._assert_told("edition_superseded", "JJG 99152-2024")

    def test_suspended_standard(self):
        """A suspended measurement standard stops the jobs it was assigned to."""
        standard = self.standard.with_user(self.technical)
        standard.action_suspend("Moved")
        self._commit()
        notice = self._assert_told("standard_invalid", "not in use")
        self.assertEqual(notice.res_id, self.standard.id)
        standard.action_activate()
        self._commit()
        self._assert_settled(notice)

    def test_stopped_equipment(self):
        """Equipment taken out of use stops the jobs of its measurement standard."""
        equipment = self.standard.equipment_ids
        equipment._guard_open().metrology_state = "suspended"
        self._commit()
        notice = self._assert_told("standard_invalid", equipment.name)
        equipment._guard_open().metrology_state = "qualified"
        self._commit()
        self._assert_settled(notice)

    def test_revoked_authorization(self):
        """A revoked authorization stops the jobs of the person, named in the reason."""
        authorization = self.env["metrology.authorization"].search(
            [
                ("employee_id", "=", self.second.employee_ids.id),
                ("capability_id", "=", self.verifying.id),
            ]
        )
        authorization.with_user(self.technical).action_revoke("Left the field")
        self._commit()
        notice = self._assert_told("authorization_revoked", "or_second")
        self.assertEqual(notice.res_model, "hr.employee")

    def test_second_institution(self):
        """A person found to practise elsewhere too stops the person's jobs."""
        practice = self.env["metrology.practice"].create(
            {
                "employee_id": self.tester.employee_ids.id,
                "institution": "Elsewhere",
                "date_from": self.today,
            }
        )
        self._commit()
        notice = self._assert_told("person_second_institution", "Elsewhere")
        practice.unlink()
        self._commit()
        self._assert_settled(notice)

    def test_the_passing_of_a_day(self):
        """What lapses with a day is told by the night's run, and only then."""
        after = self.standard.date_to + relativedelta(days=1)
        with freeze_time(f"{self.standard.date_to} 02:00:00"):
            # Authorizations end before the standard does: only the standard counts here.
            self.env["metrology.authorization"].search([])._guard_open().date_to = (
                after + relativedelta(years=1)
            )
            self._commit()
            self.verifying._guard_open().date_to = after + relativedelta(years=1)
            self.env["metrology.traceability"].search([])._guard_open().write(
                {"date_to": after + relativedelta(years=1)}
            )
            self._commit()
            self.Notice._cron_reassess()
            self.assertFalse(self._open())
        with freeze_time(f"{after} 02:00:00"):
            self.Notice._cron_reassess()
            self.Notice._cron_reassess()
            notice = self._open()
            self.assertEqual(notice.code, "standard_invalid")
            self.assertIn(str(self.standard.date_to), notice.message)
            self.assertEqual(len(notice.activity_ids), 1)

    def test_who_is_told(self):
        """Without anybody responsible the head of the department is told."""
        self.jobs.sudo().write({"leader_id": False, "employee_ids": False})
        self.verifying.with_user(self.technical).action_suspend("Asked")
        self._commit()
        self._assert_told("capability_suspended", "not in use", user=self.head)

    def test_notice_follows_the_job(self):
        """A job that goes to another person, or ends, leaves the notice."""
        self.verifying.with_user(self.technical).action_suspend("Asked")
        self._commit()
        first, rest = self.jobs[0], self.jobs[1:]
        first.sudo().leader_id = self.second.employee_ids
        self._commit()
        self.assertEqual(self._open(self.tester).job_ids, rest)
        self.assertEqual(self._open(self.second).job_ids, first)
        rest.sudo().write({"state": "cancelled"})
        self._commit()
        self.assertFalse(self._open(self.tester))

    def test_search_and_rights(self):
        """'Blocked now' finds what is blocked; others' notices are not mine to read."""
        Job = self.env["metrology.job"].with_user(self.tester)
        own = [("id", "in", self.jobs.ids)]
        blocked = [("eligibility_state", "=", "blocked")]
        self.assertFalse(Job.search(own + blocked))
        self.verifying.with_user(self.technical).action_suspend("Asked")
        self._commit()
        self.assertEqual(Job.search(own + blocked), self.jobs)
        self.assertFalse(Job.search([*own, ("eligibility_state", "=", "ok")]))
        notice = self._open()
        self.assertTrue(notice.with_user(self.tester).has_access("read"))
        self.assertTrue(notice.with_user(self.head).has_access("read"))
        self.assertFalse(notice.with_user(self.outsider).has_access("read"))
        for user in (self.tester, self.technical):
            with self.assertRaises(AccessError):
                notice.with_user(user).write({"message": "nothing"})
        self.assertEqual(
            notice.with_user(self.tester).action_open_jobs()["domain"],
            [("id", "in", self.jobs.ids)],
        )
        self.assertEqual(
            notice.with_user(self.tester).action_open_cause()["res_id"],
            self.verifying.id,
        )

    def test_in_the_language_of_the_person(self):
        """The reason is a sentence in the language of who reads it."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.tester.lang = "zh_CN"
        self.env["ir.module.module"].search(
            [("name", "in", ("metrology_method", "metrology_order"))]
        )._update_translations(["zh_CN"])
        self.verifying.with_user(self.technical).action_suspend("Asked")
        self._commit()
        self.assertRegex(self._open().message, "[一-鿿]{4}")

    def test_my_work_counts_it(self):
        """My Work shows stopped work to whom it concerns."""
        self.verifying.with_user(self.technical).action_suspend("Asked")
        self._commit()

        def count(user):
            steps = self.env["metrology.work"].with_user(user).get_counts()
            return {step["key"]: step["count"] for step in steps}["eligibility_notice"]

        self.assertEqual(count(self.tester), 1)
        self.assertEqual(count(self.outsider), 0)

    def test_evidence_stays_as_it_was(self):
        """What allowed a step is kept with it, whatever happens afterwards."""
        self._in_department(self.jobs.order_id)
        self.jobs.with_user(self.tester).action_start()
        self._commit()
        before = {job.id: dict(job.evidence) for job in self.jobs}
        self.verifying.with_user(self.technical).action_suspend("Asked")
        self.standard.with_user(self.technical).action_suspend("Asked")
        self._commit()
        self.assertEqual({job.id: dict(job.evidence) for job in self.jobs}, before)
        self.assertEqual(
            before[self.jobs[0].id]["start"]["standards"], self.standard.ids
        )

    def test_many_jobs_in_a_fixed_number_of_queries(self):
        """A suspension over 200 jobs is judged with as many queries as over 3."""
        many = self._accepted(200, prefix="NM").job_ids
        many.with_user(self.head)._assign(self._employees(self.tester, self.second))
        self.verifying.with_user(self.technical).action_suspend("Asked")
        few, many = self.jobs.sudo(), many.sudo()
        self.Notice._get_reasons(few)  # what is cached for good
        self.assertEqual(
            self._queries(lambda: self.Notice._get_reasons(few)),
            self._queries(lambda: self.Notice._get_reasons(many)),
        )
        self._commit()
        self.assertEqual(self._open(self.tester).job_count, 203)
