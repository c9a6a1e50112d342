# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import SettlementCase


@tagged("post_install", "-at_install")
class TestCredit(SettlementCase):
    def _propose(self, limit=200.0, **values):
        return (
            self.env["metrology.credit"]
            .with_user(self.clerk)
            .create(
                {
                    "partner_id": self.partner.id,
                    "limit_amount": limit,
                    "date_from": "2020-01-01",
                    "date_to": "2099-12-31",
                    "reason": "Monthly statement",
                    **values,
                }
            )
        )

    def _codes(self, order):
        return [
            code for code, _text in order.with_user(self.clerk)._get_release_blockers()
        ]

    def test_unpaid_keeps_back(self):
        """Unpaid fees are named with the sheet, until they are paid."""
        order = self._make_done_order()
        self.assertEqual(self._codes(order), ["not_settled"])
        settlement = self._settle(order)
        settlement.action_confirm()
        blockers = order.with_user(self.clerk)._get_release_blockers()
        self.assertEqual(blockers[0][0], "not_paid")
        self.assertIn(settlement.name, blockers[0][1])
        settlement.with_user(self.finance).action_invoice()
        self.assertEqual(self._codes(order), ["not_paid"])
        self._pay(settlement)
        self.assertEqual(self._codes(order), [])

    def test_credit(self):
        """An approved credit lets things out, up to its limit and its last day."""
        order = self._make_done_order(2)
        credit = self._propose()
        self.assertEqual(self._codes(order), ["not_settled"])
        credit.with_user(self.finance).action_approve()
        self.assertTrue(self.partner.metrology_credit_approved)
        self.assertEqual(self._codes(order), [])
        self.assertEqual(credit.used_amount, 160.0)
        # One more service and the customer owes more than the limit.
        other = self._make_done_order(1)
        self.assertEqual(self._codes(other), ["credit_exceeded"])
        settlement = self._settle(order)
        settlement.action_confirm()
        settlement.with_user(self.finance).action_invoice()
        self._pay(settlement)
        self.assertEqual(self._codes(other), [])

    def test_credit_out_of_time(self):
        """A credit that has run out is none; neither is another customer's."""
        order = self._make_done_order(1)
        past = self._propose(date_to="2020-12-31")
        past.with_user(self.finance).action_approve()
        self._propose(partner_id=self.stranger.id).with_user(
            self.finance
        ).action_approve()
        self.assertEqual(self._codes(order), ["not_settled"])

    def test_approval(self):
        """Finance approves what another person proposed; terms stay afterwards."""
        credit = self._propose()
        with self.assertRaises(AccessError):
            credit.action_approve()
        with self.assertRaises(UserError):
            credit.write({"state": "approved"})
        with self.assertRaises(UserError):
            self._propose(partner_id=self.stranger.id, state="approved")
        own = (
            self.env["metrology.credit"]
            .with_user(self.finance)
            .create(
                {
                    "partner_id": self.stranger.id,
                    "limit_amount": 1.0,
                    "date_to": "2099-12-31",
                    "reason": "x",
                }
            )
        )
        with self.assertRaises(UserError):
            own.action_approve()
        own.with_user(self.cashier).action_approve()
        with self.assertRaises(UserError):
            own.with_user(self.cashier).limit_amount = 100000.0

    @requirement("S3-5.9.8")
    def test_contract_and_payments(self):
        """A contract knows what is committed, drawn, invoiced and paid; an order above
        its balance or out of its period is refused until the excess is approved."""
        contract = (
            self.env["metrology.contract"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "HT-1",
                    "partner_id": self.partner.id,
                    "date_from": "2020-01-01",
                    "date_to": "2099-12-31",
                    "amount": 200.0,
                }
            )
        )
        contract.action_activate()
        order = self._make_done_order(2, contract_id=contract.id)
        settlement = self._settle(order)
        settlement.action_confirm()
        settlement.with_user(self.finance).action_invoice()
        self._pay(settlement, 40.0)
        contract.invalidate_recordset()
        self.assertEqual(
            (contract.committed, contract.drawn, contract.invoiced, contract.paid),
            (160.0, 160.0, 160.0, 40.0),
        )
        payments = settlement.sudo().invoice_ids.matched_payment_ids
        self.assertEqual(contract.paid, sum(payments.mapped("amount")))
        more = self._sign(self._make_order(1, contract_id=contract.id))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            more.action_accept()
        self.env.invalidate_all()
        contract.with_user(self.finance).allowed_excess = 50.0
        more.action_accept()
        self.assertEqual(contract.balance, 10.0)
        late = self._sign(
            self._make_order(1, contract_id=contract.id, date_order="2019-06-01")
        )
        with self.assertRaises(UserError):
            late.action_accept()

    def test_credit_queries(self):
        """What twenty customers owe is one query more or less, not twenty."""
        partners = self.env["res.partner"].create(
            [{"name": f"P{index}", "is_company": True} for index in range(20)]
        )
        self.env.flush_all()
        with self.assertQueryCount(1):
            partners._get_metrology_owed(self.company)
