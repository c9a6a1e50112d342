# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import EnvironmentCommon


@tagged("post_install", "-at_install")
class TestRoom(EnvironmentCommon):
    def _codes(self, moment=None):
        room = self.room.with_user(self.user)
        blockers = room._get_condition_blockers(moment or self.now)
        return [code for code, _message in blockers[self.room.id]]

    def test_no_reading_is_not_in_order(self):
        """A limited element that was not read is not kept; one of two is not enough."""
        self.assertEqual(self._codes(), ["room_no_reading"])
        self.assertEqual(self.room.condition, "stale")
        self._read()
        self.assertEqual(self._codes(), ["room_no_reading"])
        self._read("50", "humidity")
        self.assertEqual(self._codes(), [])

    def test_conditions_of_the_moment(self):
        """The last reading at or before the moment counts, not a later one."""
        self._both("19.5", minutes_ago=90)
        self._both("21.55", minutes_ago=10)
        room = self.room.with_user(self.user)
        half_an_hour_ago = self.now - timedelta(minutes=30)
        self.assertEqual(room._get_conditions(half_an_hour_ago)["temperature"], "19.5")
        now = room._get_conditions(self.now)
        self.assertEqual((now["temperature"], now["humidity"]), ("21.55", "50"))
        self.assertTrue(now["within_limits"])
        self.assertFalse(now["stale"])
        self.assertEqual(self._codes(), [])

    def test_old_reading_says_nothing(self):
        """A reading older than the room allows is no evidence of its conditions."""
        self._both(minutes_ago=121)
        self.assertEqual(self._codes(), ["room_no_reading"])
        self.room.valid_minutes = 240
        self.assertEqual(self._codes(), [])

    def test_a_room_without_limits_needs_no_reading(self):
        """Where nothing is asked, nothing is missing."""
        bare = self._new_room("Store", "E-8")
        self.assertEqual(bare._get_condition_blockers(self.now)[bare.id], [])

    def test_out_of_limits_is_told(self):
        """The sentence says what is out, and by which limit."""
        self._both("22.5")
        [(code, message)] = self.room._get_condition_blockers(self.now)[self.room.id]
        self.assertEqual(code, "room_out_of_limits")
        self.assertIn("22.5 ℃", message)
        self.assertIn("18…22", message)

    def test_statistics_of_a_period(self):
        """Minimum, mean and maximum to the digits read; no data is not in order."""
        for text, minutes in (("19.50", 50), ("20.10", 40), ("20.4", 30)):
            self._read(text, minutes_ago=minutes)
        start, end = self.now - timedelta(minutes=60), self.now
        temperature = self.room._get_statistics(start, end)["temperature"]
        self.assertEqual(
            (temperature["min"], temperature["mean"], temperature["max"]),
            ("19.50", "20.00", "20.40"),
        )
        empty = self.room._get_statistics(start - timedelta(days=1), start)
        self.assertEqual(empty, {})
        with self.assertRefused(ValidationError, "ends"):
            self.room._get_statistics(end, start)

    def test_rooms_not_in_use(self):
        """No work in a room that is being set up or closed; closing asks why."""
        draft = self.env["metrology.room"].create({"name": "Draft", "code": "E-4"})
        if "access_mode" in draft._fields:  # asked for by the addon of safety
            draft.access_mode = "staff"
        [(code, _text)] = draft._get_work_blockers(self.now)[draft.id]
        self.assertEqual(code, "room_draft")
        with self.assertRaises(AccessError):
            draft.with_user(self.keeper).action_activate()
        with self.assertRefused(UserError):
            draft.with_user(self.head).state = "active"
        draft.with_user(self.head).action_activate()
        self.assertEqual(draft._get_work_blockers(self.now)[draft.id], [])
        with self.assertRefused(UserError, "reason"):
            draft.with_user(self.head).action_suspend(" ")
        draft.with_user(self.head).action_suspend("Painting")
        [(code, _text)] = draft._get_work_blockers(self.now)[draft.id]
        self.assertEqual(code, "room_suspended")

    def test_adjacent_is_mutual(self):
        """Who names a neighbour is its neighbour, and no longer when it is taken out."""
        other = self._new_room("Next Door", "E-302", adjacent_ids=[(4, self.room.id)])
        self.assertEqual(self.room.adjacent_ids, other)
        self.room.adjacent_ids = False
        self.assertFalse(other.adjacent_ids)
        # What a client's context says does not make one side of it.
        self.room.with_user(self.head).with_context(adjacent_mirror=True).write(
            {"adjacent_ids": [(4, other.id)]}
        )
        self.assertEqual(other.adjacent_ids, self.room)

    def test_queries_do_not_grow(self):
        """The conditions of many rooms cost as many queries as of one."""
        rooms = self.room
        for number in range(15):
            room = self._new_room("Copy", f"C-{number}")
            self._limit(room, temperature=("18", "22"))
            rooms |= room
            self._read(room_id=room.id)

        def count(records):
            return self._queries(lambda: records._get_work_blockers(self.now))

        count(rooms)
        self.assertEqual(count(rooms[:2]), count(rooms))
