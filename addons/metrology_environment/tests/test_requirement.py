# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import EnvironmentCommon


@tagged("post_install", "-at_install")
class TestRequirement(EnvironmentCommon):
    def _draft(self):
        action = self.requirement.with_user(self.head).action_new_version()
        draft = self.env[action["res_model"]].browse(action["res_id"])
        return draft.with_user(self.head)

    def test_a_change_is_a_new_version_and_approved_by_another(self):
        """What is in force is not edited; a draft changes nothing until the technical
        head, who did not enter it, approves; then the old one is superseded."""
        with self.assertRefused(UserError, "Make a new version"):
            self.limit.with_user(self.head).maximum = "30"
        with self.assertRefused(UserError, "Make a new version"):
            self.limit.with_user(self.head).unlink()
        draft = self._draft()
        self.assertEqual((draft.version, draft.state), (2, "draft"))
        draft.limit_ids[0].maximum = "21"
        self.assertEqual(self.room.limit_ids[0].maximum, "22")
        with self.assertRaises(AccessError):
            draft.action_approve()
        draft.with_user(self.technical).action_approve()
        self.assertEqual(self.room.limit_ids[0].maximum, "21")
        self.assertEqual(self.requirement.state, "superseded")
        self.assertEqual(draft.approved_by_id, self.technical)

    def test_nobody_approves_his_own(self):
        """Who entered a limit of the version does not approve it."""
        draft = self._draft()
        draft.with_user(self.technical).limit_ids[0].maximum = "23"
        with self.assertRefused(UserError, "another person"):
            draft.with_user(self.technical).action_approve()

    def test_state_is_not_written(self):
        """Approval is the button, not a write over RPC; a version is not made approved."""
        draft = self._draft()
        with self.assertRefused(UserError, "State"):
            draft.write({"state": "approved"})
        with self.assertRefused(UserError):
            draft.create({"room_id": self.room.id, "state": "approved"})
        empty = draft.create({"room_id": self._new_room("Other", "E-9").id})
        with self.assertRefused(UserError, "no limits"):
            empty.with_user(self.technical).action_approve()

    def test_the_past_stays_on_file(self):
        """A version that was in force is not deleted, its owner not changed."""
        with self.assertRefused(UserError, "stays on file"):
            self.requirement.with_user(self.technical).unlink()
        with self.assertRefused(UserError, "in use"):
            self.requirement.with_user(self.technical).room_id = self._new_room(
                "X", "X"
            )

    def test_limits_in_order(self):
        """Limits are numbers, the least below the greatest, one of each element."""
        limit = self._draft().limit_ids[0]
        for values in (
            {"minimum": "22"},
            {"minimum": "warm"},
            {"minimum": False, "maximum": False},
        ):
            with self.assertRefused(ValidationError):
                limit.write(values)

    def test_limit_in_a_unit_of_its_quantity(self):
        """A temperature is not limited in kilopascals."""
        with self.assertRefused(ValidationError, "kPa"):
            self._draft().limit_ids[0].unit_id = self.env.ref("metrology.unit_kpa")

    def test_limit_in_another_unit(self):
        """A limit in kelvin judges readings in degrees Celsius, exactly."""
        draft = self._draft()
        draft.limit_ids[0].write(
            {
                "unit_id": self.env.ref("metrology.unit_kelvin").id,
                "minimum": "291.15",
                "maximum": "295.15",
            }
        )
        draft.with_user(self.technical).action_approve()
        self.assertTrue(self._read("22").within_limits)
        self.assertFalse(self._read("22.001").within_limits)

    def test_limits_are_the_heads(self):
        """A tester reads the limits and does not make any."""
        self.assertEqual(self.limit.with_user(self.tester).minimum, "18")
        with self.assertRaises(AccessError):
            self.env["metrology.environment.requirement"].with_user(self.tester).create(
                {"room_id": self.room.id}
            )

    def test_work_waits_for_the_approval(self):
        """A room whose only limits are a draft allows no work."""
        room = self._new_room("Fresh", "E-7")
        self._limit(room, approve=False, temperature=("18", "22"))
        [(code, message)] = room._get_work_blockers(self.now)[room.id]
        self.assertEqual(code, "room_limits_unapproved")
        self.assertIn("not approved", message)
        room.requirement_ids.with_user(self.technical).sudo().action_approve()
        self.assertEqual(room._get_work_blockers(self.now)[room.id], [])
