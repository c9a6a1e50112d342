# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class MetrologyWork(models.AbstractModel):
    _inherit = "metrology.work"

    def _get_steps(self):
        finance = "metrology.group_finance"
        desk = "metrology.group_business,metrology.group_finance"
        return super()._get_steps() + [
            {
                "key": "order_to_settle",
                "name": self.env._("Orders to settle"),
                "model": "metrology.order",
                "domain": [("settlement_state", "=", "open"), ("state", "=", "ready")],
                "groups": desk,
                "action": "metrology_order.action_order",
                "sequence": 66,
                "icon": "fa-calculator",
            },
            {
                "key": "settlement_draft",
                "name": self.env._("Settlement sheets to confirm"),
                "model": "metrology.settlement",
                "domain": [("state", "=", "draft")],
                "groups": desk,
                "action": "metrology_account.action_settlement",
                "sequence": 67,
                "icon": "fa-check",
            },
            {
                "key": "settlement_invoice",
                "name": self.env._("Settlement sheets to invoice"),
                "model": "metrology.settlement",
                "domain": [("state", "=", "confirmed")],
                "groups": finance,
                "action": "metrology_account.action_settlement",
                "sequence": 68,
                "icon": "fa-file-text",
            },
            {
                "key": "settlement_unpaid",
                "name": self.env._("Settlement sheets not paid"),
                "model": "metrology.settlement",
                "domain": [("state", "in", ("invoiced", "partial"))],
                "groups": finance,
                "action": "metrology_account.action_settlement",
                "sequence": 69,
                "icon": "fa-money",
            },
            {
                "key": "credit",
                "name": self.env._("Credits to approve"),
                "model": "metrology.credit",
                "domain": [
                    ("state", "=", "draft"),
                    ("proposed_by_id", "!=", self.env.uid),
                ],
                "groups": finance,
                "action": "metrology_account.action_credit",
                "sequence": 75,
                "icon": "fa-credit-card",
            },
        ]
