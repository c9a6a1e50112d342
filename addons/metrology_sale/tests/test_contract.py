# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MoneyCase


@tagged("post_install", "-at_install")
class TestContract(MoneyCase):
    def _make_contract(self, amount=200.0, activate=True, **values):
        contract = (
            self.env["metrology.contract"]
            .with_user(self.clerk)
            .create(
                {
                    "name": values.pop("name", "HT-2026-01"),
                    "partner_id": self.partner.id,
                    "date_from": "2020-01-01",
                    "date_to": "2099-12-31",
                    "amount": amount,
                    **values,
                }
            )
        )
        if activate:
            contract.action_activate()
        return contract

    def setUp(self):
        super().setUp()
        self._make_catalogue()
        # Amounts here are without taxes, whatever the chart of the company.
        self.fee.taxes_id = False

    def test_committed_and_drawn(self):
        """Committed is what was accepted, drawn what is finished."""
        contract = self._make_contract(1000.0)
        order = self._accept(self._make_order(3, contract_id=contract.id))
        self.assertEqual((contract.committed, contract.drawn), (240.0, 0.0))
        self.assertEqual(contract.balance, 760.0)
        self._finish(order.job_ids[:2])
        contract.invalidate_recordset()
        self.assertEqual((contract.committed, contract.drawn), (240.0, 160.0))

    def test_over_draw_refused(self):
        """An order above the amount is refused, and nothing of it is written."""
        contract = self._make_contract(200.0)
        self._accept(self._make_order(2, contract_id=contract.id))
        order = self._sign(self._make_order(1, contract_id=contract.id))
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            order.action_accept()
        self.assertIn("HT-2026-01", str(caught.exception))
        self.env.invalidate_all()
        self.assertEqual(order.state, "to_sign")
        self.assertFalse(order.job_ids)
        self.assertFalse(order.sale_order_id)
        self.assertEqual(contract.committed, 160.0)

    def test_excess_is_approved_by_finance(self):
        """Only finance lets a contract go above its amount."""
        contract = self._make_contract(200.0)
        with self.assertRaises(UserError):
            contract.allowed_excess = 100.0
        contract.with_user(self.finance).allowed_excess = 100.0
        order = self._accept(self._make_order(3, contract_id=contract.id))
        self.assertEqual(order.state, "accepted")
        self.assertEqual(contract.balance, 60.0)

    def test_cancelled_order_frees_the_contract(self):
        """What is cancelled is free again."""
        contract = self._make_contract(200.0)
        order = self._accept(self._make_order(2, contract_id=contract.id))
        order.action_cancel("Not needed")
        contract.invalidate_recordset()
        self.assertEqual(contract.committed, 0.0)

    def test_period_and_owner(self):
        """A contract out of its period, of another customer or closed is refused."""
        late = self._make_contract(name="late", date_to="2020-12-31")
        order = self._sign(self._make_order(1, contract_id=late.id))
        with self.assertRaises(UserError):
            order.action_accept()
        foreign = self._make_contract(name="foreign", partner_id=self.stranger.id)
        order = self._sign(self._make_order(1, contract_id=foreign.id))
        with self.assertRaises(UserError):
            order.action_accept()
        closed = self._make_contract(name="closed")
        order = self._sign(self._make_order(1, contract_id=closed.id))
        closed.action_close()
        with self.assertRaises(UserError):
            order.action_accept()

    def test_pinned_prices(self):
        """A contract pins the prices to its own list."""
        pinned = self._make_catalogue(
            price=65.0, edition="2019", date_from="2019-01-01", date_to="2019-12-31"
        )
        contract = self._make_contract(1000.0, pricelist_id=pinned.pricelist_id.id)
        line = self._make_order(1, contract_id=contract.id).line_ids
        self.assertEqual((line.price_unit, line.price_source), (65.0, "contract"))
        self.assertIn("HT-2026-01", line.price_basis)

    def test_terms_stay(self):
        """The terms of a contract in force do not change; its state is not written."""
        contract = self._make_contract()
        with self.assertRaises(UserError):
            contract.amount = 5000.0
        with self.assertRaises(UserError):
            contract.write({"state": "draft"})
        with self.assertRaises(UserError):
            contract.unlink()

    def test_warning(self):
        """Reaching the warning amount asks the responsible once."""
        contract = self._make_contract(200.0, warn_amount=100.0)
        self._accept(self._make_order(1, contract_id=contract.id))
        self.assertFalse(contract.activity_ids)
        self._accept(self._make_order(1, contract_id=contract.id))
        self.assertEqual(len(contract.activity_ids), 1)
        self.assertTrue(contract.is_warning)

    def test_list_queries(self):
        """A list of contracts is counted in a fixed number of queries."""
        contracts = self.env["metrology.contract"].union(
            *(self._make_contract(name=f"L{index}") for index in range(8))
        )
        counts = []
        for records in (contracts[:2], contracts):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("balance")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
