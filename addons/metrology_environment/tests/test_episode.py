# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import EnvironmentCommon


@tagged("post_install", "-at_install")
class TestEpisode(EnvironmentCommon):
    def _open(self):
        return self.room.episode_ids.filtered(lambda one: one.state == "open")

    def test_one_alarm_for_one_time(self):
        """The first reading out of limits opens an alarm, later ones deepen it, the
        first one within ends it; the responsible person is told once."""
        self.room.responsible_id = self.head
        self._read("22.4", minutes_ago=30)
        self._read("23.1", minutes_ago=20)
        self._read("22.2", minutes_ago=10)
        episode = self._open()
        self.assertEqual((len(episode), episode.worst), (1, "23.1"))
        self.assertTrue(self.room.is_stopped)
        self.assertEqual(self.room.alarm_count, 1)
        self.assertEqual(len(episode.activity_ids), 1)
        self.assertEqual(episode.activity_ids.user_id, self.head)
        self._read("21.9", minutes_ago=5)
        self.assertEqual(episode.state, "closed")
        self.assertEqual(episode.end, self.now - timedelta(minutes=5))
        self.assertEqual(episode.minutes, 25)
        self.assertFalse(self.room.is_stopped)
        self.assertEqual(self.room.alarm_count, 0)

    def test_a_batch_is_followed_in_time(self):
        """A batch that leaves the limits and comes back is one alarm that is over."""
        self._send(
            self._item("20", minutes_ago=40),
            self._item("23", minutes_ago=30),
            self._item("24", minutes_ago=25),
            self._item("21", minutes_ago=20),
        )
        episode = self.room.episode_ids
        self.assertEqual(
            (episode.state, episode.worst, episode.minutes), ("closed", "24", 10)
        )

    def test_a_late_batch_does_not_stop_today(self):
        """What a logger sends late, when the room is back in its limits, is on file and
        stops nothing."""
        self._read("20.0", minutes_ago=1)
        self._send(self._item("25", minutes_ago=50))
        self.assertEqual(self.room.episode_ids.state, "closed")
        self.assertFalse(self.room.is_stopped)

    def test_release_by_a_named_person(self):
        """An alarm that stopped work waits for the inspection of a head, with the
        finding; nobody releases what goes on or is over."""
        self._read("23", minutes_ago=10)
        episode = self._open()
        episode._guard_open().stopped_work = True
        with self.assertRefused(UserError, "Going on"):
            episode.with_user(self.head).action_release("looks fine")
        self._read("21", minutes_ago=5)
        self.assertEqual(episode.state, "ended")
        [(code, message)] = self.room._get_work_blockers(self.now)[self.room.id]
        self.assertEqual(code, "room_stopped")
        self.assertIn("inspect", message)
        with self.assertRaises(AccessError):
            episode.with_user(self.tester).action_release("fine")
        with self.assertRefused(UserError, "reason"):
            episode.with_user(self.head).action_release("  ")
        with self.assertRefused(UserError):
            episode.with_user(self.head).write({"state": "closed"})
        episode.with_user(self.head).action_release("Window closed, two readings good")
        self.assertEqual(episode.state, "closed")
        self.assertEqual(episode.released_by_id, self.head)
        self.assertEqual(self.room._get_work_blockers(self.now)[self.room.id], [])
        with self.assertRefused(UserError, "Over"):
            episode.with_user(self.head).action_release("again")

    def test_watched_rooms_without_readings(self):
        """A room that asks for readings raises one alarm while they stay away."""
        self.room.needs_reading = True
        Gap = self.env["metrology.environment.gap"]
        Gap._cron_watch()
        Gap._cron_watch()
        episode = self._open()
        self.assertEqual(episode.mapped("kind"), ["gap"])
        codes = [c for c, _m in self.room._get_work_blockers(self.now)[self.room.id]]
        self.assertEqual(codes, ["room_stopped", "room_no_reading"])
        self._both()
        self.assertEqual(episode.state, "closed")

    def test_silent_devices(self):
        """A camera silent too long has one gap and an alarm in its rooms, both ended by
        its next sign of life; work does not begin while it is offline."""
        camera = self.env["metrology.environment.device"].create(
            {
                "name": "Camera 1",
                "kind": "camera",
                "heartbeat_minutes": 5,
                "room_ids": [fields.Command.link(self.room.id)],
            }
        )
        self._both()
        codes = [c for c, _m in self.room._get_work_blockers(self.now)[self.room.id]]
        self.assertEqual(codes, ["room_device_offline"])
        camera._seen(self.now)
        self.assertEqual(self.room._get_work_blockers(self.now)[self.room.id], [])
        later = self.now + timedelta(minutes=6)
        Gap = self.env["metrology.environment.gap"]
        self.assertEqual(len(Gap._watch_devices(later)), 1)
        self.assertFalse(Gap._watch_devices(later))
        gap, episode = camera.gap_ids, self._open()
        self.assertEqual((gap.start, gap.end), (self.now, False))
        self.assertEqual((episode.kind, episode.device_id), ("device", camera))
        camera._seen(later + timedelta(minutes=4))
        self.assertEqual((gap.minutes, episode.state), (10, "closed"))
        without = self.env["metrology.room"].search(
            [("device_ids", "not any", [("kind", "=", "camera")])]
        )
        self.assertNotIn(self.room, without)
        self.assertEqual(self.room.camera_count, 1)
