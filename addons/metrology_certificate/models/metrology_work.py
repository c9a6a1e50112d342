# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class MetrologyWork(models.AbstractModel):
    _inherit = "metrology.work"

    def _get_steps(self):
        employee = self.env.user.employee_id
        action = "metrology_certificate.action_certificate"
        steps = super()._get_steps()
        for step in steps:
            if step["key"] == "record_check":
                # Checked together with its certificate: it waits there.
                step["domain"] = [
                    *step["domain"],
                    ("certificate_ids", "not any", [("state", "=", "checking")]),
                ]
        return steps + [
            {
                "key": "certificate_edit",
                "name": self.env._("Certificates to finish"),
                "model": "metrology.certificate",
                "domain": [
                    ("state", "=", "editing"),
                    "|",
                    ("tester_id", "=", employee.id),
                    ("editor_id", "=", employee.id),
                ],
                "groups": "metrology.group_tester",
                "action": action,
                "sequence": 50,
                "icon": "fa-pencil-square-o",
            },
            {
                "key": "certificate_confirm",
                "name": self.env._("Certificates to confirm"),
                "model": "metrology.certificate",
                "domain": [
                    ("state", "=", "initial_review"),
                    ("tester_id", "=", employee.id),
                ],
                "groups": "metrology.group_tester",
                "action": action,
                "sequence": 52,
                "icon": "fa-check-square-o",
            },
            {
                "key": "certificate_check",
                "name": self.env._("Certificates to check"),
                "model": "metrology.certificate",
                "domain": [
                    ("state", "=", "checking"),
                    ("tester_id", "!=", employee.id),
                    ("editor_id", "!=", employee.id),
                ],
                "groups": "metrology.group_checker",
                "action": action,
                "sequence": 54,
                "icon": "fa-search",
            },
            {
                "key": "certificate_approve",
                "name": self.env._("Certificates to approve"),
                "model": "metrology.certificate",
                "domain": [
                    ("state", "=", "approving"),
                    ("tester_id", "!=", employee.id),
                    ("editor_id", "!=", employee.id),
                    ("checker_id", "!=", employee.id),
                ],
                "groups": "metrology.group_signatory",
                "action": action,
                "sequence": 56,
                "icon": "fa-pencil",
            },
            {
                "key": "certificate_print",
                "name": self.env._("Certificates to print"),
                "model": "metrology.certificate",
                "domain": [("state", "=", "to_print")],
                "groups": "metrology.group_business,metrology.group_sample_keeper",
                "action": action,
                "sequence": 58,
                "icon": "fa-print",
            },
        ]
