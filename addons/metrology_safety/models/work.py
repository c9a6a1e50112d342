# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class MetrologyWork(models.AbstractModel):
    _inherit = "metrology.work"

    def _get_steps(self):
        return super()._get_steps() + [
            {
                "key": "visitor_approve",
                "name": self.env._("Visits to approve"),
                "model": "metrology.visitor",
                "domain": [
                    ("state", "=", "submitted"),
                    ("create_uid", "!=", self.env.uid),
                ],
                "groups": "metrology.group_department_head,metrology.group_office",
                "action": "metrology_safety.action_visitor",
                "sequence": 670,
                "icon": "fa-id-badge",
                "date_field": "planned_from",
            },
            {
                "key": "safety_correction",
                "name": self.env._("Safety corrections"),
                "model": "metrology.safety.correction",
                "domain": [("state", "=", "open"), ("user_id", "=", self.env.uid)],
                "groups": "",
                "action": "metrology_safety.action_safety_correction",
                "sequence": 671,
                "icon": "fa-medkit",
                "date_field": "due_date",
            },
            {
                "key": "room_access",
                "name": self.env._("Access to rooms to authorise"),
                "model": "metrology.room.access",
                "domain": [("state", "=", "draft")],
                "groups": "metrology.group_department_head,metrology.group_technical_head",
                "action": "metrology_safety.action_room_access",
                "sequence": 672,
                "icon": "fa-key",
            },
        ]
