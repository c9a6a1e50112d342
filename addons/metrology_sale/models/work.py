# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class MetrologyWork(models.AbstractModel):
    _inherit = "metrology.work"

    def _get_steps(self):
        return super()._get_steps() + [
            {
                "key": "quotation",
                "name": self.env._("Quotations to finish"),
                "model": "sale.order",
                "domain": [
                    ("is_metrology", "=", True),
                    ("state", "in", ("draft", "sent")),
                ],
                "groups": "metrology.group_business",
                "action": "metrology_sale.action_quotation",
                "sequence": 5,
                "icon": "fa-file-text-o",
                "date_field": "validity_date",
            },
            {
                "key": "customer_price",
                "name": self.env._("Customer prices to approve"),
                "model": "metrology.customer.price",
                "domain": [
                    ("state", "=", "draft"),
                    ("proposed_by_id", "!=", self.env.uid),
                ],
                "groups": "metrology.group_finance,metrology.group_department_head",
                "action": "metrology_sale.action_customer_price",
                "sequence": 6,
                "icon": "fa-tags",
            },
            {
                "key": "contract",
                "name": self.env._("Framework contracts"),
                "model": "metrology.contract",
                "domain": [("state", "=", "active"), ("user_id", "=", self.env.uid)],
                "groups": "metrology.group_business",
                "action": "metrology_sale.action_contract",
                "sequence": 7,
                "icon": "fa-handshake-o",
                "date_field": "date_to",
            },
        ]
