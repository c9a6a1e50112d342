# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class MetrologyWork(models.AbstractModel):
    _inherit = "metrology.work"

    def _get_steps(self):
        return super()._get_steps() + [
            {
                "key": "method_edition_approve",
                "name": self.env._("Editions to approve"),
                "model": "metrology.method.edition",
                "domain": [("state", "=", "draft"), ("create_uid", "!=", self.env.uid)],
                "groups": "metrology.group_technical_head",
                "action": "metrology_method.action_method_edition",
                "sequence": 610,
                "icon": "fa-book",
            },
            {
                "key": "capability_activate",
                "name": self.env._("Capabilities to put in use"),
                "model": "metrology.capability",
                "domain": [("state", "=", "draft")],
                "groups": "metrology.group_technical_head",
                "action": "metrology_method.action_capability",
                "sequence": 620,
                "icon": "fa-check-square-o",
            },
        ]
