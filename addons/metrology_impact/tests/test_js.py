# SPDX-License-Identifier: AGPL-3.0-only
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestJs(HttpCase):
    def test_progress(self):
        """The bar of a listing moves, and the form is read when it ended (Hoot)."""
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            "&filter=metrology_impact",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
        )
