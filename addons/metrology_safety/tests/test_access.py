# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import SafetyCommon


@tagged("post_install", "-at_install")
class TestAccess(SafetyCommon):
    @requirement("S0-5.4.3-1")
    def test_not_on_the_list(self):
        """A badge that is not on the list is logged as denied, and nobody is inside;
        who is on it is logged with the purpose, in and out."""
        answer = self._scan("Boroutsider", purpose="looking around")
        self.assertFalse(answer["granted"])
        self.assertIn("not on the list", answer["message"])
        [entry] = self.room.entry_ids
        self.assertEqual((entry.kind, entry.purpose), ("denied", "looking around"))
        self.assertEqual(entry.employee_id, self.outsider.employee_ids)
        self.assertEqual(self.room.inside_count, 0)
        self.assertTrue(self._scan("Bortester", purpose="calibration")["granted"])
        self.room.invalidate_recordset()
        self.assertEqual(self.room.inside_count, 1)
        self._scan("Bortester", "out")
        self.assertEqual(self._log(), ["denied", "in", "out"])
        came = self.room.entry_ids.filtered(lambda one: one.kind == "in")
        self.assertTrue(came.left_on)

    @requirement("S1-4.3.2-2")
    def test_list_and_log_of_a_room(self):
        """The list counts on its days only: taken off, the person is denied and logged;
        a visitor needs approval and escort."""
        self.access.with_user(self.head).action_revoke("moved to another laboratory")
        self.assertFalse(self._scan("Bortester")["granted"])
        again = self._allow(self.room, self.tester)
        self.assertTrue(self._scan("Bortester")["granted"])
        again.sudo()._guard_open().write(
            {
                "date_from": self.today - timedelta(days=9),
                "date_to": self.today - timedelta(days=1),
            }
        )
        self._scan("Bortester", "out")
        self.assertFalse(self._scan("Bortester")["granted"])
        self.assertEqual(self._log(), ["denied", "in", "out", "denied"])
        visitor = self._visitor()
        visitor.action_submit()
        visitor.with_user(self.head).action_approve()
        answer = self._scan(visitor.pass_code)
        self.assertIn("escort", answer["message"])

    @requirement("S2-6.4b")
    def test_identification_permission_log_and_anomalies(self):
        """Badge and permission give a line; in twice without going out is an anomaly; a
        wrong badge is denied without a name."""
        self._scan("Bortester")
        self._scan("Bortester")
        self.assertEqual(self._log(), ["in", "anomaly", "in"])
        inside = self.room.entry_ids.filtered(
            lambda one: one.kind == "in" and not one.left_on
        )
        self.assertEqual(len(inside), 1)
        self._scan("Bortester", "out")
        self._scan("Bortester", "out")
        self.assertEqual(self._log()[3:], ["out", "anomaly", "out"])
        answer = self._scan("0000-1234")
        self.assertFalse(answer["granted"])
        last = self.room.entry_ids.sorted("id")[-1]
        self.assertEqual(
            (last.kind, last.person, last.badge), ("denied", False, "…1234")
        )
        self.assertFalse(self._scan("")["granted"])

    def test_in_two_rooms(self):
        """Who comes into a second room without having left the first is an anomaly, and
        is inside once."""
        other = self.room.copy({"code": "SF-2", "access_mode": "staff"})
        self._scan("Bortester")
        self._scan("Bortester", room=other)
        self.assertEqual(self._log(other), ["anomaly", "in"])
        (self.room | other).invalidate_recordset()
        self.assertEqual((self.room.inside_count, other.inside_count), (0, 1))

    def test_the_log_is_not_written(self):
        """Nobody writes, changes or deletes lines of the log, whoever he is."""
        self._scan("Bortester")
        entry = self.room.entry_ids
        Entry = self.env["metrology.room.entry"]
        values = {"room_id": self.room.id, "kind": "in", "time": self.now}
        for call in (
            lambda: Entry.with_user(self.head).create(values),
            lambda: Entry.sudo().create(values),
            lambda: entry.sudo().write({"kind": "out"}),
            lambda: entry.sudo().with_context(room_entry=True).write({"kind": "out"}),
            lambda: entry.sudo().unlink(),
        ):
            with self.assertRaises(UserError):
                call()

    def test_authorising(self):
        """A tester asks, a head authorises, nobody himself; states are not written."""
        ask = (
            self.env["metrology.room.access"]
            .with_user(self.second)
            .create(
                {"room_id": self.room.id, "employee_id": self.second.employee_ids.id}
            )
        )
        with self.assertRaises(AccessError):
            ask.action_activate()
        with self.assertRaises(UserError):
            ask.write({"state": "active"})
        with self.assertRaises(UserError):
            ask.with_user(self.technical).write({"state": "active"})
        ask.with_user(self.technical).action_activate()
        self.assertEqual(ask.authorised_by_id, self.technical)
        own = self._allow(self.room, self.technical, activate=False)
        with self.assertRaisesRegex(AccessError, "himself"):
            own.with_user(self.technical).action_activate()

    @requirement("S2-6.4d")
    def test_coverage(self):
        """A room nobody may enter stands in the coverage report and cannot be put in
        use; with a person on its list it can."""
        bare = self.env["metrology.room"].create({"name": "Bare", "code": "SF-9"})
        Room = self.env["metrology.room"]
        uncovered = Room.search(["!", ("is_covered", "=", True)])
        self.assertIn(bare, uncovered)
        self.assertNotIn(self.room, uncovered)
        with self.assertRaisesRegex(UserError, "who may enter"):
            bare.with_user(self.head).action_activate()
        bare.access_mode = "list"
        bare.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "who may enter"):
            bare.with_user(self.head).action_activate()
        self._allow(bare, self.tester)
        bare.with_user(self.head).action_activate()
        self.assertEqual(bare.state, "active")
        self.assertNotIn(bare, Room.search(["!", ("is_covered", "=", True)]))

    @requirement("S2-6.9b")
    def test_mobile_laboratory(self):
        """A mobile laboratory is entered with the authorisation of its head only, which
        another head cannot give; who has none is denied and logged."""
        site = self.env["metrology.site"].create(
            {"name": "Van", "code": "SFV", "kind": "mobile"}
        )
        self.room.write({"site_id": site.id, "access_mode": "staff"})
        answer = self._scan("Borsecond")
        self.assertFalse(answer["granted"])
        self.assertIn("authorisation of the head", answer["message"])
        self.assertEqual(self._log(), ["denied"])
        ask = self._allow(self.room, self.second, activate=False)
        for user in (self.technical, self.tester):
            with self.assertRaises(AccessError):
                ask.with_user(user).action_activate()
        with self.assertRaisesRegex(AccessError, "only its head"):
            ask.with_user(self.technical).action_activate()
        with self.assertRaises(UserError):
            self.room.with_user(self.technical).is_mobile = False
        ask.with_user(self.head).action_activate()
        self.assertTrue(self._scan("Borsecond")["granted"])
