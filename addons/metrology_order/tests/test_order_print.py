# SPDX-License-Identifier: AGPL-3.0-only
from odoo.tests import tagged

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestOrderPrint(OrderCommon):
    def test_print_shows_signature_and_qr(self):
        """The printed order bears QR, totals, signer and every line, also in Chinese."""
        self.env["res.lang"]._activate_lang("zh_CN")
        order = self._accepted(3)
        html = (
            self.env["ir.actions.report"]
            .with_user(self.clerk)
            ._render_qweb_html("metrology_order.report_order", order.ids)[0]
            .decode()
        )
        self.assertIn("<svg", html)
        self.assertIn("检定、校准委托单", html)
        self.assertIn("Li Si", html)
        self.assertIn("data:image/png;base64", html)
        self.assertEqual(html.count("JJG 99152-2013"), 3)
