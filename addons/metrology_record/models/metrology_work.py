# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class MetrologyWork(models.AbstractModel):
    _inherit = "metrology.work"

    @api.model
    def _get_steps(self):
        me = self.env.user.employee_ids.ids
        record = {
            "model": "metrology.record",
            "action": "metrology_record.action_record",
            "date_field": "due_date",
        }
        return super()._get_steps() + [
            {
                **record,
                "key": "record_mine",
                "name": self.env._("My records"),
                "domain": [
                    ("executor_ids", "in", me),
                    ("state", "in", ("draft", "running")),
                    ("given_up", "=", False),
                ],
                "groups": "metrology.group_tester",
                "sequence": 32,
                "icon": "fa-table",
            },
            {
                **record,
                "key": "record_check",
                "name": self.env._("Records to check"),
                "domain": [
                    ("state", "=", "submitted"),
                    ("submitted_by_id", "!=", self.env.uid),
                ],
                "groups": "metrology.group_checker",
                "sequence": 33,
                "icon": "fa-check-square-o",
            },
            {
                **record,
                "key": "record_lock",
                "name": self.env._("Checked records to lock"),
                "domain": [("state", "=", "checked")],
                "groups": "metrology.group_checker",
                "sequence": 34,
                "icon": "fa-lock",
            },
            {
                "model": "metrology.record.template.version",
                "action": "metrology_record.action_record_template_version",
                "key": "record_template",
                "name": self.env._("Record templates to approve"),
                "domain": [("approval_state", "=", "submitted")],
                "groups": "metrology.group_technical_head",
                "sequence": 80,
                "icon": "fa-file-code-o",
            },
            {
                "model": "metrology.disposal",
                "action": "metrology_record.action_disposal",
                "key": "disposal_approve",
                "name": self.env._("Disposal lists to approve"),
                "domain": [
                    ("state", "=", "proposed"),
                    ("proposed_by_id", "!=", self.env.uid),
                ],
                "groups": "metrology.group_technical_head,metrology.group_quality",
                "sequence": 82,
                "icon": "fa-archive",
            },
        ]
