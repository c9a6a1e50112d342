# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestEnvironment(OrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.room = cls._new_room("Lab A", "O-1")
        cls.standard.room_id = cls.room

    @classmethod
    def _new_room(cls, name, code, **values):
        room = cls.env["metrology.room"].create({"name": name, "code": code, **values})
        room._guard_open().state = "active"
        return room

    @classmethod
    def _limit(cls, owner, record, code, low, high, approve=True):
        version = cls.env["metrology.environment.requirement"].create(
            {
                owner: record.id,
                "limit_ids": [
                    fields.Command.create(
                        {
                            "element_id": cls.env.ref(
                                f"metrology_environment.element_{code}"
                            ).id,
                            "minimum": low,
                            "maximum": high,
                        }
                    )
                ],
            }
        )
        if approve:
            version.action_approve()
        return version

    def _read(self, value, code="temperature", minutes_ago=0, room=None):
        self.env["metrology.environment.reading"].with_user(self.tester).create(
            {
                "room_id": (room or self.room).id,
                "element_id": self.env.ref(f"metrology_environment.element_{code}").id,
                "value": value,
                "time": self.now - timedelta(minutes=minutes_ago),
            }
        )

    def _ready(self, count=1, prefix="E", service_kind="verification"):
        order = self._accepted(count, service_kind, prefix)
        self._in_department(order)
        jobs = order.job_ids.with_user(self.head)
        jobs._assign(self._employees(self.tester, self.second))
        return jobs.with_user(self.tester)

    @requirement("S1-4.3.3-1")
    def test_conditions_the_project_asks_for(self):
        """Where a project asks for 300 lx, its work does not begin at 250 lx."""
        self._limit("method_id", self.verifying.method_id, "illuminance", "300", False)
        job = self._ready()
        self._read("250", "illuminance")
        with self.assertRaises(UserError) as caught:
            job.action_start()
        self.assertIn("250 lx outside Illuminance ≥ 300", str(caught.exception))
        self.assertEqual(job.state, "ready")
        self._read("310", "illuminance")
        job.action_start()
        self.assertEqual(job.state, "running")
        self.assertEqual(job.evidence["start"]["rooms"], self.room.ids)

    def test_rooms_out_of_limits_or_closed(self):
        """Work begins neither in a closed room nor out of limits."""
        self._limit("room_id", self.room, "temperature", "18", "22")
        job = self._ready()
        self._read("23")
        with self.assertRaisesRegex(UserError, "23 ℃ outside"):
            job.action_start()
        self._read("21")
        self.room.sudo()._guard_open().state = "suspended"
        with self.assertRaisesRegex(UserError, "not in use"):
            job.action_start()
        self.room.sudo()._guard_open().state = "active"
        job.action_start()

    def test_unapproved_conditions(self):
        """Conditions of a method that nobody has approved allow no work."""
        self._limit(
            "method_id", self.verifying.method_id, "temperature", "18", "22", False
        )
        job = self._ready()
        with self.assertRaisesRegex(UserError, "not approved"):
            job.action_start()

    def test_readings_where_they_are_needed(self):
        """A room that needs readings starts nothing without; others are not asked."""
        self._limit("room_id", self.room, "temperature", "18", "22")
        job = self._ready()
        self.room.needs_reading = True
        with self.assertRaisesRegex(UserError, "no usable reading of Temperature"):
            job.action_start()
        self.room.needs_reading = False
        job.action_start()

    def test_an_alarm_stops_the_work(self):
        """A reading out of limits stops what runs in the room and tells who does it;
        resuming needs good readings and the inspection of a named person."""
        self._limit("room_id", self.room, "temperature", "18", "22")
        job = self._ready()
        job.action_start()
        elsewhere = self._ready(prefix="X")
        elsewhere.sudo().room_id = self._new_room("Lab Z", "O-9")
        elsewhere.action_start()
        self._read("22.5", minutes_ago=20)
        episode = self.room.episode_ids
        self.assertEqual((job.state, elsewhere.state), ("paused", "running"))
        self.assertEqual(episode.job_ids, job.sudo())
        self.assertIn("22.5", job.pause_reason)
        told = job.message_ids.filtered(lambda m: "Work stopped" in (m.body or ""))
        self.assertIn(self.tester.partner_id, told.partner_ids)
        with self.assertRaisesRegex(UserError, "22.5"):
            job.action_resume()
        self._read("21.0", minutes_ago=10)
        self.assertEqual(episode.state, "ended")
        with self.assertRaisesRegex(UserError, "inspect"):
            job.action_resume()
        episode.with_user(self.head).action_release("Heating repaired")
        job.action_resume()
        self.assertEqual(job.state, "running")

    def test_two_stops_are_two_inspections(self):
        """After the release another excursion stops the work anew."""
        self._limit("room_id", self.room, "temperature", "18", "22")
        job = self._ready()
        job.action_start()
        self._read("23", minutes_ago=30)
        self._read("21", minutes_ago=25)
        self.room.episode_ids.with_user(self.head).action_release("ok")
        job.action_resume()
        self._read("17", minutes_ago=5)
        self.assertEqual(job.state, "paused")
        self.assertEqual(len(self.room.episode_ids), 2)

    # Incompatible work ----------------------------------------------------------

    def _incompatible(self, adjacent=True):
        shaking, weighing = self.env["metrology.room.activity"].create(
            [{"name": "Shaking"}, {"name": "Weighing"}]
        )
        self.env["metrology.room.incompatibility"].create(
            {
                "activity_id": weighing.id,
                "other_id": shaking.id,
                "adjacent": adjacent,
                "reason": "vibration",
            }
        )
        self.verifying.room_activity_ids = shaking
        self.calibrating.room_activity_ids = weighing
        beside = self._new_room("Lab B", "O-2", adjacent_ids=[(4, self.room.id)])
        shaker = self._ready(prefix="A")
        weigher = self._ready(prefix="B", service_kind="calibration")
        shaker.sudo().room_id, weigher.sudo().room_id = self.room, beside
        return shaker, weigher

    @requirement("S0-5.4.3-2")
    def test_incompatible_neighbours(self):
        """B is not scheduled beside a running A it does not go together with, and both
        are named; at another time it is accepted."""
        shaker, weigher = self._incompatible()
        shaker.with_user(self.head).planned_to = self.now + timedelta(hours=2)
        shaker.action_start()
        plan = weigher.with_user(self.head)
        with self.assertRaises(ValidationError) as caught:
            plan.write(
                {
                    "planned_from": self.now + timedelta(hours=1),
                    "planned_to": self.now + timedelta(hours=3),
                }
            )
        message = str(caught.exception)
        self.assertIn(shaker.name, message)
        self.assertIn(weigher.name, message)
        self.assertIn("vibration", message)
        with self.assertRaisesRegex(UserError, shaker.name):
            weigher.action_start()
        plan.write(
            {
                "planned_from": self.now + timedelta(hours=2),
                "planned_to": self.now + timedelta(hours=3),
            }
        )
        self.assertTrue(plan.planned_from)

    def test_same_room_only(self):
        """What only must not share a room goes on next door, and not in one room."""
        shaker, weigher = self._incompatible(adjacent=False)
        shaker.action_start()
        weigher.action_start()
        self.assertEqual(weigher.state, "running")
        with self.assertRaisesRegex(ValidationError, "vibration"):
            weigher.sudo().room_id = self.room

    def test_unsuitable_room(self):
        """A job is not given a room that does not keep what its method asks for."""
        self._limit("method_id", self.verifying.method_id, "temperature", "19", "21")
        other = self._new_room("Lab C", "O-3")
        self._limit("room_id", other, "temperature", "18", "22")
        job = self._ready()
        with self.assertRaisesRegex(ValidationError, "not fit"):
            job.with_user(self.head).room_id = other

    def test_queries_do_not_grow(self):
        """Starting many jobs in a room asks the room once."""
        self._limit("room_id", self.room, "temperature", "18", "22")
        self._limit("method_id", self.verifying.method_id, "temperature", "15", "25")
        self._read("20")
        self._incompatible()
        jobs = self._ready(8, prefix="Q").sudo()
        eligibility = self.env["metrology.eligibility"].sudo()

        def count(some):
            return self._queries(
                lambda: eligibility._check(some, "execute", step="start")
            )

        count(jobs)
        self.assertLessEqual(count(jobs), count(jobs[:2]) + 2)
