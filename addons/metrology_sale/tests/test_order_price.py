# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import MoneyCase


@tagged("post_install", "-at_install")
class TestOrderPrice(MoneyCase):
    def test_catalogue_and_basis(self):
        """A line costs what the edition in force says, and names its legal basis."""
        self._make_catalogue()
        order = self._make_order(3)
        self.assertEqual(order.line_ids.mapped("price_unit"), [80.0] * 3)
        self.assertEqual(
            set(order.line_ids.mapped("price_basis")), {"沪价费〔2026〕1 号"}
        )
        self.assertEqual(order.amount_total, 240.0)

    def test_edition_of_the_day(self):
        """The edition of the order's day counts, not the newest one."""
        self._make_catalogue(date_to="2025-12-31", edition="old")
        self._make_catalogue(price=90.0, edition="new", date_from="2026-01-01")
        self.assertEqual(
            self._make_order(1, date_order="2025-06-01").line_ids.price_unit, 80.0
        )
        self.assertEqual(
            self._make_order(1, date_order="2026-06-01").line_ids.price_unit, 90.0
        )

    def test_kind_of_service(self):
        """An edition for one kind of service wins over the general one."""
        self._make_catalogue(edition="all")
        self._make_catalogue(price=0.0, edition="v", service_kind="verification")
        line = self._make_order(1).line_ids
        self.assertEqual((line.price_unit, line.price_source), (0.0, "catalogue"))

    def test_no_catalogue(self):
        """Without a catalogue the fee item's own price is used and says so."""
        line = self._make_order(1).line_ids
        self.assertEqual((line.price_unit, line.price_source), (50.0, "item"))

    def test_price_by_hand_says_who(self):
        """A price set by hand does not borrow a legal basis."""
        self._make_catalogue()
        order = self._make_order(2)
        order.line_ids[0].price_unit = 70.0
        self.assertEqual(order.line_ids[0].price_source, "manual")
        self.assertIn(self.clerk.name, order.line_ids[0].price_basis)
        order.line_ids[0].price_unit = 80.0
        self.assertEqual(order.line_ids[0].price_source, "catalogue")

    def test_sent_back_by_the_form(self):
        """A form that sends the computed price back does not make it a manual one."""
        self._make_catalogue()
        order = self._make_order(1)
        vals = {
            "order_id": order.id,
            "instrument_id": self._make_instruments(1).id,
            "service_kind": "verification",
            "capability_id": self.capability.id,
            "price_unit": 80.0,
        }
        line = self.env["metrology.order.line"].with_user(self.clerk).create(vals)
        self.assertEqual(line.price_source, "catalogue")

    def test_basis_not_forged(self):
        """Nobody writes a basis by hand, by RPC included."""
        order = self._make_order(1)
        with self.assertRaises(UserError):
            order.line_ids.write({"price_basis": "沪价费〔2026〕9 号"})
        with self.assertRaises(UserError):
            order.line_ids.write({"delivered_on": "2026-01-01 00:00:00"})

    def test_price_after_signing(self):
        """What the customer signed costs what it cost then."""
        order = self._sign(self._make_order(1))
        with self.assertRaises(UserError):
            order.line_ids.price_unit = 1.0
        with self.assertRaises(UserError):
            order.action_update_prices()
        order.action_accept()
        with self.assertRaises(UserError):
            order.line_ids.price_unit = 1.0
        self._make_catalogue()
        self.assertEqual(order.line_ids.price_unit, 50.0)

    def test_update_prices(self):
        """Before signing the prices can be computed anew."""
        order = self._make_order(2)
        self._make_catalogue()
        order.action_update_prices()
        self.assertEqual(order.amount_total, 160.0)

    def test_form(self):
        """The form shows the price as soon as the instrument is chosen."""
        self._make_catalogue()
        instrument = self._make_instruments(1)
        form = Form(self.env["metrology.order"].with_user(self.clerk))
        form.partner_id = self.partner
        with form.line_ids.new() as line:
            line.instrument_id = instrument
            line.service_kind = "verification"
            line.capability_id = self.capability
            self.assertEqual(line.price_unit, 80.0)
        order = form.save()
        self.assertEqual(order.line_ids.price_source, "catalogue")

    def test_queries_do_not_grow(self):
        """Pricing 200 lines takes as many queries as pricing 20."""
        self._make_catalogue()
        counts = []
        for size in (20, 200):
            lines = self._make_order(size).line_ids
            self.env.flush_all()
            self.env.invalidate_all()
            # A fresh recordset: the old one's prefetch ids went with the cache.
            lines = lines.browse(lines.ids)
            before = self.env.cr.sql_log_count
            lines._get_prices()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)
