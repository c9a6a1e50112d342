# SPDX-License-Identifier: AGPL-3.0-only
from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.metrology.tools.requirement import requirement
from odoo.addons.metrology_order.tests.common import OrderCommon


@tagged("post_install", "-at_install")
class TestIdentity(OrderCommon):
    """A sample's number goes with it through every move, and no move is without it."""

    @requirement("S2-6.6a-1")
    def test_card_lists_moves_and_moves_need_the_sample(self):
        """The card lists all moves with time and persons; scanning nothing, something
        unknown or another sample moves nothing, and stock moves no unnamed sample."""
        order = self._accepted(2)
        desk = self.env["metrology.sample"].with_user(self.keeper)
        for code in ("", "  ", "YP-0000"):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                desk.desk_scan(code, order.id)
        self.assertEqual(set(order.sample_ids.mapped("state")), {"expected"})
        serial = order.line_ids[0].serial_number
        answer = desk.desk_scan(serial, order.id)
        sample = desk.browse(answer["sample"]["id"])
        name = sample.name
        sample._hand_to(self.department, self.tester.employee_ids)
        sample.with_user(self.tester)._return_to_store()
        sample._release_to_customer("Li Si")
        self._check_card(sample, name)
        other = order.sample_ids - sample
        self.assertEqual(other.state, "expected")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            other.with_user(self.keeper)._hand_to(self.department)
        self._check_stock(sample)

    def _check_card(self, sample, name):
        arch = etree.fromstring(sample.get_view(view_type="form")["arch"])
        (card,) = arch.xpath("//field[@name='custody_ids']/list")
        shown = set(card.xpath("./field/@name"))
        self.assertTrue({"date", "giver_name", "receiver_name"} <= shown, shown)
        steps = sample.custody_ids.sorted("id")
        self.assertEqual(
            [
                (step.custody_step, step.giver_name, step.receiver_name)
                for step in steps
            ],
            [
                ("receive", "Mining Company", "or_keeper"),
                ("hand_over", "or_keeper", "or_tester"),
                ("return", "or_tester", "or_tester"),
                ("release", "or_keeper", "Li Si"),
            ],
        )
        self.assertTrue(all(steps.mapped("date")))
        self.assertEqual(set(steps.sudo().lot_id.mapped("name")), {name})

    def _check_stock(self, sample):
        """A stock manager moves no sample, named or not, past the custody."""
        stocker = new_test_user(
            self.env, login="id_stocker", groups="stock.group_stock_manager"
        )
        product = sample.sudo().lot_id.product_id
        store = self.env.company.metrology_store_id
        kind = self.env["stock.picking.type"].search(
            [("code", "=", "internal"), ("company_id", "=", self.env.company.id)],
            limit=1,
        )
        with self.assertRaisesRegex(UserError, "custody"), self.env.cr.savepoint():
            picking = (
                self.env["stock.picking"]
                .with_user(stocker)
                .create(
                    {
                        "picking_type_id": kind.id,
                        "location_id": store.id,
                        "location_dest_id": store.id,
                        "move_ids": [
                            fields.Command.create(
                                {
                                    "product_id": product.id,
                                    "product_uom_qty": 1,
                                    "location_id": store.id,
                                    "location_dest_id": store.id,
                                }
                            )
                        ],
                    }
                )
            )
            picking.action_confirm()
            picking.move_ids.quantity = 1
            picking.move_ids.picked = True
            picking.button_validate()
