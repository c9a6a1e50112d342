# SPDX-License-Identifier: AGPL-3.0-only
from odoo.tests import HttpCase, tagged

from odoo.addons.metrology.tools.requirement import requirement


@tagged("post_install", "-at_install")
class TestJs(HttpCase):
    @requirement("S2-6.11b")
    def test_live_page(self):
        """The open page shows a posted reading without reloading, and turns values grey
        that are older than their room allows (Hoot)."""
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            "&filter=metrology_environment",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
        )
