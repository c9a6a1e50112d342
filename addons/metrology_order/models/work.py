# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class MetrologyWork(models.AbstractModel):
    _inherit = "metrology.work"

    @api.model
    def _get_steps(self):
        me = self.env.user.employee_ids.ids
        departments = self.env.user.employee_ids.department_id.ids
        order = {
            "model": "metrology.order",
            "groups": "metrology.group_business",
            "action": "metrology_order.action_order",
            "date_field": "due_date",
        }
        job = {
            "model": "metrology.job",
            "action": "metrology_order.action_job",
            "date_field": "due_date",
        }
        return super()._get_steps() + [
            {
                **order,
                "key": "order_review",
                "name": self.env._("Orders to review"),
                "domain": [("state", "in", ("submitted", "reviewing"))],
                "sequence": 10,
                "icon": "fa-balance-scale",
            },
            {
                **order,
                "key": "order_sign",
                "name": self.env._("Orders to sign"),
                "domain": [("state", "=", "to_sign"), ("signed_on", "=", False)],
                "sequence": 11,
                "icon": "fa-pencil-square-o",
            },
            {
                **order,
                "key": "order_accept",
                "name": self.env._("Signed orders to accept"),
                "domain": [("state", "=", "to_sign"), ("signed_on", "!=", False)],
                "sequence": 12,
                "icon": "fa-handshake-o",
            },
            {
                **job,
                "key": "job_assign",
                "name": self.env._("Jobs to assign"),
                "domain": [
                    ("state", "=", "new"),
                    ("order_id.state", "in", ("accepted", "in_progress", "ready")),
                    ("department_id", "child_of", departments),
                ],
                "groups": "metrology.group_department_head",
                "sequence": 30,
                "icon": "fa-users",
            },
            {
                **job,
                "key": "job_mine",
                "name": self.env._("My jobs"),
                "domain": [
                    ("employee_ids", "in", me),
                    ("state", "in", ("assigned", "ready", "running", "paused")),
                ],
                "groups": "metrology.group_tester",
                "sequence": 31,
                "icon": "fa-flask",
            },
            {
                "key": "eligibility_notice",
                "name": self.env._("Stopped work"),
                "model": "metrology.eligibility.notice",
                "domain": [("user_id", "=", self.env.uid), ("closed_on", "=", False)],
                "groups": "",
                "action": "metrology_order.action_eligibility_notice",
                "sequence": 32,
                "icon": "fa-ban",
            },
        ]
