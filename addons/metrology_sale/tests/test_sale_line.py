# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PIXEL, MoneyCase


@tagged("post_install", "-at_install")
class TestSaleLine(MoneyCase):
    def test_accepting_makes_a_sale_order(self):
        """A counter order makes a confirmed sale order; equal lines share one line."""
        self._make_catalogue()
        order = self._make_order(4)
        order.line_ids[0].price_unit = 70.0
        self._accept(order)
        sale = order.sale_order_id.sudo()
        self.assertEqual(sale.state, "sale")
        self.assertEqual(sorted(sale.order_line.mapped("product_uom_qty")), [1.0, 3.0])
        self.assertEqual(sorted(sale.order_line.mapped("price_unit")), [70.0, 80.0])
        self.assertEqual(len(order.line_ids.sale_line_id), 2)
        self.assertEqual(sale.amount_untaxed, 310.0)
        self.assertEqual(set(sale.order_line.mapped("qty_delivered")), {0.0})

    def test_accepted_twice(self):
        """Accepting again makes no second sale order."""
        order = self._accept(self._make_order(2))
        with self.assertRaises(UserError):
            order.action_accept()
        self.assertEqual(
            self.env["sale.order"].search_count([("origin", "=", order.name)]), 1
        )

    def test_refused_acceptance_leaves_nothing(self):
        """Without a fee item nothing is accepted and nothing is half written."""
        order = self._make_order(2)
        order.line_ids[0].product_id = False
        self._sign(order)
        with self.assertRaises(UserError) as caught:
            order.action_accept()
        self.assertIn(
            order.line_ids[0].instrument_id.display_name, str(caught.exception)
        )
        self.assertEqual(order.state, "to_sign")
        self.assertFalse(order.sale_order_id)

    def test_price_does_not_move(self):
        """Confirming and changing a quantity do not price the line again."""
        self._make_catalogue()
        order = self._accept(self._make_order(2))
        line = order.sale_order_id.sudo().order_line
        self.fee.list_price = 999.0
        line._metrology_unlocked().product_uom_qty = 3.0
        self.assertEqual(line.price_unit, 80.0)

    def test_delivered_counts_first_finish(self):
        """Delivered counts jobs from their first finish and never goes down."""
        order = self._accept(self._make_order(3))
        line = order.sale_order_id.sudo().order_line
        self._finish(order.job_ids[0])
        self.assertEqual(line.qty_delivered, 1.0)
        self._finish(order.job_ids[1:])
        self.assertEqual(line.qty_delivered, 3.0)
        stamp = order.line_ids[0].delivered_on
        # Work done again: the job goes back and finishes a second time.
        order.job_ids[0].sudo().state = "running"
        self.env.flush_all()
        self.assertEqual(line.qty_delivered, 3.0)
        order.job_ids[0].sudo().action_finish()
        self.assertEqual(line.qty_delivered, 3.0)
        self.assertEqual(order.line_ids[0].delivered_on, stamp)
        self.assertEqual(line.qty_to_invoice, 3.0)

    def test_delivered_not_written_by_hand(self):
        """A salesman does not write a delivered quantity; neither does finance."""
        order = self._accept(self._make_order(2))
        line = order.sale_order_id.order_line
        for user in (self.clerk, self.finance):
            with self.assertRaises(UserError):
                line.with_user(user).write({"qty_delivered": 2.0})
            with self.assertRaises(UserError):
                line.with_user(user).write({"qty_delivered_method": "manual"})
            with self.assertRaises(UserError):
                order.sale_order_id.with_user(user).write(
                    {"order_line": [(1, line.id, {"qty_delivered": 2.0})]}
                )
        with self.assertRaises(UserError):
            self.env["sale.order.line"].with_user(self.clerk).create(
                {
                    "order_id": order.sale_order_id.id,
                    "product_id": self.fee.id,
                    "qty_delivered": 1.0,
                }
            )
        line.invalidate_recordset()
        self.assertEqual(line.qty_delivered, 0.0)

    def test_other_lines_stay_manual(self):
        """A travel charge on the same sale order is delivered by hand as ever."""
        order = self._accept(self._make_order(1))
        travel = self.env["product.product"].create(
            {"name": "Travel", "type": "service", "invoice_policy": "delivery"}
        )
        line = (
            self.env["sale.order.line"]
            .with_user(self.clerk)
            .create(
                {
                    "order_id": order.sale_order_id.id,
                    "product_id": travel.id,
                    "price_unit": 100.0,
                }
            )
        )
        line.qty_delivered = 1.0
        self._finish(order.job_ids)
        self.assertEqual(line.qty_delivered, 1.0)
        self.assertEqual(line.qty_delivered_method, "manual")

    def test_agreed_terms_stay(self):
        """Price, item and quantity of a signed line do not change on the sale order."""
        order = self._accept(self._make_order(2))
        line = order.sale_order_id.order_line.with_user(self.clerk)
        for vals in (
            {"price_unit": 1.0},
            {"discount": 50.0},
            {"product_uom_qty": 1.0},
            {"price_basis": "x"},
        ):
            with self.assertRaises(UserError, msg=str(vals)):
                line.write(vals)
        with self.assertRaises(UserError):
            line.order_id.action_cancel()

    def test_cancelled_order_costs_nothing(self):
        """Cancelling an order takes its lines off and cancels its own sale order."""
        order = self._accept(self._make_order(2))
        sale = order.sale_order_id.sudo()
        order.action_cancel("The customer withdrew")
        self.assertEqual(sale.state, "cancel")
        self.assertFalse(order.line_ids.sale_line_id)

    def test_changed_order(self):
        """A changed order that is accepted again moves only what changed."""
        self._make_catalogue()
        order = self._accept(self._make_order(3))
        self._finish(order.job_ids[0])
        sale = order.sale_order_id
        order.action_change("One instrument less, one dearer")
        order.line_ids[2].unlink()
        order.line_ids[1].price_unit = 100.0
        order.review_id.write(
            {
                "requirements_clear": True,
                "ability_confirmed": True,
                "changes_agreed": True,
                "record_complete": True,
            }
        )
        order.action_review_done()
        order.action_sign(PIXEL, "王经理")
        order.action_accept()
        self.assertEqual(order.sale_order_id, sale)
        lines = sale.sudo().order_line
        self.assertEqual(sorted(lines.mapped("price_unit")), [80.0, 100.0])
        self.assertEqual(lines.mapped("product_uom_qty"), [1.0, 1.0])
        self.assertEqual(sum(lines.mapped("qty_delivered")), 1.0)

    def test_accept_queries_do_not_grow(self):
        """The sale lines of 100 instruments take as many queries as those of 10."""
        counts = []
        for size in (10, 100):
            order = self._sign(self._make_order(size))
            order._guard_open().write({"state": "accepted"})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order._make_sale_lines()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 5, counts)
