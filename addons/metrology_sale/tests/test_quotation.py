# SPDX-License-Identifier: AGPL-3.0-only
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.metrology.tools.requirement import requirement
from odoo.addons.metrology_sale.tools.rmb import amount_to_capitals

from .common import MoneyCase


@tagged("post_install", "-at_install")
class TestQuotation(MoneyCase):
    def setUp(self):
        super().setUp()
        self._make_catalogue()

    def _make_quotation(self, quantity=5):
        return (
            self.env["sale.order"]
            .with_user(self.clerk)
            .create(
                {
                    "partner_id": self.partner.id,
                    "is_metrology": True,
                    "order_line": [
                        Command.create(
                            {"product_id": self.fee.id, "product_uom_qty": quantity}
                        )
                    ],
                }
            )
        )

    def _approve(self, quotation):
        """Review and approval, by two persons who are not the clerk."""
        quotation.with_user(self.clerk).action_submit_approval()
        quotation.with_user(self.head).action_approve()
        quotation.with_user(self.finance).action_approve()

    def test_priced_by_the_catalogue(self):
        """A quotation costs what an order would, with the same basis."""
        line = self._make_quotation().order_line
        self.assertEqual(line.price_unit, 80.0)
        self.assertEqual(line.price_basis, "沪价费〔2026〕1 号")
        line.product_uom_qty = 9
        self.assertEqual(line.price_unit, 80.0)

    def test_form(self):
        """The form prices a line when its fee item is chosen."""
        form = Form(
            self.env["sale.order"]
            .with_user(self.clerk)
            .with_context(default_is_metrology=True)
        )
        form.partner_id = self.partner
        with form.order_line.new() as line:
            line.product_id = self.fee
            self.assertEqual(line.price_unit, 80.0)
        self.assertEqual(form.save().order_line.price_basis, "沪价费〔2026〕1 号")

    def test_typed_price_says_who(self):
        """A typed price loses the legal basis of the catalogue."""
        line = self._make_quotation().order_line
        line.price_unit = 75.0
        self.assertIn(self.clerk.name, line.price_basis)

    def test_opens_the_order(self):
        """A confirmed quotation opens one calibration order at the quoted prices."""
        quotation = self._make_quotation(2)
        quotation.order_line.price_unit = 75.0
        with self.assertRaises(UserError):
            quotation.action_make_metrology_order()
        self._approve(quotation)
        quotation.action_confirm()
        action = quotation.action_make_metrology_order()
        self.assertEqual(
            quotation.action_make_metrology_order()["res_id"], action["res_id"]
        )
        order = (
            self.env["metrology.order"].with_user(self.clerk).browse(action["res_id"])
        )
        order.write(
            {
                "place": "onsite",
                "site_address": "x",
                "line_ids": [
                    Command.create(
                        {
                            "instrument_id": instrument.id,
                            "service_kind": "verification",
                            "capability_id": self.capability.id,
                        }
                    )
                    for instrument in self._make_instruments(3)
                ],
            }
        )
        self.assertEqual(order.line_ids.mapped("price_unit"), [75.0] * 3)
        self._accept(order)
        line = quotation.order_line
        self.assertEqual(order.line_ids.sale_line_id, line)
        self.assertEqual(line.product_uom_qty, 3.0)
        self._finish(order.job_ids)
        self.assertEqual(line.qty_delivered, 3.0)

    def test_quotation_of_an_order(self):
        """An order makes its quotation; accepting the order confirms it."""
        order = self._make_order(3)
        order.action_make_quotation()
        quotation = order.sale_order_id
        self.assertEqual(quotation.state, "draft")
        self.assertEqual(quotation.order_line.product_uom_qty, 3.0)
        quotation.order_line.with_user(self.clerk).price_unit = 60.0
        self.assertEqual(order.line_ids.mapped("price_unit"), [60.0] * 3)
        self.assertEqual(set(order.line_ids.mapped("price_source")), {"quotation"})
        self._approve(quotation)
        self._accept(order)
        self.assertEqual(quotation.state, "sale")
        self.assertEqual(quotation.amount_untaxed, 180.0)

    @requirement("S3-5.7.2")
    def test_unapproved_is_not_sent(self):
        """An unapproved quotation is not printed, sent or confirmed; two levels, two
        persons, neither of them the author; the print says the amount in capitals."""
        self.company.currency_id = self.env.ref("base.CNY")
        quotation = self._make_quotation()
        report = self.env["ir.actions.report"].with_user(self.clerk)
        for refused in (
            quotation.action_quotation_send,
            quotation.action_quotation_sent,
            quotation.action_confirm,
            lambda: report._render_qweb_pdf(
                "sale.action_report_saleorder", quotation.ids
            ),
        ):
            with self.assertRaises(UserError):
                refused()
        quotation.action_submit_approval()
        with self.assertRaises(UserError):
            quotation.order_line.price_unit = 1.0
        with self.assertRaises(UserError):
            quotation.order_line.unlink()
        with self.assertRaises(AccessError):
            quotation.with_user(self.finance).action_approve()
        both = self._make_user(
            "both", "metrology.group_department_head,metrology.group_finance"
        )
        quotation.with_user(both).action_approve()
        with self.assertRaises(AccessError):
            quotation.with_user(both).action_approve()
        with self.assertRaises(AccessError):
            quotation.write({"approval_state": "approved"})
        quotation.with_user(self.finance).action_approve()
        self.env["res.lang"]._activate_lang("zh_CN")
        self.partner.lang = "zh_CN"
        html, _type = report._render_qweb_html(
            "sale.action_report_saleorder", quotation.ids
        )
        text = html.decode()
        self.assertIn("沪价费〔2026〕1 号", text)
        self.assertIn(amount_to_capitals(f"{quotation.amount_total:.2f}"), text)
        quotation.action_confirm()
        self.assertEqual(quotation.state, "sale")

    def test_no_rule_no_approval(self):
        """An institution without rules sends its quotations at once."""
        self.env["metrology.approval.rule"].search(
            [("model", "=", "sale.order")]
        ).active = False
        quotation = self._make_quotation()
        quotation.action_confirm()
        self.assertEqual(quotation.state, "sale")
