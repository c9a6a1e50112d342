# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestStandardService(OrderCommon):
    """Whom a standard serves, by its nature, and with which of its equipment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.decider = cls._new_user("or_technical", "technical_head")

    def _internal(self):
        self.partner.with_user(self.decider).sudo().metrology_internal = True

    def _make_enterprise(self, approved=True):
        self.standard._guard_open().write(
            {
                "nature": "enterprise",
                "approval_date": approved and self.today - relativedelta(days=1),
            }
        )

    def _authorise(self, capability, **values):
        grant = self.env["metrology.grant"].create(
            {
                "name": "A-2026",
                "kind": "authorisation",
                "authority": "Market Regulation",
                "date_from": self.today - relativedelta(years=1),
                "date_to": self.today + relativedelta(months=6),
                **values,
            }
        )
        grant._guard_open().state = "active"
        capability.grant_id = grant
        return grant

    def _refusals(self, line):
        answer = self.env["metrology.eligibility"]._evaluate_lines(
            line.with_user(self.clerk)
        )[line.id]
        return " ".join(one["message"] for one in answer["refusals"])

    def _confirm(self, service_kind="calibration", **values):
        """Bring a new order of the clerk to the signature; return its line."""
        self.count = getattr(self, "count", 0) + 1
        instruments = self._new_instruments(1, prefix=f"C{self.count}", **values)
        order = self._new_order(instruments, service_kind)
        self._to_sign(order)
        return order.line_ids

    def _assert_refused(self, *words, **values):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self._confirm(**values)
        for word in words:
            self.assertIn(word, str(caught.exception))

    @requirement("S0-4.1.2-1")
    def test_social_standard_without_its_certificate(self):
        """An external job on it is not assigned; the sentence names the certificate."""
        order = self._accepted(1)
        job = order.job_ids
        self.standard._guard_open().write(
            {"social_number": False, "social_date_to": False}
        )
        persons = (self.tester | self.second).employee_ids
        with self.assertRaises(UserError) as caught:
            job.with_user(self.head)._assign(persons, self.standard)
        self.assertIn(
            "social public measurement standard certificate", str(caught.exception)
        )
        self.assertEqual(job.state, "new")

    @requirement("S0-4.1.2-2")
    def test_enterprise_standard_serves_its_own_unit(self):
        """External: refused. Internal: passes once the approval date is filled."""
        self._make_enterprise(approved=False)
        self._assert_refused("internal customers only")
        self._internal()
        self._assert_refused("approval")
        self.standard.approval_date = self.today
        self.assertEqual(self._confirm().capability_state, "capable")

    def test_mandatory_verification_stays_closed(self):
        """Own unit or not: mandatory verification needs an authorisation."""
        line = self._accepted(1).line_ids
        self.assertTrue(line.mandatory)
        self._make_enterprise()
        self._internal()
        self.assertIn("mandatory verification", self._refusals(line))
        self._authorise(self.verifying)
        self.verifying.mandatory = True
        self.assertEqual(self._refusals(line), "")

    @requirement("S0-4.1.2-3")
    def test_authorised_project_and_range(self):
        """Within the project it serves outsiders; 0 to 60 MPa of 25 and late: no."""
        self._make_enterprise()
        self._assert_refused("internal customers only")
        grant = self._authorise(self.calibrating)
        self.calibrating._guard_open().write({"range_max": "25"})
        self.assertEqual(
            self._confirm(range_text="(0~25) MPa").capability_state, "capable"
        )
        self._assert_refused("outside the authorised range", range_text="(0~60) MPa")
        grant._guard_open().date_to = self.today - relativedelta(days=1)
        self._assert_refused("A-2026", range_text="(0~25) MPa")

    def test_who_is_internal_is_not_the_clerk_s_to_say(self):
        """The clerk who takes the order cannot make its customer internal, RPC."""
        clerk = self.partner.with_user(self.clerk)
        with self.assertRaises(AccessError):
            clerk.write({"metrology_internal": True})
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.clerk).create(
                {"name": "Sly", "metrology_internal": True}
            )

    def test_equipment_outside_the_file_is_refused(self):
        """Only equipment in the standard's file is chosen, RPC and superuser alike."""
        job = self._accepted(1).job_ids
        job.with_user(self.head)._assign((self.tester | self.second).employee_ids)
        foreign = self.env["maintenance.equipment"].create(
            {"name": "Foreign", "serial_no": "F-9", "metrology_use": "reference"}
        )
        with self.assertRaises(ValidationError) as caught:
            job.with_user(self.tester).write(
                {"equipment_ids": [fields.Command.set(foreign.ids)]}
            )
        self.assertIn("Foreign", str(caught.exception))
        own = self.standard.equipment_ids
        job.with_user(self.tester).equipment_ids = own
        self.assertEqual(job._get_equipment(), own)

    def test_chosen_equipment_is_judged_at_the_start(self):
        """What was chosen and then leaves the file, or breaks, stops the start."""
        job = self._accepted(1).job_ids
        job.with_user(self.head)._assign((self.tester | self.second).employee_ids)
        spare = self.env["maintenance.equipment"].create(
            {
                "name": "Spare Barometer",
                "serial_no": "B-9",
                "metrology_use": "auxiliary",
                "traceability_required": False,
            }
        )
        spare.sudo()._guard_open().metrology_state = "qualified"
        member = (
            self.env["metrology.standard.member"]
            ._guard_open()
            .create(
                {
                    "standard_id": self.standard.id,
                    "equipment_id": spare.id,
                    "role": "auxiliary",
                }
            )
        )
        job.with_user(self.tester).equipment_ids = spare
        answer = self.env["metrology.eligibility"]._evaluate(job, "execute")[job.id]
        self.assertEqual(answer["equipment"], spare.ids)
        member.unlink()
        answer = self.env["metrology.eligibility"]._evaluate(job, "execute")[job.id]
        codes = [one["code"] for one in answer["refusals"]]
        self.assertIn("equipment_outside_file", codes)

    def test_queries_do_not_grow(self):
        """The nature of standards adds a fixed number of queries to 20 lines."""
        self._make_enterprise()
        self._authorise(self.calibrating)
        lines = self._accepted(20, service_kind="calibration").line_ids

        def ask(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["metrology.eligibility"]._evaluate_lines(some)
            return self.env.cr.sql_log_count - before

        ask(lines)
        self.assertEqual(ask(lines[:1]), ask(lines))
