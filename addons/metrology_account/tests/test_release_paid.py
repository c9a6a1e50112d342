# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.metrology.tools.requirement import requirement
from odoo.addons.metrology_release.tests.common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestReleasePaid(ReleaseCommon, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance = cls._new_user("rel_finance", "finance")
        fee = cls.verifying.product_id
        fee.list_price = 80.0
        fee.taxes_id = False

    @classmethod
    def _set_up_laboratory(cls):
        # AccountTestInvoicingCommon works as an accountant: make things as the server.
        cls.env = cls.env(su=True)
        return super()._set_up_laboratory()

    def _settle(self, order):
        action = order.with_user(self.clerk).action_make_settlement()
        settlement = self.env["metrology.settlement"].browse(action["res_id"])
        settlement.with_user(self.clerk).action_confirm()
        settlement.with_user(self.finance).action_invoice()
        return settlement

    def _pay(self, settlement):
        self.env["account.payment.register"].with_user(self.finance).with_context(
            active_model="account.move", active_ids=settlement.invoice_ids.ids
        ).create({})._create_payments()

    @requirement("S1-6.5-3")
    def test_pay_then_collect(self):
        """Unpaid without a credit nothing is released; after the payment it is, and
        the hand-over names order and settlement sheet."""
        order = self._finished(2)
        release = self._release(order)
        with self.assertRaises(UserError) as caught:
            release.action_done()
        self.assertIn(order.name, str(caught.exception))
        settlement = self._settle(order)
        with self.assertRaises(UserError) as caught:
            release.action_done()
        self.assertIn(settlement.name, str(caught.exception))
        self.assertEqual(set(order.sample_ids.mapped("state")), {"back_in_store"})
        self._pay(settlement)
        release.action_done()
        self.assertEqual(release.settlement_ids, settlement)
        self.assertEqual(release.order_ids, order)
        self.assertEqual(order.state, "closed")

    @requirement("S1-6.5-3")
    def test_collect_on_credit(self):
        """With an approved credit things leave unpaid; the order is closed when the
        money has come."""
        order = self._finished(2)
        credit = (
            self.env["metrology.credit"]
            .with_user(self.clerk)
            .create(
                {
                    "partner_id": self.partner.id,
                    "limit_amount": 1000.0,
                    "date_from": "2020-01-01",
                    "date_to": "2099-12-31",
                    "reason": "Monthly statement",
                }
            )
        )
        release = self._release(order)
        with self.assertRaises(UserError):
            release.action_done()
        credit.with_user(self.finance).action_approve()
        release.action_done()
        self.assertEqual(release.credit_id, credit)
        self.assertEqual(order.state, "released")
        self._pay(self._settle(order))
        self.assertEqual(order.state, "closed")
