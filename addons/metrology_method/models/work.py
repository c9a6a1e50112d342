# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


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
            {
                "key": "method_notice_read",
                "name": self.env._("Method changes to read"),
                "model": "metrology.method.notice.reader",
                "domain": [("user_id", "=", self.env.uid), ("read_on", "=", False)],
                "groups": "metrology.group_user",
                "action": "metrology_method.action_method_notice_mine",
                "sequence": 600,
                "icon": "fa-envelope-open-o",
            },
            {
                "key": "method_review_check",
                "name": self.env._("Novelty reviews to do"),
                "model": "metrology.method.review",
                "domain": [
                    ("state", "!=", "closed"),
                    ("reviewer_id", "=", self.env.uid),
                    ("date_to", "<=", fields.Date.add(fields.Date.today(), days=14)),
                ],
                "groups": "metrology.group_user",
                "action": "metrology_method.action_method_review",
                "sequence": 605,
                "icon": "fa-search",
            },
            {
                "key": "method_effect_open",
                "name": self.env._("Effects of method changes"),
                "model": "metrology.method.effect",
                "domain": [("state", "=", "open"), ("user_id", "=", self.env.uid)],
                "groups": "metrology.group_user",
                "action": "metrology_method.action_method_effect",
                "sequence": 606,
                "icon": "fa-random",
            },
            {
                "key": "method_validation_approve",
                "name": self.env._("Method verifications to approve"),
                "model": "metrology.method.validation",
                "domain": [("state", "=", "draft"), ("create_uid", "!=", self.env.uid)],
                "groups": "metrology.group_technical_head",
                "action": "metrology_method.action_method_validation",
                "sequence": 608,
                "icon": "fa-flask",
            },
        ]
