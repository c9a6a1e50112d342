# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class MetrologyWork(models.AbstractModel):
    _inherit = "metrology.work"

    @api.model
    def _get_steps(self):
        departments = self.env.user.employee_ids.department_id.ids
        sample = {
            "model": "metrology.sample",
            "action": "metrology_order.action_sample",
            "date_field": "due_date",
            "groups": "metrology.group_sample_keeper",
        }
        return super()._get_steps() + [
            {
                **sample,
                "key": "sample_expected",
                "name": self.env._("Samples expected"),
                "domain": [
                    ("state", "=", "expected"),
                    ("order_id.state", "in", ("accepted", "in_progress", "ready")),
                    ("order_id.place", "=", "lab"),
                ],
                "sequence": 20,
                "icon": "fa-inbox",
            },
            {
                **sample,
                "key": "sample_hand_over",
                "name": self.env._("Samples to hand to departments"),
                "domain": [("state", "=", "received")],
                "sequence": 21,
                "icon": "fa-exchange",
            },
            {
                **sample,
                "key": "sample_tested",
                "name": self.env._("Tested samples to bring back"),
                "domain": [
                    ("state", "=", "tested"),
                    ("department_id", "child_of", departments),
                ],
                "groups": "metrology.group_tester",
                "sequence": 35,
                "icon": "fa-reply",
            },
        ]
