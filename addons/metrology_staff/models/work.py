# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyWork(models.AbstractModel):
    _inherit = "metrology.work"

    def _get_steps(self):
        today = self.env["metrology.calendar"]._today()
        soon = fields.Date.to_string(fields.Date.add(today, days=60))
        return super()._get_steps() + [
            {
                "key": "authorization_issue",
                "name": self.env._("Authorizations to issue"),
                "model": "metrology.authorization",
                "domain": [("state", "=", "draft"), ("user_id", "!=", self.env.uid)],
                "groups": "metrology.group_technical_head",
                "action": "metrology_staff.action_authorization",
                "sequence": 660,
                "icon": "fa-id-badge",
            },
            {
                "key": "authorization_expiring",
                "name": self.env._("Authorizations to renew"),
                "model": "metrology.authorization",
                "domain": [("state", "=", "active"), ("date_to", "<=", soon)],
                "groups": "metrology.group_staff_manager,metrology.group_technical_head",
                "action": "metrology_staff.action_authorization",
                "sequence": 670,
                "icon": "fa-hourglass-half",
                "date_field": "date_to",
            },
            {
                "key": "capability_understaffed",
                "name": self.env._("Capabilities with fewer than two persons"),
                "model": "metrology.capability",
                "domain": [("state", "=", "active"), ("is_understaffed", "=", True)],
                "groups": "metrology.group_staff_manager,metrology.group_technical_head",
                "action": "metrology_method.action_capability",
                "sequence": 680,
                "icon": "fa-users",
            },
        ]
