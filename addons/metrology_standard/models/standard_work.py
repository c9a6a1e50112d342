# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyWork(models.AbstractModel):
    """What waits for somebody around the measurement standards."""

    _inherit = "metrology.work"

    def _get_steps(self):
        keepers = "metrology.group_equipment,metrology.group_technical_head"
        today = self.env["metrology.calendar"]._today()
        soon = fields.Date.to_string(fields.Date.add(today, days=30))
        mine = self.env.uid
        return super()._get_steps() + [
            {
                "key": "standard_trial_due",
                "name": self.env._("Trials of standards to do"),
                "model": "metrology.standard.plan",
                "domain": [
                    ("standard_id.state", "in", ["active", "suspended"]),
                    ("date_to", "<=", soon),
                ],
                "groups": keepers,
                "action": "metrology_standard.action_standard_plan",
                "sequence": 655,
                "icon": "fa-line-chart",
                "date_field": "date_to",
            },
            {
                "key": "standard_trial_approve",
                "name": self.env._("Trials of standards to approve"),
                "model": "metrology.standard.test",
                "domain": [
                    ("state", "=", "submitted"),
                    ("create_uid", "!=", mine),
                    ("submitted_by_id", "!=", mine),
                ],
                "groups": keepers,
                "action": "metrology_standard.action_standard_test",
                "sequence": 656,
                "icon": "fa-check-square-o",
            },
            {
                "key": "standard_evaluation",
                "name": self.env._("Uncertainties to evaluate anew"),
                "model": "metrology.standard.test",
                "domain": [("evaluation_state", "=", "pending")],
                "groups": "metrology.group_technical_head",
                "action": "metrology_standard.action_standard_test",
                "sequence": 657,
                "icon": "fa-calculator",
            },
            {
                "key": "standard_change",
                "name": self.env._("Changes of standards to decide"),
                "model": "metrology.standard.change",
                "domain": [
                    ("state", "=", "submitted"),
                    ("create_uid", "!=", mine),
                    ("submitted_by_id", "!=", mine),
                ],
                "groups": "metrology.group_technical_head",
                "action": "metrology_standard.action_standard_change",
                "sequence": 658,
                "icon": "fa-exchange",
            },
            {
                "key": "standard_certificate",
                "name": self.env._("Certificates of standards to put in force"),
                "model": "metrology.standard.certificate",
                "domain": [("state", "=", "draft"), ("create_uid", "!=", mine)],
                "groups": keepers,
                "action": "metrology_standard.action_standard_certificate",
                "sequence": 659,
                "icon": "fa-certificate",
            },
            {
                "key": "standard_file",
                "name": self.env._("Documents of standards to put in force"),
                "model": "metrology.standard.file",
                "domain": [("state", "=", "draft"), ("create_uid", "!=", mine)],
                "groups": keepers,
                "action": "metrology_standard.action_standard_file",
                "sequence": 660,
                "icon": "fa-folder-open-o",
            },
        ]
