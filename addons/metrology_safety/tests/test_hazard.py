# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import SafetyCommon


@tagged("post_install", "-at_install")
class TestHazard(SafetyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hazard = cls._new_hazard(capability_ids=[(6, 0, cls.verifying.ids)])

    @classmethod
    def _new_hazard(cls, **values):
        return cls.env["metrology.hazard"].create(
            {
                "name": "60 MPa",
                "kind_id": cls.env.ref("metrology_safety.hazard_kind_pressure").id,
                "stage": "test",
                "measure": "Shield closed, glasses on",
                **values,
            }
        )

    def _ready(self, prefix="H"):
        order = self._accepted(1, prefix=prefix)
        self._in_department(order)
        job = order.job_ids.with_user(self.head)
        job._assign(self._employees(self.tester, self.second))
        return job.with_user(self.tester)

    @requirement("S2-5.1-4")
    def test_acknowledged_before_the_start(self):
        """Hazards stand on the job with their stage; who begins must have acknowledged
        them himself, as they are now."""
        job = self._ready()
        self._new_hazard(
            name="Elsewhere", capability_ids=[(6, 0, self.calibrating.ids)]
        )
        self._new_hazard(
            name="Traffic", stage="onsite", capability_ids=[(6, 0, self.verifying.ids)]
        )
        lifting = self._new_hazard(
            name="Lifting",
            stage="reception",
            capability_ids=[(6, 0, self.verifying.ids)],
        )
        self.assertEqual(job.hazard_ids, self.hazard | lifting)
        self.assertTrue(job.hazards_open)
        with self.assertRaises(UserError) as caught:
            job.action_start()
        self.assertIn("60 MPa", str(caught.exception))
        self.assertIn("Lifting", str(caught.exception))
        job.with_user(self.second).action_acknowledge_hazards()
        with self.assertRaises(UserError):
            job.action_start()
        job.action_acknowledge_hazards()
        job.action_acknowledge_hazards()
        self.assertEqual(len(job.hazard_acknowledgement_ids), 4)
        self.hazard.measure = "Shield closed, glasses and gloves on"
        with self.assertRaisesRegex(UserError, "60 MPa"):
            job.action_start()
        job.action_acknowledge_hazards()
        job.action_start()
        self.assertEqual(job.state, "running")

    def test_acknowledgement_is_ones_own(self):
        """Only executors acknowledge, by the button; rows are not made or changed."""
        job = self._ready()
        with self.assertRaises(AccessError):
            job.with_user(self.outsider).action_acknowledge_hazards()
        Row = self.env["metrology.hazard.acknowledgement"]
        values = {
            "job_id": job.id,
            "hazard_id": self.hazard.id,
            "employee_id": self.tester.employee_ids.id,
            "time": self.now,
        }
        with self.assertRaises(UserError):
            Row.with_user(self.tester).create(values)
        with self.assertRaises(UserError):
            Row.sudo().create(values)
        job.action_acknowledge_hazards()
        with self.assertRaises(UserError):
            job.hazard_acknowledgement_ids.sudo().unlink()
        with self.assertRaisesRegex(UserError, "archive"):
            self.hazard.with_user(self.technical).unlink()

    def test_hazards_of_a_room(self):
        """What belongs to a room concerns every job that is done in it."""
        gas = self._new_hazard(name="Nitrogen", room_ids=[(6, 0, self.room.ids)])
        job = self._ready()
        self.assertNotIn(gas, job.hazard_ids)
        self.room._guard_open().state = "active"
        job.sudo().room_id = self.room
        self.assertIn(gas, job.hazard_ids)

    @requirement("S2-4.3-2")
    def test_inspections_and_incidents(self):
        """An overdue inspection raises an activity, once; an incident is not closed
        without a measure, nor by anybody."""
        self.hazard.write(
            {
                "responsible_id": self.head.id,
                "room_ids": [(6, 0, self.room.ids)],
                "last_inspection": self.today - timedelta(days=31),
            }
        )
        Hazard = self.env["metrology.hazard"]
        Hazard._cron_overdue()
        Hazard._cron_overdue()
        [activity] = self.hazard.activity_ids
        self.assertEqual(activity.user_id, self.head)
        self.assertIn("60 MPa", activity.summary)
        self.hazard.with_user(self.head).action_inspected()
        self.assertFalse(self.hazard.activity_ids)
        self.assertEqual(self.hazard.next_inspection, self.today + timedelta(days=30))
        incident = (
            self.env["metrology.incident"]
            .with_user(self.tester)
            .create({"name": "Hose burst", "room_id": self.room.id})
        )
        with self.assertRaises(AccessError):
            incident.action_handle()
        incident.with_user(self.head).action_handle()
        quality = incident.with_user(self.quality)
        with self.assertRaisesRegex(UserError, "Hose burst.*measure"):
            quality.action_close()
        quality.cause = "Old hose"
        with self.assertRaisesRegex(UserError, "measure"):
            quality.action_close()
        quality.measure = "All hoses replaced, checked every year"
        with self.assertRaises(AccessError):
            incident.with_user(self.head).action_close()
        with self.assertRaises(UserError):
            quality.write({"state": "closed"})
        quality.action_close()
        self.assertEqual(incident.closed_by_id, self.quality)
        with self.assertRaisesRegex(UserError, "closed"):
            quality.measure = "nothing"
