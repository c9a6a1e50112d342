# SPDX-License-Identifier: AGPL-3.0-only
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement

from .common import MoneyCase


@tagged("post_install", "-at_install")
class TestFeeCatalogue(MoneyCase):
    def test_one_edition_a_day(self):
        """Two editions of one kind of service never apply on the same day."""
        old = self._make_catalogue(date_to="2026-12-31")
        with self.assertRaises(ValidationError):
            self._make_catalogue(edition="2027", date_from="2026-12-31")
        new = self._make_catalogue(edition="2027b", date_from="2027-01-01")
        self.assertEqual(set((old + new).mapped("state")), {"published"})

    def test_published_edition_stays(self):
        """A published edition and its fees do not change, by whatever way."""
        catalogue = self._make_catalogue()
        item = catalogue.pricelist_id.item_ids.with_user(self.finance)
        with self.assertRaises(UserError):
            item.fixed_price = 1.0
        with self.assertRaises(UserError):
            item.unlink()
        with self.assertRaises(UserError):
            item.copy()
        with self.assertRaises(UserError):
            catalogue.legal_basis = "another"
        with self.assertRaises(UserError):
            catalogue.write({"state": "draft"})
        self.assertEqual(item.fixed_price, 80.0)

    def test_no_dated_fee(self):
        """A fee has no dates of its own: confirming a sale would price it again."""
        catalogue = self._make_catalogue(publish=False)
        with self.assertRaises(ValidationError):
            catalogue.pricelist_id.item_ids.date_start = "2026-05-01"

    def test_business_cannot_publish(self):
        """Fees are kept by finance; a clerk reads them."""
        catalogue = self._make_catalogue(publish=False).with_user(self.clerk)
        self.assertTrue(catalogue.legal_basis)
        with self.assertRaises(AccessError):
            catalogue.action_publish()
        with self.assertRaises(AccessError):
            catalogue.legal_basis = "mine"

    def test_new_edition_by_copy(self):
        """A new edition begins as a draft with its own list of fees."""
        catalogue = self._make_catalogue()
        copy = catalogue.copy()
        self.assertEqual(copy.state, "draft")
        self.assertNotEqual(copy.pricelist_id, catalogue.pricelist_id)
        self.assertEqual(copy.pricelist_id.item_ids.fixed_price, 80.0)

    def test_one_edition_per_pricelist(self):
        """A pricelist belongs to one edition."""
        catalogue = self._make_catalogue()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._make_catalogue(
                edition="x", pricelist_id=catalogue.pricelist_id.id, publish=False
            )

    def test_fee_item_is_invoiced_on_delivery(self):
        """A fee item is paid for when its job is finished, never when ordered."""
        self.assertEqual(self.fee.invoice_policy, "delivery")
        with self.assertRaises(ValidationError):
            self.fee.product_tmpl_id.invoice_policy = "order"

    def _propose(self, **values):
        return (
            self.env["metrology.customer.price"]
            .with_user(self.clerk)
            .create(
                {
                    "partner_id": self.partner.id,
                    "product_id": self.fee.id,
                    "price": 60.0,
                    "basis": "Agreement 7",
                    "date_from": "2026-01-01",
                    **values,
                }
            )
        )

    @requirement("S3-5.9.3")
    def test_customer_price(self):
        """The customer's valid approved price is used; overlapping ones are refused."""
        self._make_catalogue()
        price = self._propose()
        self.assertEqual(self._make_order(1).line_ids.price_unit, 80.0)
        price.with_user(self.finance).action_approve()
        line = self._make_order(1).line_ids
        self.assertEqual(
            (line.price_unit, line.price_basis, line.price_source),
            (60.0, "Agreement 7", "customer"),
        )
        with self.assertRaises(ValidationError):
            self._propose(date_from="2026-06-01")
        other = self._make_order(1, partner=self.stranger).line_ids
        self.assertEqual(other.price_unit, 80.0)

    def test_customer_price_out_of_time(self):
        """A price that has ended or not begun is not used."""
        self._make_catalogue()
        past = self._propose(date_from="2020-01-01", date_to="2020-12-31")
        past.with_user(self.finance).action_approve()
        self.assertEqual(self._make_order(1).line_ids.price_unit, 80.0)

    def test_customer_price_approval(self):
        """Nobody approves the price he proposed; a clerk approves none."""
        price = self._propose()
        with self.assertRaises(UserError):
            price.action_approve()
        with self.assertRaises(UserError):
            price.write({"state": "approved"})
        with self.assertRaises(UserError):
            self._propose(date_from="2030-01-01", state="approved")
        own = (
            self.env["metrology.customer.price"]
            .with_user(self.finance)
            .create(
                {
                    "partner_id": self.stranger.id,
                    "product_id": self.fee.id,
                    "price": 1.0,
                    "basis": "x",
                    "date_from": "2026-01-01",
                }
            )
        )
        with self.assertRaises(UserError):
            own.action_approve()
        own.with_user(self.cashier).action_approve()
        with self.assertRaises(UserError):
            own.with_user(self.cashier).price = 0.5
        own.with_user(self.cashier).action_end()
        self.assertEqual(own.state, "ended")
