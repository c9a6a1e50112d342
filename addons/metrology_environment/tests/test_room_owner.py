# SPDX-License-Identifier: AGPL-3.0-only
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import EnvironmentCommon


@tagged("post_install", "-at_install")
class TestRoomOwner(EnvironmentCommon):
    """A room belongs to its department: other heads do not take it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_head = cls._new_user("env_head2", "department_head")
        cls.mine = cls._new_department("Mine", cls.head)
        cls.other = cls._new_department("Other", cls.other_head)
        cls.van = cls.env["metrology.site"].create(
            {"name": "Van", "code": "EVAN", "kind": "mobile"}
        )
        cls.house = cls.env["metrology.site"].create({"name": "House", "code": "EHS"})
        cls.room.write({"department_id": cls.mine.id, "site_id": cls.van.id})

    @classmethod
    def _new_department(cls, name, user):
        manager = cls.env["hr.employee"].create({"name": name, "user_id": user.id})
        return cls.env["hr.department"].create({"name": name, "manager_id": manager.id})

    def _changes(self):
        yield {"department_id": self.other.id}
        yield {"site_id": self.house.id}
        yield {"responsible_id": self.other_head.id}
        yield {"name": "My room now"}
        yield {"needs_reading": True}
        if "access_mode" in self.room._fields:  # of the addon of safety
            yield {"access_mode": "staff"}

    def test_another_head_changes_nothing(self):
        """Another head makes himself head of no laboratory, neither takes it out of
        use; the head of its department and the technical head may."""
        room = self.room.with_user(self.other_head)
        for values in self._changes():
            with self.assertRefused(AccessError, "Pressure Laboratory", "Mine"):
                room.write(values)
        with self.assertRefused(AccessError):
            room.action_suspend("Mine now")
        self.assertTrue(self.room.is_mobile)
        for person in (self.head, self.technical):
            for values in self._changes():
                with self.env.cr.savepoint() as point:
                    self.room.with_user(person).write(values)
                    point.rollback()
                self.room.invalidate_recordset()

    def test_keeper_sets_up_what_watches(self):
        """The keeper of equipment sets a room up, but does not say whose it is."""
        room = self.room.with_user(self.keeper)
        room.write({"is_strict": True})
        for values in ({"department_id": self.other.id}, {"site_id": False}):
            with self.assertRefused(AccessError):
                room.write(values)

    def test_head_above_and_room_of_nobody(self):
        """The head above is one too; a room of no department may be set up by any
        head, a mobile laboratory of none is the technical head's business."""
        self.mine.parent_id = self.other
        self.room.with_user(self.other_head).note = "Seen"
        free = self._new_room("Free", "E-90")
        free.with_user(self.other_head).department_id = self.other
        van = self._new_room("Van 2", "E-91", site_id=self.van.id)
        with self.assertRefused(AccessError):
            van.with_user(self.other_head).department_id = self.other
        van.with_user(self.technical).department_id = self.other

    def test_it_is_told(self):
        """Who moved a room stands in its history."""
        room = self.room.with_user(self.head).with_context(tracking_disable=False)
        room.write({"department_id": self.other.id})
        self.env.flush_all()
        self.env.cr.precommit.run()
        changes = self.room.message_ids.tracking_value_ids
        self.assertIn("department_id", changes.field_id.mapped("name"))
        self.assertIn(self.head.partner_id, self.room.message_ids.author_id)

    def test_regulation_of_others(self):
        """Heads set up and use the regulation of their own rooms only."""
        values = {
            "room_id": self.room.id,
            "element_id": self.temperature.id,
            "safe_min": "18",
            "safe_max": "22",
            "set_point": "20",
        }
        Control = self.env["metrology.environment.control"]
        with self.assertRefused(AccessError):
            Control.with_user(self.other_head).create(values)
        control = Control.with_user(self.head).create(values)
        foreign = control.with_user(self.other_head)
        for call in (
            lambda: foreign.write({"set_point": "21"}),
            foreign.action_regulate,
            foreign.unlink,
        ):
            with self.assertRefused(AccessError):
                call()
        with self.assertRefused(UserError):
            control.write({"company_id": self.env.company.id})
        control.action_regulate()
        with self.assertRefused(UserError, "not reported yet"):
            control.action_regulate()

    def test_archived_in_use(self):
        """A room in use is given up with a reason, not archived."""
        with self.assertRefused(UserError, "before it is archived"):
            self.room.with_user(self.technical).action_archive()
        self.room.with_user(self.technical).action_withdraw("Sold")
        self.room.with_user(self.technical).action_archive()

    @mute_logger("odoo.sql_db")
    def test_alarms_and_limits_keep_their_room(self):
        """The database does not take alarms or versions in force along with a room."""
        for name in ("alarm", "version"):
            room = self.env["metrology.room"].create({"name": name, "code": name})
            if name == "alarm":
                self.env["metrology.environment.episode"].sudo().create(
                    {"room_id": room.id, "kind": "gap", "start": self.now}
                )
            else:
                self._limit(room, temperature=("18", "22"))
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                room.with_user(self.technical).unlink()
                self.env.flush_all()
            self.assertTrue(room.exists())
