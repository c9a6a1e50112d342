# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import EquipmentCommon


@tagged("post_install", "-at_install")
class TestEquipmentCheck(EquipmentCommon):
    def _procedure(self, approve=True, **values):
        procedure = (
            self.env["metrology.equipment.procedure"]
            .with_user(self.keeper)
            .create(
                {"name": "QP-12", "text": "Compare at 10 MPa, limit 0.02", **values}
            )
        )
        if approve:
            procedure.with_user(self.head).action_approve()
        return procedure

    def _plan(self, measured="10.015", procedure=None, **values):
        return (
            self.env["metrology.equipment.check"]
            .with_user(self.keeper)
            .create(
                {
                    "equipment_id": self.gauge_tester.id,
                    "procedure_id": (procedure or self._procedure()).id,
                    "line_ids": [
                        (
                            0,
                            0,
                            {
                                "reference": "10.00",
                                "measured": measured,
                                "limit": "0.02",
                            },
                        )
                    ],
                    **values,
                }
            )
        )

    def test_frequency_and_plan(self):
        """Use, risk and cost propose the interval; what comes near is planned once."""
        equipment = self.gauge_tester.with_user(self.keeper)
        for use, risk, cost, months in (
            ("low", "low", "low", 12),
            ("medium", "medium", "low", 6),
            ("high", "high", "low", 3),
            ("high", "high", "high", 4),
        ):
            equipment.write({"check_use": use, "check_risk": risk, "check_cost": cost})
            self.assertEqual(equipment.check_interval_proposed, months)
        equipment.write({"check_cost": "low"})
        equipment.action_use_proposed_interval()
        equipment.check_procedure_id = self._procedure()
        # Its certificate is three months old: the next check is due today.
        self.assertEqual(equipment.check_due, self.today)
        Equipment = self.env["maintenance.equipment"]
        check = Equipment._cron_plan_checks()
        self.assertEqual(check.equipment_id, self.gauge_tester)
        self.assertEqual((check.planned_on, check.user_id), (self.today, self.keeper))
        self.assertEqual(check.procedure_id, equipment.check_procedure_id)
        self.assertFalse(Equipment._cron_plan_checks())

    def test_chart(self):
        """The points of a repeated check are drawn with their limits."""
        for measured in ("10.010", "10.015"):
            self._plan(measured=measured).action_done()
        chart = self.gauge_tester.check_chart
        self.assertEqual(str(chart).count("<circle"), 2)
        lines = self.gauge_tester.check_ids.line_ids
        self.assertEqual(
            sorted(round(line.deviation_value, 3) for line in lines), [0.01, 0.015]
        )
        self.assertEqual(sorted(lines.mapped("limit_share")), [50, 75])

    @requirement("S1-7.3.3-10")
    def test_by_an_approved_procedure_only(self):
        """Without an approved procedure a check is refused."""
        draft = self._procedure(approve=False)
        check = self._plan(procedure=draft)
        with self.assertRefused(UserError, "procedure"):
            check.action_done()
        with self.assertRaises(AccessError):
            draft.with_user(self.keeper).action_approve()
        draft.with_user(self.head).action_approve()
        check.action_done()
        self.assertEqual(check.state, "passed")
        with self.assertRefused(UserError):
            draft.with_user(self.keeper).text = "Anything goes"

    def test_conclusion_follows_from_the_data(self):
        """Nobody sends "within the limit" beside numbers that say otherwise."""
        check = self._plan(measured="10.05")
        with self.assertRefused(UserError):
            check.line_ids.write({"is_within": True})
        with self.assertRefused(UserError):
            check.write({"line_ids": [(1, check.line_ids.id, {"is_within": True})]})
        with self.assertRefused(UserError):
            check.line_ids.create(
                {
                    "check_id": check.id,
                    "reference": "10.00",
                    "measured": "10.05",
                    "limit": "0.02",
                    "is_within": True,
                }
            )
        check.action_done()
        self.assertEqual(check.state, "failed")
        self.assertEqual(self.gauge_tester.metrology_state, "suspended")

    def test_the_author_does_not_approve(self):
        """Who wrote a procedure does not approve it; an empty one is not approved."""
        mine = (
            self.env["metrology.equipment.procedure"]
            .with_user(self.head)
            .create({"name": "QP-13", "text": "x"})
        )
        with self.assertRefused(UserError, "another person"):
            mine.action_approve()
        empty = self._procedure(approve=False, text=False)
        with self.assertRefused(UserError, "empty"):
            empty.with_user(self.head).action_approve()

    def test_no_conclusion_without_data(self):
        """A check without lines, or without a measured value, is not concluded."""
        check = self._plan(measured=False)
        with self.assertRefused(UserError, "no data"):
            check.action_done()
        check.line_ids.unlink()
        with self.assertRefused(UserError, "no data"):
            check.action_done()
        with self.assertRefused(UserError):
            check.write({"state": "passed"})

    def test_the_limit_is_inclusive_and_exact(self):
        """A deviation of exactly the limit passes, the next digit fails."""
        check = self._plan(measured="10.02")
        self.assertEqual(check.line_ids.deviation, "0.02")
        self.assertTrue(check.line_ids.is_within)
        check.line_ids.measured = "10.0200001"
        self.assertFalse(check.line_ids.is_within)
        for values in ({"measured": "about ten"}, {"limit": "-1"}):
            with self.assertRefused(ValidationError):
                check.line_ids.write(values)

    def test_failed_check_suspends(self):
        """A failed check takes the equipment out of use."""
        check = self._plan(measured="10.03")
        check.action_done()
        self.assertEqual(check.state, "failed")
        self.assertEqual(self._codes(self.gauge_tester), ["equipment_state"])

    def test_done_checks_stay(self):
        """Data of a done check are changed by nobody, nor is it deleted."""
        check = self._plan()
        check.action_done()
        for attempt in (
            lambda: check.line_ids.write({"measured": "10"}),
            lambda: check.write({"note": "better"}),
            lambda: check.write({"line_ids": [(5, 0, 0)]}),
            lambda: check.unlink(),
            lambda: check.action_done(),
        ):
            with self.assertRefused(UserError):
                attempt()

    def test_next_check(self):
        """The interval counts from the last good check or a later certificate."""
        equipment = self.gauge_tester
        equipment.check_interval_months = 6
        certificate = equipment.traceability_id
        self.assertEqual(
            equipment.check_due, certificate.date + relativedelta(months=6)
        )
        self._plan().action_done()
        self.assertEqual(equipment.check_due, self.today + relativedelta(months=6))

    def test_broken_seal_blocks(self):
        """Equipment whose seal is broken may have been adjusted: it is not used."""
        equipment = self.gauge_tester.with_user(self.keeper)
        equipment._register_event("seal_set", "Sealed by the institute")
        self.assertEqual(self._codes(self.gauge_tester), [])
        equipment._register_event("seal_broken", "Wire cut")
        self.assertEqual(self._codes(self.gauge_tester), ["equipment_seal_broken"])

    def test_usage_is_logged_once_and_stays(self):
        """Each document logs the equipment once; the rows stay, for everybody."""
        equipment = (self.gauge_tester | self.barometer).with_user(self.user)
        documents = self.capability.with_user(self.user)
        rows = equipment._log_usage(documents)
        self.assertEqual(rows.user_id, self.user)
        self.assertEqual(len(rows), 2)
        self.assertFalse(equipment._log_usage(documents))
        with self.assertRaises(AccessError):
            rows.with_user(self.keeper).unlink()
        with self.assertRefused(UserError, "history"):
            rows.unlink()
        with self.assertRefused(UserError, "history"):
            rows.note = "changed"
