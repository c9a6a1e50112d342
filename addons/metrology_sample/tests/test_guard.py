# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.metrology_order.tests.common import OrderCommon


@tagged("post_install", "-at_install")
class TestGuard(OrderCommon):
    """What bare Odoo lets a stock user do to serial numbers is refused for samples."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stocker = new_test_user(
            cls.env, login="or_stocker", groups="stock.group_stock_manager"
        )
        cls.order = cls._accepted(2)
        cls.samples = cls._in_department(cls.order)
        cls.line = cls.samples[0].sudo().custody_ids.sorted("id")[-1]

    def _as_stocker(self, records):
        return records.with_user(self.stocker)

    def test_done_line_is_not_edited(self):
        """A stock user, a manager too, edits no done custody line."""
        line = self._as_stocker(self.line)
        store = self.env.company.metrology_store_id
        for values in (
            {"location_dest_id": store.id},
            {"quantity": 0},
            {"owner_id": self.other_partner.id},
            {"receiver_name": "Somebody"},
            {"date": "2020-01-01"},
        ):
            with self.assertRaisesRegex(UserError, "not written by hand"):
                line.write(values)
        with self.assertRaises(UserError):
            line.unlink()
        self.assertEqual(self.line.quantity, 1)

    def test_no_second_receipt_by_stock(self):
        """A stock user receives no sample by a line of his own."""
        store = self.env.company.metrology_store_id
        with self.assertRaisesRegex(UserError, "not written by hand"):
            self._as_stocker(self.env["stock.move.line"]).create(
                {
                    "product_id": self.line.product_id.id,
                    "lot_id": self.line.lot_id.id,
                    "location_id": self.env.ref("stock.stock_location_customers").id,
                    "location_dest_id": store.id,
                    "quantity": 1,
                    "company_id": self.env.company.id,
                }
            )

    def test_lot_is_not_renamed(self):
        """The serial number of a sample is its number for good."""
        lot = self._as_stocker(self.line.lot_id)
        with self.assertRaisesRegex(UserError, "not written by hand"):
            lot.name = "YP-other"
        with self.assertRaises(UserError):
            lot.unlink()
        with self.assertRaisesRegex(UserError, "not written by hand"):
            self._as_stocker(self.env["stock.lot"]).create(
                {"name": "X", "product_id": self.line.product_id.id}
            )

    def test_quantities_are_not_adjusted(self):
        """No inventory adjustment makes a sample appear or vanish."""
        quants = self.line.lot_id.quant_ids.filtered(lambda q: q.quantity > 0)
        quant = self._as_stocker(quants).with_context(inventory_mode=True)
        with self.assertRaisesRegex(UserError, "not written by hand"):
            quant.inventory_quantity = 0
        with self.assertRaises(UserError):
            quant.with_context(inventory_mode=False).write({"quantity": 5})
        self.assertEqual(quants.quantity, 1)

    def test_done_move_is_not_edited(self):
        """The done move of samples keeps its places."""
        with self.assertRaises(UserError):
            self._as_stocker(self.line.move_id).write(
                {"location_dest_id": self.env.company.metrology_store_id.id}
            )

    def test_other_products_are_untouched(self):
        """The guard is for samples: ordinary serial numbers move as ever."""
        product = self.env["product.product"].create(
            {"name": "Spare", "is_storable": True, "tracking": "serial"}
        )
        lot = self._as_stocker(self.env["stock.lot"]).create(
            {"name": "SP-1", "product_id": product.id}
        )
        lot.name = "SP-2"
        quant = (
            self._as_stocker(self.env["stock.quant"])
            .with_context(inventory_mode=True)
            .create(
                {
                    "product_id": product.id,
                    "lot_id": lot.id,
                    "location_id": self.env.company.metrology_store_id.id,
                    "inventory_quantity": 1,
                }
            )
        )
        quant.action_apply_inventory()
        self.assertEqual(quant.quantity, 1)

    def test_key_is_not_forged(self):
        """A context from outside does not open the guard."""
        with self.assertRaises(UserError):
            self._as_stocker(self.line).with_context(metrology_custody=True).write(
                {"quantity": 0}
            )

    def test_roles_of_the_desk(self):
        """A tester neither receives nor undoes; the keeper does."""
        samples = self._accepted(1, prefix="R").sample_ids
        with self.assertRaises(AccessError):
            samples.with_user(self.tester).action_receive()
        with self.assertRaises(AccessError):
            samples.with_user(self.tester).action_undo()
        samples.with_user(self.keeper).action_receive()
        self.assertEqual(samples.state, "received")
