# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyWork(models.AbstractModel):
    _inherit = "metrology.work"

    def _get_steps(self):
        today = self.env["metrology.calendar"]._today()
        soon = fields.Date.to_string(fields.Date.add(today, days=60))
        next_month = fields.Date.add(today, days=30)
        half_year = fields.Date.add(today, months=6)
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
                "key": "commitment_sign",
                "name": self.env._("Commitments to sign"),
                "model": "metrology.commitment",
                "domain": [("state", "=", "draft"), ("user_id", "=", self.env.uid)],
                "groups": "",
                "action": "metrology_staff.action_commitment",
                "sequence": 640,
                "icon": "fa-handshake-o",
                "date_field": "sign_by",
            },
            {
                "key": "commitment_overdue",
                "name": self.env._("Commitments and inductions not confirmed"),
                "model": "metrology.commitment",
                "domain": [("is_overdue", "=", True)],
                "groups": "metrology.group_staff_manager",
                "action": "metrology_staff.action_commitment",
                "sequence": 641,
                "icon": "fa-handshake-o",
                "date_field": "sign_by",
            },
            {
                "key": "training_effect",
                "name": self.env._("Trainings whose effect is to be judged"),
                "model": "metrology.training",
                "domain": [("state", "=", "held")],
                "groups": "metrology.group_staff_manager",
                "action": "metrology_staff.action_training",
                "sequence": 645,
                "icon": "fa-graduation-cap",
            },
            {
                "key": "evaluation_due",
                "name": self.env._("Persons to evaluate"),
                "model": "metrology.evaluation",
                "domain": [
                    ("is_last", "=", True),
                    ("date_to", "<=", fields.Date.to_string(next_month)),
                ],
                "groups": "metrology.group_staff_manager,metrology.group_quality,"
                "metrology.group_technical_head",
                "action": "metrology_staff.action_evaluation",
                "sequence": 650,
                "icon": "fa-eye",
                "date_field": "date_to",
            },
            {
                "key": "person_age",
                "name": self.env._("Persons near the age limit"),
                "model": "hr.employee",
                "domain": [
                    ("last_day_of_service", "<=", fields.Date.to_string(half_year))
                ],
                "groups": "hr.group_hr_user",
                "action": "hr.open_view_employee_list_my",
                "sequence": 655,
                "icon": "fa-birthday-cake",
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
