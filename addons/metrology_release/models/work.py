# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class MetrologyWork(models.AbstractModel):
    _inherit = "metrology.work"

    def _get_steps(self):
        groups = "metrology.group_business,metrology.group_sample_keeper"
        return super()._get_steps() + [
            {
                "key": "order_to_release",
                "name": self.env._("Orders to hand over"),
                "model": "metrology.order",
                "domain": [("state", "=", "ready")],
                "groups": groups,
                "action": "metrology_order.action_order",
                "sequence": 70,
                "icon": "fa-handshake-o",
                "date_field": "due_date",
            },
            {
                "key": "release_draft",
                "name": self.env._("Hand-overs to sign"),
                "model": "metrology.release",
                "domain": [("state", "=", "draft")],
                "groups": groups,
                "action": "metrology_release.action_release",
                "sequence": 72,
                "icon": "fa-pencil",
            },
        ]
