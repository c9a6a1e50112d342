# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.addons.metrology.tests.concurrency import ConcurrencyCase

from .common import StaffCommon


class TestStaffConcurrency(ConcurrencyCase):
    """Two heads at once: what must not exist twice exists once."""

    def setUp(self):
        super().setUp()
        cls = StaffCommon
        with self.committed(tracking_disable=True) as env:
            cls.env = env
            if not env["res.users"].search([("login", "=", "sc_head")]):
                cls.today = env["metrology.calendar"]._today(env.company)
                self._make(cls, env)
            self.ids = {
                name: env["hr.employee"].search([("name", "=", name)]).id
                for name in ("Conny", "Doris", "Emma", "Fred")
            }
            self.capability_id = (
                env["metrology.capability"].search([("code", "=", "SC-1")]).id
            )
            self.today = env["metrology.calendar"]._today(env.company)

    def _make(self, cls, env):
        """A capability, two heads, and persons who may verify and supervise."""
        cls.head = cls._new_user("sc_head", "technical_head")
        cls._new_user("sc_head2", "technical_head")
        cls.manager = cls._new_user("sc_manager", "staff_manager")
        cls.department = env["hr.department"].create({"name": "Concurrent"})
        cls.gauge = env["metrology.instrument.type"].create({"name": "SC Gauge"})
        cls.method = env["metrology.method"].create(
            {
                "code": "JJG 99055",
                "name": "SC Gauges",
                "service_kind": "verification",
                "instrument_type_ids": [(6, 0, cls.gauge.ids)],
            }
        )
        cls._new_edition("JJG 99055-2020", "2020-01-01")
        cls.pressure = env.ref("metrology.quantity_pressure")
        cls.mpa = env.ref("metrology.unit_mpa")
        cls.capability = cls._new_capability(code="SC-1")
        for name in ("Conny", "Doris", "Emma", "Fred"):
            cls._new_employee(name)
        for name in ("Emma", "Fred"):
            person = env["hr.employee"].search([("name", "=", name)])
            for activity in ("verify", "supervise"):
                cls._issue(person, activity)

    def _both(self, model, ids):
        """Let two heads put one of two clashing drafts each in force at once."""
        return self.in_processes(
            2,
            lambda env, number: env[model].browse(ids[number]).action_activate(),
            login=["sc_head", "sc_head2"],
        )

    def test_two_authorizations_of_one_person(self):
        """Two drafts of the same person, work and time are not both issued."""
        with self.committed(tracking_disable=True) as env:
            StaffCommon.env = env
            StaffCommon.capability = env["metrology.capability"].browse(
                self.capability_id
            )
            StaffCommon.manager = env["res.users"].search(
                [("login", "=", "sc_manager")]
            )
            person = env["hr.employee"].browse(self.ids["Conny"])
            ids = [StaffCommon._draft(person).id for _turn in range(2)]
        outcomes = self._both("metrology.authorization", ids)
        self.assertEqual([one.ok for one in outcomes].count(True), 1, outcomes)
        self.assertIn("in force until", next(o for o in outcomes if not o.ok).message)

    def test_two_mentors_of_one_person(self):
        """Two mentors for the same work and time are not both appointed."""
        with self.committed(tracking_disable=True) as env:
            ids = (
                env["metrology.mentoring"]
                .create(
                    [
                        {
                            "employee_id": self.ids["Doris"],
                            "mentor_id": self.ids[mentor],
                            "capability_id": self.capability_id,
                            "date_from": self.today,
                            "date_to": self.today + relativedelta(months=1),
                        }
                        for mentor in ("Emma", "Fred")
                    ]
                )
                .ids
            )
        outcomes = self._both("metrology.mentoring", ids)
        self.assertEqual([one.ok for one in outcomes].count(True), 1, outcomes)
        self.assertIn("at a time", next(o for o in outcomes if not o.ok).message)

    def test_two_editions_of_one_method(self):
        """Two heads approve two editions that would be in force at once: one is."""
        with self.committed(tracking_disable=True) as env:
            method = env["metrology.method"].create(
                {
                    "code": "JJG 99056",
                    "name": "SC twice",
                    "service_kind": "verification",
                }
            )
            ids = (
                env["metrology.method.edition"]
                .create(
                    [
                        {
                            "name": f"JJG 99056-{year}",
                            "method_id": method.id,
                            "date_from": f"{year}-01-01",
                        }
                        for year in (2021, 2022)
                    ]
                )
                .ids
            )
        outcomes = self.in_processes(
            2,
            lambda env, number: (
                env["metrology.method.edition"]
                .browse(ids[number])
                .sudo()
                .action_approve()
            ),
            login=["sc_head", "sc_head2"],
        )
        with self.committed() as env:
            editions = env["metrology.method.edition"].browse(ids)
            open_ended = editions.filtered(
                lambda one: one.approved_on and not one.date_to
            )
            self.assertEqual(len(open_ended), 1, outcomes)
