# SPDX-License-Identifier: AGPL-3.0-only
import base64
import io

from dateutil.relativedelta import relativedelta
from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import EquipmentCommon


@tagged("post_install", "-at_install")
class TestEquipmentPlan(EquipmentCommon):
    def _plan(self, generate=True, **values):
        plan = (
            self.env["metrology.equipment.plan"]
            .with_user(self.keeper)
            .create(
                {
                    "name": "Calibration plan",
                    "date_from": self.today,
                    "date_to": self.today + relativedelta(years=1),
                    **values,
                }
            )
        )
        if generate:
            plan.action_generate()
        return plan

    def _line(self, plan, equipment):
        return plan.line_ids.filtered(lambda line: line.equipment_id == equipment)

    def _enter(self, equipment, number):
        return (
            self.env["metrology.traceability"]
            .with_user(self.keeper)
            .create(
                {
                    "equipment_id": equipment.id,
                    "number": number,
                    "provider": "National Institute",
                    "date": self.today,
                    "result": "Largest error 0.02 %",
                    "criterion": "MPE 0.05 %",
                    "file": base64.b64encode(b"copy"),
                }
            )
        )

    @requirement("S0-5.3.2")
    def test_listed_ahead_and_refused_after(self):
        """Overdue equipment is refused; the plan lists it the lead days before."""
        due = self.gauge_tester.traceability_due
        self.assertEqual(self._codes(self.gauge_tester, due), [])
        after = due + relativedelta(days=1)
        self.assertEqual(self._codes(self.gauge_tester, after), ["equipment_overdue"])
        distance = (due - self.today).days
        Parameter = self.env["ir.config_parameter"]
        name = "metrology_equipment.lead_days_calibration"
        plan = self._plan(generate=False, kind="rolling")
        plan.with_user(self.head).action_approve()
        for days, listed in ((distance - 1, False), (distance, True)):
            Parameter.set_param(name, str(days))
            self.env["metrology.equipment.plan"]._cron_roll()
            self.assertEqual(bool(self._line(plan, self.gauge_tester)), listed)
        self.env["metrology.equipment.plan"]._cron_roll()
        self.assertEqual(len(self._line(plan, self.gauge_tester)), 1)

    def test_from_due_dates(self):
        """A plan lists what falls due in its period or was never calibrated, once."""
        fresh = self._new_equipment("New", "N-1", "reference", certified=False)
        scrapped = self._new_equipment("Old", "O-1", "reference")
        scrapped.with_user(self.keeper)._register_event("scrap", "Worn out")
        untraced = self._new_equipment("Pump", "P-1", "auxiliary", certified=False)
        untraced.traceability_required = False
        plan = self._plan()
        listed = plan.line_ids.equipment_id
        self.assertLessEqual(fresh | self.gauge_tester | self.barometer, listed)
        self.assertFalse((scrapped | untraced) & listed)
        line = self._line(plan, self.gauge_tester)
        self.assertEqual(line.due_on, self.gauge_tester.traceability_due)
        self.assertEqual(line.provider, "National Institute")
        count = len(plan.line_ids)
        plan.action_generate()
        self.assertEqual(len(plan.line_ids), count)
        short = self._plan(date_to=self.today + relativedelta(days=7))
        self.assertFalse(self._line(short, self.gauge_tester))

    def test_another_approves(self):
        """Its maker does not approve it, an ordinary employee neither; then it stays."""
        plan = self._plan()
        with self.assertRaises(AccessError):
            plan.action_approve()
        own = (
            self.env["metrology.equipment.plan"]
            .with_user(self.head)
            .create({"name": "Own", "kind": "rolling"})
        )
        with self.assertRefused(UserError, "another person"):
            own.action_approve()
        with self.assertRefused(UserError):
            plan.write({"state": "approved"})
        plan.with_user(self.head).action_approve()
        line = plan.line_ids[0]
        for attempt in (
            lambda: line.write({"planned_on": self.today}),
            lambda: line.unlink(),
            lambda: plan.write({"date_to": self.today + relativedelta(years=2)}),
            lambda: line.write({"state": "done"}),
            lambda: plan.write({"line_ids": [(2, line.id, 0)]}),
            lambda: (
                self.env["metrology.equipment.plan.line"]
                .with_user(self.keeper)
                .create(
                    {
                        "plan_id": plan.id,
                        "equipment_id": self._new_equipment("X", "X", "reference").id,
                        "planned_on": self.today,
                    }
                )
            ),
        ):
            with self.assertRefused(UserError):
                attempt()

    def test_executed_line_by_line(self):
        """Sent, certificate in, confirmed; the progress follows."""
        plan = self._plan()
        line = self._line(plan, self.gauge_tester)
        with self.assertRefused(UserError, "not approved"):
            line.action_send()
        plan.with_user(self.head).action_approve()
        line.action_send()
        self.assertEqual(line.state, "sent")
        self.assertTrue(self.gauge_tester.is_away)
        event = self.gauge_tester.metrology_event_ids[0]
        self.assertEqual(event.purpose, "calibration")
        certificate = self._enter(self.gauge_tester, "NEW-1")
        self.assertEqual(line.state, "received")
        self.assertEqual(line.traceability_id, certificate)
        certificate.with_user(self.colleague).action_confirm()
        self.assertEqual(line.state, "done")
        total = len(plan.line_ids)
        self.assertEqual(plan.done_count, 1)
        self.assertAlmostEqual(plan.progress, 100 / total)
        with self.assertRefused(UserError, "open"):
            plan.action_close()
        # It is traceable again, but came back and must be checked before its use.
        self.assertEqual(self._codes(self.gauge_tester), ["equipment_away"])

    def test_not_fit_ends_the_line(self):
        """A certificate judged not fit ends its line as such."""
        plan = self._plan()
        plan.with_user(self.head).action_approve()
        certificate = self._enter(self.barometer, "BAD-1")
        certificate.with_user(self.colleague).action_refuse("Error 3 hPa")
        self.assertEqual(self._line(plan, self.barometer).state, "unfit")
        self.assertEqual(self.barometer.metrology_state, "suspended")

    def test_cancelled_with_a_reason(self):
        """Left out with a reason only; then the plan can be closed."""
        plan = self._plan()
        plan.with_user(self.head).action_approve()
        with self.assertRefused(UserError):
            plan.line_ids.action_cancel(" ")
        plan.line_ids.action_cancel("Project ended")
        self.assertEqual(plan.line_count, 0)
        plan.action_close()
        self.assertEqual(plan.state, "closed")

    def test_excel(self):
        """The Excel file has every item with its state."""
        plan = self._plan()
        action = plan.action_export()
        record = self.env["metrology.equipment.list"].search(
            [("create_uid", "=", self.keeper.id)], order="id desc", limit=1
        )
        self.assertIn(f"/{record.id}/file/", action["url"])
        sheet = load_workbook(io.BytesIO(base64.b64decode(record.file))).active
        rows = list(sheet.values)
        self.assertEqual(len(rows), len(plan.line_ids) + 1)
        self.assertIn("Piston Gauge", [row[1] for row in rows])

    def test_queries_of_generating_do_not_grow(self):
        """Listing thirty pieces costs hardly more queries than listing ten."""
        for n in range(10):
            self._new_equipment("Gauge", f"A-{n}", "reference")

        def cost():
            plan = self._plan(generate=False)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            plan.action_generate()
            self.env.flush_all()
            spent = self.env.cr.sql_log_count - before
            plan.line_ids.unlink()
            return spent

        cost()
        few = cost()
        for n in range(20):
            self._new_equipment("Gauge", f"BB-{n}", "reference")
        self.assertLessEqual(cost(), few + 2)
