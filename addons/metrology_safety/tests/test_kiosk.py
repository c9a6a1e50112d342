# SPDX-License-Identifier: AGPL-3.0-only
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import SafetyMixin


@tagged("post_install", "-at_install")
class TestKiosk(SafetyMixin, HttpCase):
    """The badge page over HTTP, without anybody being signed in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_laboratory()
        cls._set_up_safety()

    def _post(self, url, **params):
        answer = self.url_open(
            url,
            data=json.dumps({"jsonrpc": "2.0", "params": params}),
            headers={"Content-Type": "application/json"},
        )
        return answer.json()

    def test_page_and_scan(self):
        """Who has the address of the door scans; others find nothing, and only heads
        make it."""
        with self.assertRaises(AccessError):
            self.room.with_user(self.tester).action_open_kiosk()
        with self.assertRaises(UserError):
            self.room.with_user(self.head).kiosk_token = "easily-guessed"
        url = self.room.with_user(self.head).action_open_kiosk()["url"]
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("High Pressure", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        answer = self._post(f"{url}/scan", badge="Bortester", direction="in")
        self.assertEqual(
            (answer["result"]["granted"], answer["result"]["inside"]), (True, 1)
        )
        answer = self._post(f"{url}/scan", badge="Boroutsider", direction="in")
        self.assertFalse(answer["result"]["granted"])
        self.assertEqual(self._log(), ["in", "denied"])
        self.assertEqual(self.url_open("/metrology/kiosk/nonsense").status_code, 404)
        self.assertEqual(self.url_open("/metrology/kiosk/-").status_code, 404)
        with self.assertRaises(AccessError):
            self.room.with_user(self.tester).read(["kiosk_token"])
