# SPDX-License-Identifier: AGPL-3.0-only
import json
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement

from .common import EnvironmentMixin

URL = "/metrology/environment/readings"


@tagged("post_install", "-at_install")
class TestEndpoint(EnvironmentMixin, HttpCase):
    """What a logger meets over HTTP."""

    def setUp(self):
        super().setUp()
        self._set_up_rooms()
        self.env.company.partner_id.lang = "en_US"
        self.key = self.logger_device.with_user(self.keeper)._make_key()

    def _post(self, body, key=None, url=URL, **headers):
        if not isinstance(body, str | bytes):
            body = json.dumps(body)
        key = self.key if key is None else key
        headers.setdefault("Authorization", f"Bearer {key}")
        return self.url_open(
            url, data=body, headers={"Content-Type": "application/json", **headers}
        )

    @requirement("S0-5.4.2-2")
    def test_stored_once_by_its_key(self):
        """A valid reading is stored once; a wrong key is refused with 401, a device
        that is switched off with 403; a strict room refuses a typed reading."""
        body = {"readings": [self._item("20.10")]}
        answer = self._post(body)
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(answer.json()["stored"], 1)
        self.assertEqual(self._post(body).json()["duplicates"], 1)
        self.assertEqual(self.room.reading_ids.mapped("value"), ["20.10"])
        for key in ("", "nonsense", self.key[:-1] + "x"):
            refused = self._post(body, key=key)
            self.assertEqual(refused.status_code, 401)
            self.assertTrue(refused.json()["error"])
        self.assertEqual(
            self._post(body, Authorization="", **{"X-API-Key": self.key}).status_code,
            200,
        )
        self.logger_device.active = False
        self.assertEqual(self._post(body).status_code, 403)
        self.room.is_strict = True
        with self.assertRefused(UserError, "automatic readings only"):
            self._read()

    def test_numbers_keep_their_digits(self):
        """A number in the JSON keeps the digits it was sent with."""
        body = json.dumps({"readings": [self._item()]}).replace('"20.1"', "20.100")
        self.assertEqual(self._post(body).status_code, 200)
        self.assertEqual(self.room.reading_ids.value, "20.100")

    @requirement("S2-5.1-3")
    def test_bad_requests_say_why(self):
        """Wrong unit, future, no JSON: 400 with the reason and the place."""
        answer = self._post([self._item(), self._item(unit="kPa", minutes_ago=1)])
        self.assertEqual(answer.status_code, 400)
        [item] = answer.json()["items"]
        self.assertEqual(item["index"], 1)
        self.assertIn("kPa", item["message"])
        self.assertIn("future", self._post(self._item(minutes_ago=-10)).json()["error"])
        self.assertEqual(self._post("{").status_code, 400)
        self.assertEqual(self._post([self._item()] * 1001).status_code, 413)
        self.assertEqual(self._post('"x"').status_code, 400)
        for hostile in (
            "[" * 100_000,
            {**self._item(), "time": "0001-01-01T00:00+09:00"},
        ):
            self.assertEqual(self._post(hostile).status_code, 400)
        self.assertEqual(self._post(" " * 2_000_001).status_code, 413)
        self.assertFalse(self.room.reading_ids)

    def test_too_often(self):
        """A device that hammers is told to wait."""
        with patch(
            "odoo.addons.metrology_environment.controllers.device.REQUESTS_PER_MINUTE",
            2,
        ):
            codes = [self._post({}, url="/metrology/environment/heartbeat").status_code]
            for _turn in range(4):
                answer = self._post({}, url="/metrology/environment/heartbeat")
                codes.append(answer.status_code)
        self.assertEqual(codes[0], 200)
        self.assertIn(429, codes)

    @mute_logger("odoo.http")
    def test_keys_are_hashed_and_the_keepers(self):
        """Only the hash of a key is stored; others than the keeper make none."""
        device = self.logger_device
        self.assertNotIn(self.key, (device.key_hash, device.key_prefix))
        self.assertEqual(len(device.sudo().key_hash), 64)
        with self.assertRaises(AccessError):
            device.with_user(self.tester).action_new_key()
        with self.assertRaises(AccessError):
            device.with_user(self.keeper).read(["key_hash"])
        with self.assertRefused(UserError):
            device.with_user(self.keeper).write({"last_seen": self.now})
        answer = device.with_user(self.keeper).action_new_key()
        fresh = answer["params"]["key"]
        self.assertEqual(self._post(self._item()).status_code, 401)
        self.assertEqual(self._post(self._item(), key=fresh).status_code, 200)

    @requirement("S2-6.11b")
    def test_live(self):
        """A reading that is posted is sent to the open pages of the company's people,
        and to nobody else; a value grows old by its time; the future is refused."""
        self._read("19.0", minutes_ago=30)
        [room] = (
            self.env["metrology.room"]
            .with_user(self.user)
            .get_live_rooms([("id", "=", self.room.id)])
        )
        shown = {one["name"]: one for one in room["values"]}
        self.assertEqual(shown["Temperature"]["value"], "19.0")
        self.assertEqual(shown["Temperature"]["limit"], "18…22")
        self.assertFalse(shown["Illuminance"]["time"])
        sent = []
        with patch.object(
            self.env.registry["bus.bus"],
            "_sendone",
            lambda bus, target, kind, message: sent.append((target, kind, message)),
        ):
            self.assertEqual(self._post(self._item("21.5")).status_code, 200)
        [(target, _kind, message)] = [
            one for one in sent if one[1] == "metrology_environment/reading"
        ]
        self.assertEqual(target[0], self.env.company)
        self.assertEqual(message["room"], self.room.id)
        self.assertEqual(message["values"][0]["value"], "21.5")
        self.assertEqual(self._post(self._item(minutes_ago=-10)).status_code, 400)

    def test_commands(self):
        """A gateway reports and fetches over the same door, with its own key only."""
        gateway = self.env["metrology.environment.device"].create(
            {"name": "HVAC", "kind": "hvac"}
        )
        key = gateway.with_user(self.keeper)._make_key()
        self.env["metrology.environment.control"].create(
            {
                "room_id": self.room.id,
                "element_id": self.temperature.id,
                "mode": "device",
                "device_id": gateway.id,
                "safe_min": "16",
                "safe_max": "26",
                "set_point": "20",
            }
        )
        self._post(self._item("23"))
        url = "/metrology/environment/commands"
        self.assertEqual(self._post({}, url=url).json(), {"commands": []})
        [command] = self._post({}, key=key, url=url).json()["commands"]
        for number in ("x", 10**30, -1):
            bad = self._post({"reports": [{"id": number}]}, key=key, url=url)
            self.assertEqual(bad.status_code, 400)
        report = {"id": command["id"], "done": True, "result": "20 °C"}
        self.assertEqual(self._post({"reports": [report]}, url=url).status_code, 400)
        answer = self._post({"reports": [report]}, key=key, url=url)
        self.assertEqual(answer.json(), {"commands": []})
        self.assertEqual(self.room.episode_ids.regulation_ids.state, "done")

    def test_only_employees_listen(self):
        """The text of the channel opens nothing by itself; employees get their
        companies' channels."""
        stranger = self.env["ir.websocket"].with_user(self.env.ref("base.public_user"))
        mine = self.env["ir.websocket"].with_user(self.user)
        with patch(
            "odoo.addons.mail.models.discuss.ir_websocket.IrWebsocket"
            "._build_bus_channel_list",
            lambda _self, channels: channels,
        ):
            base = ["metrology_environment"]
            channels = type(mine)._build_bus_channel_list
            self.assertIn(
                (self.env.company, "metrology_environment"), channels(mine, base)
            )
            self.assertNotIn("metrology_environment", channels(stranger, base))
            self.assertFalse(
                [one for one in channels(stranger, base) if isinstance(one, tuple)]
            )
