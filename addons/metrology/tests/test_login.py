# SPDX-License-Identifier: AGPL-3.0-only
import re

from odoo.tests import HttpCase, new_test_user, tagged

from ..tools.requirement import requirement
from .common import MetrologyCase


@tagged("post_install", "-at_install")
class TestLogin(MetrologyCase, HttpCase):
    def login(self, name, password):
        """Log in through the page; return whether it worked."""
        page = self.url_open("/web/login").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
        answer = self.url_open(
            "/web/login",
            data={"login": name, "password": password, "csrf_token": token},
            allow_redirects=False,
        )
        self.assertIn(answer.status_code, (200, 303), answer.text[:300])
        return answer.status_code == 303

    @requirement("S3-5.5-1")
    def test_login_and_menus(self):
        """Five wrong passwords start the cooldown, which is logged; a user without
        role sees no menu of the suite."""
        plain = new_test_user(self.env, login="plain", groups="base.group_user")
        tester = self.new_user("tester")
        root = self.env.ref("metrology.menu_root").id
        Menu = self.env["ir.ui.menu"]
        self.assertNotIn(root, Menu.with_user(plain)._visible_menu_ids())
        self.assertIn(root, Menu.with_user(tester)._visible_menu_ids())

        self.addCleanup(setattr, self.registry, "_login_failures", None)
        self.registry._login_failures = None
        self.assertTrue(self.login("test_tester", "test_tester"))
        self.authenticate(None, None)
        logger = "odoo.addons.base.models.res_users"
        for _attempt in range(5):
            self.assertFalse(self.login("test_tester", "wrong"))
        with self.assertLogs(logger, "WARNING") as logged:
            self.assertFalse(self.login("test_tester", "test_tester"))
        self.assertIn("Login attempt ignored", logged.output[0])
