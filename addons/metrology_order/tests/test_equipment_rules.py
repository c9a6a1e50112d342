# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import SIGNATURE, OrderCommon


@tagged("post_install", "-at_install")
class TestEquipmentRules(OrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.caretaker = cls._new_user("or_caretaker", "equipment")
        cls.equipment = cls.standard.equipment_ids
        cls.klass = cls.env["maintenance.equipment.category"].create(
            {"name": "Piston Gauges"}
        )
        cls.room = cls.env["metrology.room"].create({"name": "Room 7", "code": "R7"})
        cls.equipment.write(
            {
                "category_id": cls.klass.id,
                "room_id": cls.room.id,
                "technician_user_id": cls.caretaker.id,
            }
        )
        cls.line = cls.env["metrology.capability.requirement"].create(
            {
                "capability_id": cls.verifying.id,
                "name": "Piston gauge of class 0.05",
                "category_id": cls.klass.id,
            }
        )

    @requirement("S0-5.3.1")
    def test_incomplete_equipment_stops_the_lines(self):
        """Required equipment withdrawn: the capability is incomplete and its lines are
        not confirmed; stored out of its limits, an alert is raised."""
        capability = self.verifying.with_user(self.clerk)
        self.assertEqual(capability.completeness, "complete")
        order = self._to_sign(self._new_order(self._new_instruments(1), "verification"))
        order.action_sign(SIGNATURE, "Li Si")
        self.equipment.with_user(self.caretaker)._register_event(
            "suspend", "Piston scratched"
        )
        self.verifying.invalidate_recordset()
        self.assertEqual(capability.completeness, "incomplete")
        with self.assertRaisesRegex(
            UserError, "(?s)incomplete.*Piston gauge of class 0.05"
        ):
            order.action_accept()
        self.assertFalse(order.job_ids)

        humidity = self.env["metrology.environment.element"].search(
            [("code", "=", "humidity")], limit=1
        )
        self.equipment.with_user(self.caretaker).condition_ids = [
            fields.Command.create({"element_id": humidity.id, "maximum": "60"})
        ]
        self.env["metrology.environment.reading"].create(
            {"room_id": self.room.id, "element_id": humidity.id, "value": "75"}
        )
        alert = self.equipment.activity_ids
        self.assertEqual(alert.user_id, self.caretaker)
        self.assertIn("Room 7", alert.summary)

    def test_conditions_of_use_when_work_begins(self):
        """In a room out of the conditions of its use equipment is not used."""
        humidity = self.env["metrology.environment.element"].search(
            [("code", "=", "humidity")], limit=1
        )
        self.equipment.condition_ids = [
            fields.Command.create(
                {"situation": "use", "element_id": humidity.id, "maximum": "70"}
            )
        ]
        order = self._accepted(1)
        self._in_department(order)
        order.job_ids.with_user(self.head)._assign(
            self._employees(self.tester, self.second)
        )
        Reading = self.env["metrology.environment.reading"]
        Reading.create(
            {"room_id": self.room.id, "element_id": humidity.id, "value": "70.1"}
        )
        job = order.job_ids.with_user(self.tester)
        with self.assertRaisesRegex(UserError, "Piston Gauge.*70.1"):
            job.action_start()
        Reading.create(
            {"room_id": self.room.id, "element_id": humidity.id, "value": "70"}
        )
        job.action_start()
        self.assertEqual(job.state, "running")

    def test_queries_do_not_grow(self):
        """The equipment of many jobs is judged by as many queries as of one."""
        self.klass.operator_required = True
        jobs = self._accepted(12, prefix="Q").job_ids
        Eligibility = self.env["metrology.eligibility"]
        for records in (jobs[:1], jobs):
            Eligibility._evaluate(records, "execute")
        one = self._queries(lambda: Eligibility._evaluate(jobs[:1], "execute"))
        many = self._queries(lambda: Eligibility._evaluate(jobs, "execute"))
        self.assertLessEqual(many, one)
