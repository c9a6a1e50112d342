# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class MetrologyWork(models.AbstractModel):
    _inherit = "metrology.work"

    def _get_steps(self):
        heads = "metrology.group_department_head,metrology.group_technical_head"
        return super()._get_steps() + [
            {
                "key": "environment_release",
                "name": self.env._("Rooms to inspect and release"),
                "model": "metrology.environment.episode",
                "domain": [("state", "=", "ended")],
                "groups": heads,
                "action": "metrology_environment.action_environment_episode",
                "sequence": 660,
                "icon": "fa-thermometer-half",
            },
            {
                "key": "environment_requirement",
                "name": self.env._("Limits of rooms to approve"),
                "model": "metrology.environment.requirement",
                "domain": [
                    ("state", "=", "draft"),
                    ("create_uid", "!=", self.env.uid),
                ],
                "groups": "metrology.group_technical_head",
                "action": "metrology_environment.action_environment_requirement",
                "sequence": 661,
                "icon": "fa-sliders",
            },
            {
                "key": "environment_regulate",
                "name": self.env._("Conditions to regulate"),
                "model": "metrology.environment.regulation",
                "domain": [
                    ("state", "=", "pending"),
                    ("mode", "=", "manual"),
                    ("user_id", "in", [self.env.uid, False]),
                ],
                "groups": heads + ",metrology.group_equipment",
                "action": "metrology_environment.action_environment_regulation",
                "sequence": 662,
                "icon": "fa-sliders",
            },
        ]
