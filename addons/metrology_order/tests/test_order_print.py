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

    def test_address_in_one_line(self):
        """A Chinese address is one line from the large to the small; the country is
        named to readers abroad only, and an address elsewhere keeps its own order."""
        china, france = self.env.ref("base.cn"), self.env.ref("base.fr")
        self.partner.write(
            {
                "country_id": china.id,
                "city": "邯郸市",
                "street": "峰峰矿区",
                "street2": " 滏阳路8号",
            }
        )
        order = self._new_order(self._new_instruments(1))
        self.env.company.country_id = china
        order._compute_report_partner()
        self.assertEqual(order.report_partner_address, "邯郸市峰峰矿区滏阳路8号")
        self.env.company.country_id = france
        order._compute_report_partner()
        self.assertTrue(order.report_partner_address.startswith(china.name))
        self.partner.country_id = france
        order._compute_report_partner()
        self.assertTrue(order.report_partner_address.endswith(france.name))
        self.assertNotIn("\n", order.report_partner_address)
