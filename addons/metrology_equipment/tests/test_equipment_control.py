# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import EquipmentCommon


@tagged("post_install", "-at_install")
class TestEquipmentControl(EquipmentCommon):
    """Movements, maintenance, faults, positions and conditions of equipment."""

    @requirement("S1-7.3.3-6")
    def test_offsite_procedure_and_planned_maintenance(self):
        """No take-out without off-site procedure; maintenance appears on its date."""
        equipment = self.gauge_tester.with_user(self.keeper)
        for purpose in ("onsite", "loan"):
            with self.assertRefused(UserError, "Pressure Gauges", "off-site"):
                equipment._register_event("leave", "Mine 3", purpose=purpose)
        self.assertFalse(equipment.is_away)
        other = self.env["maintenance.equipment.category"].create({"name": "Weights"})
        self._new_procedure("QP-20", "offsite", category_ids=[(6, 0, other.ids)])
        with self.assertRefused(UserError, "off-site"):
            equipment._register_event("leave", "Mine 3", purpose="onsite")
        self._new_procedure(
            "QP-21", "offsite", category_ids=[(6, 0, self.category_class.ids)]
        )
        equipment._register_event(
            "leave",
            "Mine 3",
            purpose="onsite",
            due_back=self.today + relativedelta(days=3),
        )
        self.assertTrue(equipment.is_away)
        self.assertEqual(equipment.metrology_event_ids[0].purpose, "onsite")

        self.barometer.write(
            {
                "care_interval_months": 6,
                "commissioned_on": self.today - relativedelta(months=6),
            }
        )
        self.assertEqual(self.barometer.care_due, self.today)
        Equipment = self.env["maintenance.equipment"]
        request = Equipment._cron_plan_care()
        self.assertEqual(request.equipment_id, self.barometer)
        self.assertEqual(request.maintenance_type, "preventive")
        self.assertEqual(request.schedule_date.date(), self.today)
        self.assertFalse(Equipment._cron_plan_care())
        request.stage_id = self.env["maintenance.stage"].search(
            [("done", "=", True)], limit=1
        )
        self.assertEqual(
            self.barometer.care_due, request.close_date + relativedelta(months=6)
        )

    def test_maintenance_ahead_of_its_date(self):
        """Nothing is asked before the configured days ahead begin."""
        self.barometer.write(
            {
                "care_interval_months": 12,
                "commissioned_on": self.today + relativedelta(days=30, years=-1),
            }
        )
        Equipment = self.env["maintenance.equipment"]
        distance = (self.barometer.care_due - self.today).days
        for days, count in ((distance - 1, 0), (distance, 1)):
            self.env["ir.config_parameter"].set_param(
                "metrology_equipment.lead_days_maintenance", str(days)
            )
            self.assertEqual(len(Equipment._cron_plan_care()), count)

    def test_faulty_equipment(self):
        """Stopped with a reason, out of the selectors, repaired, confirmed, used again."""
        equipment = self.gauge_tester.with_user(self.keeper)
        dialog = (
            self.env["metrology.equipment.state"]
            .with_user(self.keeper)
            .create(
                {
                    "equipment_ids": [(6, 0, equipment.ids)],
                    "kind": "suspend",
                    "reason": "Overloaded to 80 MPa",
                    "fault_kind": "overload",
                    "ask_repair": True,
                }
            )
        )
        usable = self.env["maintenance.equipment"]._domain_usable(self.today)
        self.assertTrue(equipment.filtered_domain(usable))
        dialog.action_apply()
        self.assertFalse(equipment.filtered_domain(usable))
        self.assertEqual(equipment.metrology_event_ids.fault_kind, "overload")
        repair = equipment.maintenance_ids
        self.assertEqual(repair.maintenance_type, "corrective")
        self.assertEqual(
            equipment._get_last_good_days()[equipment.id],
            equipment.traceability_id.date,
        )
        with self.assertRefused(UserError, "repair"):
            equipment._register_event("resume", "Looks fine")
        repair.stage_id = self.env["maintenance.stage"].search(
            [("done", "=", True)], limit=1
        )
        with self.assertRefused(UserError, "needs a certificate confirmed after"):
            equipment._register_event("resume", "Repaired")
        self._new_certificate(self.gauge_tester, months_ago=0)
        equipment._register_event("resume", "Repaired and calibrated")
        self.assertTrue(equipment.filtered_domain(usable))

    def test_checked_equipment_resumes_by_a_function_check(self):
        """What needs no calibration comes back by a function check."""
        self.barometer.traceability_required = False
        barometer = self.barometer.with_user(self.keeper)
        barometer._register_event("suspend", "Dropped")
        with self.assertRefused(UserError, "function check"):
            barometer._register_event("resume", "Fine")
        barometer._register_event(
            "resume", "Fine", function_check="Compared with the other one: 0.1 hPa"
        )
        self.assertEqual(barometer.metrology_state, "permitted")

    def test_movements_are_kept(self):
        """A change of the room is an event, made by the dialog or on the card."""
        other = self.env["metrology.room"].create({"name": "Store", "code": "S1"})
        equipment = self.gauge_tester.with_user(self.keeper)
        equipment._register_event("move", "Rebuilding", room_id=other.id)
        self.assertEqual(equipment.room_id, other)
        equipment.room_id = self.room
        moves = equipment.metrology_event_ids.filtered(lambda e: e.kind == "move")
        self.assertEqual(moves.mapped("room_id"), self.room | other)
        self.assertEqual(moves.user_id, self.keeper)
        with self.assertRefused(UserError, "room"):
            equipment._register_event("move", "Somewhere")

    @requirement("S2-8c")
    def test_positions(self):
        """Outside its rooms an alert is made; an unknown device is refused."""
        hall = self.env["metrology.room"].create({"name": "Hall", "code": "H"})
        self.gauge_tester.write(
            {"tracker_code": "TAG-7", "allowed_room_ids": [(6, 0, self.room.ids)]}
        )
        Signal = self.env["metrology.equipment.signal"].with_user(self.keeper)
        Signal.report([{"device": "TAG-7", "room": self.room.code}])
        self.assertFalse(self.gauge_tester.activity_ids)
        Signal.report([{"device": "TAG-7", "room": "H", "state": "running"}])
        Signal.report([{"device": "TAG-7", "room": "H", "latitude": 36.6}])
        alert = self.gauge_tester.activity_ids
        self.assertEqual(len(alert), 1)
        self.assertIn("Hall", alert.summary)
        self.assertEqual(alert.user_id, self.keeper)
        self.assertEqual(self.gauge_tester.running_state, "running")
        self.assertEqual(
            self.gauge_tester.signal_ids.mapped("room_id"), hall | self.room
        )
        count = Signal.search_count([])
        with self.assertRefused(UserError, "TAG-8", "not registered"):
            Signal.report([{"device": "TAG-7", "room": "H"}, {"device": "TAG-8"}])
        self.assertEqual(Signal.search_count([]), count)
        with self.assertRaises(AccessError):
            Signal.with_user(self.user).report([{"device": "TAG-7", "room": "H"}])
        with self.assertRefused(UserError, "history"):
            self.gauge_tester.signal_ids[0].write({"is_outside": False})

    def test_newest_state_counts(self):
        """Many signals set the newest state of each device, in as many queries as one."""
        many = self.env["maintenance.equipment"].concat(
            *[
                self._new_equipment(
                    f"Dial {number}", f"D-{number}", "auxiliary", certified=False
                )
                for number in range(8)
            ]
        )
        Signal = self.env["metrology.equipment.signal"].sudo()

        def follow(equipment, state):
            later = Signal.create(
                [
                    {
                        **item._prepare_signal(self.room.browse(), running_state=state),
                        "time": "2026-01-02 00:00:00",
                    }
                    for item in equipment
                ]
            )
            early = Signal.create(
                [
                    {
                        **item._prepare_signal(
                            self.room.browse(), running_state="fault"
                        ),
                        "time": "2026-01-01 00:00:00",
                    }
                    for item in equipment
                ]
            )
            both = later | early
            return lambda: (both._follow(), self.env.flush_all())

        one = self._queries(follow(many[:1], "running"))
        self.assertEqual(many[:1].running_state, "running")
        self.assertEqual(self._queries(follow(many, "idle")), one)
        self.assertEqual(set(many.mapped("running_state")), {"idle"})

    def test_running_state_of_persons(self):
        """Whoever works with it says how it runs; nobody writes the state."""
        equipment = self.gauge_tester.with_user(self.user)
        equipment.with_context(running_state="running").action_report_state()
        self.assertEqual(equipment.running_state, "running")
        self.assertEqual(equipment.signal_ids.user_id, self.user)
        with self.assertRefused(UserError):
            self.gauge_tester.with_user(self.keeper).write({"running_state": "off"})

    def _read(self, value, minutes=0):
        self.env["metrology.environment.reading"].create(
            {
                "room_id": self.room.id,
                "element_id": self.env["metrology.environment.element"]
                .search([("code", "=", "humidity")], limit=1)
                .id,
                "value": value,
                "time": fields.Datetime.now() - timedelta(minutes=minutes),
            }
        )

    def test_storage_out_of_conditions_is_told(self):
        """Stored in a room outside its limits: its keeper is told, once."""
        humidity = self.env["metrology.environment.element"].search(
            [("code", "=", "humidity")], limit=1
        )
        self.gauge_tester.with_user(self.keeper).condition_ids = [
            (0, 0, {"element_id": humidity.id, "maximum": "60"}),
            (0, 0, {"situation": "use", "element_id": humidity.id, "maximum": "70"}),
        ]
        self._read("60", minutes=3)
        self.assertFalse(self.gauge_tester.activity_ids)
        self._read("65", minutes=2)
        self._read("65", minutes=1)
        alert = self.gauge_tester.activity_ids
        self.assertEqual(len(alert), 1)
        self.assertIn("65", alert.summary)
        now = fields.Datetime.now()
        equipment = self.gauge_tester.with_user(self.user)
        self.assertEqual(equipment._get_condition_blockers(now)[equipment.id], [])
        self._read("71")
        now = fields.Datetime.now() + timedelta(minutes=1)
        [(code, message)] = equipment._get_condition_blockers(now)[equipment.id]
        self.assertEqual(code, "equipment_conditions")
        self.assertIn("71", message)

    def test_use_by_hand(self):
        """A use without document is logged as often as it happens, if it is usable."""
        Use = self.env["metrology.equipment.use"].with_user(self.user)
        for _turn in range(2):
            Use.create(
                {
                    "equipment_ids": [(6, 0, self.gauge_tester.ids)],
                    "purpose": "Training",
                }
            ).action_log()
        rows = self.gauge_tester.usage_ids
        self.assertEqual(rows.mapped("document_name"), ["Training"] * 2)
        self.assertEqual(rows.user_id, self.user)
        self.gauge_tester.with_user(self.keeper)._register_event("suspend", "Dropped")
        dialog = Use.create(
            {"equipment_ids": [(6, 0, self.gauge_tester.ids)], "purpose": "Again"}
        )
        with self.assertRefused(UserError, "Piston Gauge"):
            dialog.action_log()
        self.assertEqual(len(self.gauge_tester.usage_ids), 2)
