# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import SafetyCommon, SafetyMixin


@tagged("post_install", "-at_install")
class TestPrivacy(SafetyCommon):
    """Who was where, and who comes with which pass, is not everybody's to read."""

    def test_visits(self):
        """Host and who entered it read a visit with its pass, and who receives and
        approves visits all; others find nothing, by search, read and copy."""
        visitor = self._visitor()
        visitor.action_submit()
        visitor.with_user(self.office).action_approve()
        Visitor = self.env["metrology.visitor"]
        self.assertFalse(Visitor.with_user(self.outsider).search([]))
        for name in ("pass_code", "name", "phone"):
            with self.assertRaises(AccessError):
                visitor.with_user(self.outsider).read([name])
        with self.assertRaises(AccessError):
            visitor.with_user(self.outsider).copy()
        with self.assertRaises(AccessError):
            visitor.with_user(self.outsider).action_take_back()
        for person in (self.tester, self.office, self.head, self.quality):
            self.assertTrue(visitor.with_user(person).read(["pass_code"]))

    def test_entries(self):
        """One's own entries, those of the own room, and all for heads; how many are
        inside is no secret."""
        self._scan("Bortester")
        Entry = self.env["metrology.room.entry"]
        self.assertFalse(Entry.with_user(self.outsider).search([]))
        with self.assertRaises(AccessError):
            self.room.entry_ids.with_user(self.outsider).read(["person"])
        self.assertEqual(len(Entry.with_user(self.tester).search([])), 1)
        self.assertTrue(Entry.with_user(self.head).search([]))
        self.assertEqual(self.room.with_user(self.outsider).inside_count, 1)
        self.room.responsible_id = self.outsider
        self.assertTrue(Entry.with_user(self.outsider).search([]))

    def test_submitted_visit_is_what_is_approved(self):
        """Rooms and times are not changed behind the approver's back: taken back, it
        is submitted again; what was submitted is not deleted."""
        visitor = self._visitor()
        visitor.action_submit()
        for values in (
            {"planned_to": self.now + timedelta(days=9)},
            {"purpose": "Something else"},
            {"company_id": self.env.company.create({"name": "Other"}).id},
        ):
            with self.assertRaises(UserError):
                visitor.write(values)
        visitor.action_take_back()
        visitor.planned_to = self.now + timedelta(hours=4)
        visitor.action_submit()
        with self.assertRaisesRegex(UserError, "stays on file"):
            visitor.with_user(self.office).unlink()

    def test_incidents_of_others(self):
        """Another employee reads an incident and does not rewrite it; closed, nothing
        of it changes."""
        incident = (
            self.env["metrology.incident"]
            .with_user(self.tester)
            .create({"name": "Hose burst", "room_id": self.room.id})
        )
        incident.description = "At 40 MPa"
        self.assertTrue(incident.with_user(self.outsider).read(["name"]))
        with self.assertRaises(AccessError):
            incident.with_user(self.outsider).description = "Nothing happened"
        incident.with_user(self.head).action_handle()
        quality = incident.with_user(self.quality)
        quality.write({"cause": "Old hose", "measure": "Replaced"})
        quality.action_close()
        for values in (
            {"responsible_id": self.head.id},
            {"hazard_id": False},
            {"measure": "None"},
        ):
            with self.assertRaises(UserError):
                quality.write(values)


@tagged("post_install", "-at_install")
class TestOrders(SafetyCommon):
    """Who orders a correction says until when; who inspects says so by the button."""

    def setUp(self):
        super().setUp()
        procedure = (
            self.env["metrology.safety.procedure"]
            .with_user(self.quality)
            .create(
                {
                    "name": "Weekly",
                    "item_ids": [fields.Command.create({"name": "Cables sound"})],
                }
            )
        )
        self.check = (
            self.env["metrology.safety.check"]
            .with_user(self.office)
            .create({"procedure_id": procedure.id, "room_id": self.room.id})
        )
        self.item = self.check.item_ids
        self.item.write({"result": "fail", "finding": "Bare wire"})
        self.correction = self.item.correction_ids

    def test_terms_of_a_correction(self):
        """Only who ordered it, or quality, moves its day and person, with a trace; not
        the responsible person, not another head, and not once it is done."""
        later = fields.Date.add(self.correction.due_date, days=30)
        other = self._new_user("or_head2", "department_head", employee=True)
        for person in (other, self.head):
            for values in ({"due_date": later}, {"user_id": other.id}, {"name": "-"}):
                with self.assertRaisesRegex(AccessError, "Bare wire.*or_office"):
                    self.correction.with_user(person).write(values)
            with self.assertRaises(UserError):
                self.correction.with_user(person).write({"item_id": self.item.id + 1})
            with self.assertRaises(AccessError):
                self.correction.with_user(person).unlink()
        order = self.correction.with_user(self.office)
        order.with_context(tracking_disable=False).due_date = later
        self.env.flush_all()
        self.env.cr.precommit.run()
        changes = order.sudo().message_ids.tracking_value_ids
        self.assertIn("due_date", changes.field_id.mapped("name"))
        self.correction.with_user(self.quality).user_id = other
        self.check.action_close()
        # An employee without any role for safety reports what he was given to do.
        self.correction.with_user(self.quality).user_id = self.tester
        with self.assertRaises(AccessError):
            self.correction.with_user(self.outsider).action_done("I")
        self.correction.with_user(self.tester).action_done("Cable replaced")
        with self.assertRaises(AccessError):
            order.due_date = self.today

    def test_items_stay_in_their_check(self):
        """What was found is not moved to another check, a closed one least of all."""
        other = self.check.copy()
        with self.assertRaises(UserError):
            self.item.write({"check_id": other.id})
        with self.assertRaises(UserError):
            self.check.write({"company_id": self.env.company.id})
        self.check.action_close()
        with self.assertRaises(UserError):
            self.check.note = "All was well"

    def test_inspection_is_not_written(self):
        """The day of an inspection is noted by the responsible person's button, with
        the name; nobody writes it, and what was inspected is not deleted."""
        hazard = self.env["metrology.hazard"].create(
            {
                "name": "60 MPa",
                "kind_id": self.env.ref("metrology_safety.hazard_kind_pressure").id,
                "measure": "Shield closed",
                "responsible_id": self.tester.id,
            }
        )
        for person in (self.head, self.technical, self.quality):
            for values in (
                {"last_inspection": self.today},
                {"next_inspection": self.today},
                {"last_inspector_id": person.id},
            ):
                with self.assertRaises(UserError):
                    hazard.with_user(person).write(values)
        with self.assertRaises(AccessError):
            hazard.with_user(self.outsider).action_inspected()
        hazard.with_user(self.tester).action_inspected()
        self.assertEqual(hazard.last_inspection, self.today)
        self.assertEqual(hazard.last_inspector_id, self.tester)
        with self.assertRaisesRegex(UserError, "archive"):
            hazard.with_user(self.technical).unlink()

    def test_access_by_the_head_of_the_room(self):
        """Another department's head lets nobody into the room."""
        other = self._new_user("or_head3", "department_head", employee=True)
        ask = self._allow(self.room, self.second, activate=False)
        with self.assertRaisesRegex(AccessError, "belongs to Pressure"):
            ask.with_user(other).action_activate()
        with self.assertRaises(AccessError):
            self.room.with_user(other).access_mode = "staff"
        ask.with_user(self.head).action_activate()
        with self.assertRaises(UserError):
            ask.with_user(self.head).purpose = "Other"


@tagged("post_install", "-at_install")
class TestKioskAddress(SafetyMixin, HttpCase):
    """The address at the door can be changed and closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_laboratory()
        cls._set_up_safety()

    def test_rotate_and_close(self):
        """A new address ends the former one, with a trace; only the room's head or the
        technical head make one, and nobody reads or writes it."""
        old = self.room.with_user(self.head).action_open_kiosk()["url"]
        self.assertEqual(self.url_open(old).status_code, 200)
        other = self._new_user("or_head4", "department_head", employee=True)
        for person in (other, self.tester):
            for name in (
                "action_open_kiosk",
                "action_rotate_kiosk",
                "action_close_kiosk",
            ):
                with self.assertRaises(AccessError):
                    getattr(self.room.with_user(person), name)()
            with self.assertRaises(AccessError):
                self.room.with_user(person).read(["kiosk_token"])
        with self.assertRaises(AccessError):
            self.room.with_user(self.head).read(["kiosk_token"])
        before = self.room.message_ids
        new = self.room.with_user(self.head).action_rotate_kiosk()["url"]
        self.assertNotEqual(new, old)
        self.assertEqual(self.url_open(old).status_code, 404)
        self.assertEqual(self.url_open(new).status_code, 200)
        [told] = self.room.message_ids - before
        self.assertIn("new address", told.body)
        self.assertEqual(told.author_id, self.head.partner_id)
        self.room.with_user(self.technical).action_close_kiosk()
        self.assertFalse(self.room.has_kiosk)
        self.assertEqual(self.url_open(new).status_code, 404)
