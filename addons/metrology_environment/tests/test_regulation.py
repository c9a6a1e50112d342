# SPDX-License-Identifier: AGPL-3.0-only
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement

from .common import EnvironmentCommon


@tagged("post_install", "-at_install")
class TestRegulation(EnvironmentCommon):
    def _control(self, **values):
        return (
            self.env["metrology.environment.control"]
            .with_user(self.head)
            .create(
                {
                    "room_id": self.room.id,
                    "element_id": self.temperature.id,
                    "mode": "manual",
                    "user_id": self.tester.id,
                    "safe_min": "16",
                    "safe_max": "26",
                    "set_point": "20",
                    **values,
                }
            )
        )

    @requirement("S2-6.11e")
    def test_once_for_each_alarm(self):
        """Leaving the limits makes one command or task for each alarm; a set-point
        outside the safe range is refused."""
        control = self._control()
        with self.assertRefused(ValidationError, "30", "16 … 26"):
            control.set_point = "30"
        self._read("22.5", minutes_ago=30)
        self._read("23", minutes_ago=20)
        task = self.room.episode_ids.regulation_ids
        self.assertEqual((len(task), task.state, task.set_point), (1, "pending", "20"))
        self.assertEqual(task.activity_ids.user_id, self.tester)
        with self.assertRaises(AccessError):
            task.with_user(self.user).action_done("I did it")
        with self.assertRefused(UserError, "reason"):
            task.with_user(self.tester).action_done("")
        for values in ({"set_point": "40"}, {"mode": "device"}, {"company_id": False}):
            with self.assertRefused(UserError):
                task.with_user(self.tester).write(values)
        task.with_user(self.tester).action_done("Set to 20 °C, falls since 10:20")
        self.assertEqual((task.state, task.done_by_id), ("done", self.tester))
        self.assertFalse(task.activity_ids)
        with self.assertRefused(UserError, "reported"):
            task.with_user(self.tester).action_done("again")
        self._read("20", minutes_ago=10)
        self._read("23", minutes_ago=5)
        self.assertEqual(len(self.room.episode_ids.regulation_ids), 2)

    def test_a_gateway_fetches_and_reports(self):
        """A command goes to its own gateway until it reports; no other gets it."""
        gateway, other = self.env["metrology.environment.device"].create(
            [{"name": name, "kind": "hvac"} for name in ("HVAC", "Other")]
        )
        self._control(mode="device", device_id=gateway.id)
        self._read("17")
        Regulation = self.env["metrology.environment.regulation"]
        self.assertEqual(Regulation._fetch(other), [])
        [command] = Regulation._fetch(gateway)
        self.assertEqual(
            (command["element"], command["set_point"], command["unit"]),
            ("temperature", "20", "℃"),
        )
        with self.assertRefused(UserError, "no command"):
            Regulation._answer(other, command["id"], True, "ok")
        Regulation._answer(gateway, command["id"], True, "valve 40 %")
        self.assertEqual(Regulation._fetch(gateway), [])
        done = Regulation.browse(command["id"])
        self.assertEqual((done.state, done.result), ("done", "valve 40 %"))

    def test_regulating_without_an_alarm(self):
        """The head regulates by the button; an employee does not."""
        control = self._control()
        action = control.action_regulate()
        task = self.env["metrology.environment.regulation"].search(action["domain"])
        self.assertEqual((task.state, task.episode_id.id), ("pending", False))
        with self.assertRaises(AccessError):
            control.with_user(self.user).action_regulate()

    def test_automatic_needs_its_gateway(self):
        """Who regulates automatically is named."""
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._control(mode="device")
            self.env.flush_all()
