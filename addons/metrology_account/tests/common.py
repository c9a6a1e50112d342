# SPDX-License-Identifier: AGPL-3.0-only
from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.metrology_sale.tests.common import MoneySetup


class SettlementCase(MoneySetup, AccountTestInvoicingCommon):
    """A laboratory with a generic chart of accounts and a fee of 80 without taxes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fee.taxes_id = False
        cls.catalogue = cls._make_catalogue()

    @classmethod
    def _make_done_order(cls, count=2, **values):
        order = cls._accept(cls._make_order(count, **values))
        cls._finish(order.job_ids)
        return order

    @classmethod
    def _settle(cls, order, user=None):
        action = order.with_user(user or cls.clerk).action_make_settlement()
        return (
            cls.env["metrology.settlement"]
            .with_user(user or cls.clerk)
            .browse(action["res_id"])
        )

    @classmethod
    def _pay(cls, settlement, amount=None):
        """Register a payment in Odoo's own dialog, as finance."""
        moves = settlement.with_user(cls.finance).invoice_ids
        values = {"amount": amount} if amount else {}
        cls.env["account.payment.register"].with_user(cls.finance).with_context(
            active_model="account.move", active_ids=moves.ids
        ).create(values)._create_payments()
        settlement.invalidate_recordset()
