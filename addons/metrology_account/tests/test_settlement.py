# SPDX-License-Identifier: AGPL-3.0-only
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement
from odoo.addons.metrology_sale.tools.rmb import amount_to_capitals

from .common import SettlementCase


@tagged("post_install", "-at_install")
class TestSettlement(SettlementCase):
    @requirement("S3-5.9.8-2")
    def test_from_sheet_to_payment(self):
        """Sheet, invoice and payment agree to the cent; a second confirm is refused;
        what was cancelled is not invoiced."""
        order = self._accept(self._make_order(3))
        self._finish(order.job_ids[:2])
        order.job_ids[2].sudo()._cancel()
        settlement = self._settle(order)
        self.assertEqual(len(settlement.line_ids), 2)
        self.assertEqual(settlement.amount_total, 160.0)
        settlement.action_confirm()
        self.assertEqual(settlement.state, "confirmed")
        self.assertTrue(settlement.name.startswith("JS"))
        with self.assertRaises(UserError):
            settlement.action_confirm()
        settlement.with_user(self.finance).action_invoice()
        invoice = settlement.sudo().invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.amount_total, settlement.amount_total)
        self.assertEqual(
            invoice.amount_untaxed, sum(settlement.line_ids.mapped("amount"))
        )
        self.assertEqual(order.sale_order_id.sudo().order_line.qty_invoiced, 2.0)
        self.assertEqual(settlement.state, "invoiced")
        self._pay(settlement, 60.0)
        self.assertEqual((settlement.state, settlement.amount_due), ("partial", 100.0))
        self._pay(settlement)
        self.assertEqual((settlement.state, settlement.amount_due), ("paid", 0.0))
        self.assertEqual(order.settlement_state, "settled")

    def test_taxes_round_as_the_invoice(self):
        """Taxes of the sheet are those of the invoice, cent by cent."""
        tax = self.env["account.tax"].create(
            {"name": "6 %", "amount": 6.0, "company_id": self.company.id}
        )
        self.fee.taxes_id = tax
        order = self._make_order(7)
        for index, line in enumerate(order.line_ids):
            line.price_unit = 10.01 + index * 0.07
        self._accept(order)
        self._finish(order.job_ids)
        settlement = self._settle(order)
        settlement.action_confirm()
        settlement.with_user(self.finance).action_invoice()
        invoice = settlement.sudo().invoice_ids
        self.assertTrue(settlement.amount_tax)
        self.assertEqual(invoice.amount_total, settlement.amount_total)
        self.assertEqual(invoice.amount_tax, settlement.amount_tax)

    def test_service_on_one_sheet_only(self):
        """A second sheet takes only what is not on the first one."""
        order = self._accept(self._make_order(3))
        self._finish(order.job_ids[:2])
        first = self._settle(order)
        self.assertEqual(self._settle(order), first)
        self._finish(order.job_ids[2])
        second = self._settle(order)
        self.assertNotEqual(first, second)
        self.assertEqual(second.amount_total, 80.0)
        # Finished after the sheet was confirmed: not on its invoice.
        first.action_confirm()
        first.with_user(self.finance).action_invoice()
        self.assertEqual(first.sudo().invoice_ids.amount_total, 160.0)
        second.action_confirm()
        second.with_user(self.finance).action_invoice()
        self.assertEqual(second.sudo().invoice_ids.amount_total, 80.0)

    def test_nothing_typed(self):
        """Nobody types an amount, a state or an invoice; by RPC neither."""
        settlement = self._settle(self._make_done_order())
        with self.assertRaises(UserError):
            settlement.line_ids.write({"price_unit": 1.0})
        with self.assertRaises(UserError):
            settlement.write(
                {
                    "line_ids": [
                        Command.update(settlement.line_ids[0].id, {"quantity": 9})
                    ]
                }
            )
        with self.assertRaises(UserError):
            settlement.write({"confirmed_on": "2026-01-01 00:00:00"})
        for values in ({"state": "paid"}, {"amount_total": 1.0}, {"amount_due": 0.0}):
            with self.assertRaises(UserError):
                settlement.write(values)
        settlement.action_confirm()
        with self.assertRaises(UserError):
            settlement.line_ids[0].unlink()
        with self.assertRaises(UserError):
            settlement.partner_id = self.stranger
        with self.assertRaises(UserError):
            settlement.unlink()

    def test_rights(self):
        """Business settles, finance invoices; a tester sees no sheet."""
        settlement = self._settle(self._make_done_order())
        settlement.action_confirm()
        with self.assertRaises(AccessError):
            settlement.action_invoice()
        with self.assertRaises(AccessError):
            settlement.with_user(self.tester).read(["amount_total"])
        settlement.with_user(self.finance).action_invoice()
        with self.assertRaises(UserError):
            settlement.with_user(self.finance).action_invoice()

    def test_empty_and_foreign(self):
        """No sheet without a finished service, none for two customers at once."""
        order = self._accept(self._make_order(1))
        with self.assertRaises(UserError):
            self._settle(order)
        one = self._make_done_order(1)
        other = self._make_done_order(1, partner=self.stranger)
        with self.assertRaises(UserError):
            (one | other).action_make_settlement()

    def test_several_orders_one_invoice(self):
        """Orders of one customer go on one sheet and one invoice."""
        orders = self._make_done_order(1) | self._make_done_order(2)
        settlement = self._settle(orders)
        self.assertEqual(settlement.amount_total, 240.0)
        settlement.action_confirm()
        settlement.with_user(self.finance).action_invoice()
        self.assertEqual(len(settlement.sudo().invoice_ids), 1)
        self.assertEqual(settlement.sudo().invoice_ids.amount_total, 240.0)

    def test_other_charges(self):
        """A travel charge of the sale order is settled and invoiced with the rest."""
        order = self._make_done_order(1)
        travel = self.env["product.product"].create(
            {"name": "Travel", "type": "service", "invoice_policy": "order"}
        )
        travel.taxes_id = False
        self.env["sale.order.line"].with_user(self.clerk).create(
            {
                "order_id": order.sale_order_id.id,
                "product_id": travel.id,
                "price_unit": 100.0,
            }
        )
        settlement = self._settle(order)
        self.assertEqual(settlement.amount_total, 180.0)
        settlement.action_confirm()
        settlement.with_user(self.finance).action_invoice()
        self.assertEqual(settlement.sudo().invoice_ids.amount_total, 180.0)

    def test_cancel_and_settle_anew(self):
        """A cancelled sheet frees its services; one on an invoice is not cancelled."""
        order = self._make_done_order()
        settlement = self._settle(order)
        settlement.action_confirm()
        with self.assertRaises(UserError):
            settlement.action_cancel(" ")
        settlement.action_cancel("Wrong customer")
        self.assertEqual(settlement.state, "cancelled")
        again = self._settle(order)
        self.assertNotEqual(again, settlement)
        again.action_confirm()
        again.with_user(self.finance).action_invoice()
        with self.assertRaises(UserError):
            again.action_cancel("No")

    def test_free_services(self):
        """Services that cost nothing need no sheet and keep nothing back."""
        order = self._make_order(2)
        order.line_ids.price_unit = 0.0
        self._accept(order)
        self._finish(order.job_ids)
        self.assertEqual(order.settlement_state, "settled")
        self.assertFalse(order._get_payment_blockers())

    def test_printed_sheet(self):
        """The sheet prints basis, number of services and the amount in capitals."""
        self.env["res.lang"]._activate_lang("zh_CN")
        settlement = self._settle(self._make_done_order(3))
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.clerk)
            .with_context(lang="zh_CN")
            ._render_qweb_html("metrology_account.report_settlement", settlement.ids)
        )
        text = html.decode()
        self.assertIn("沪价费〔2026〕1 号", text)
        self.assertIn(settlement.with_context(lang="zh_CN").amount_in_words, text)
        yuan = self.env.ref("base.CNY").with_context(lang="zh_CN")
        self.assertEqual(yuan.amount_to_text(240), amount_to_capitals(240))

    def test_collect_queries_do_not_grow(self):
        """Collecting 60 services takes as many queries as collecting 6."""
        counts = []
        for size in (6, 60):
            order = self._make_done_order(size)
            settlement = (
                self.env["metrology.settlement"]
                .with_user(self.clerk)
                .create({"partner_id": self.partner.id})
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            settlement._collect(order)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 5, counts)
