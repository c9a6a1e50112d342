# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.fields import Domain


class MetrologyWork(models.AbstractModel):
    """What waits for me: one card per step of the work (S3-5.5).

    An addon adds its steps by extending :meth:`_get_steps`::

        class MetrologyWork(models.AbstractModel):
            _inherit = "metrology.work"

            def _get_steps(self):
                return super()._get_steps() + [
                    {
                        "key": "order_review",
                        "name": self.env._("Orders to review"),
                        "model": "metrology.order",
                        "domain": [("state", "=", "reviewing")],
                        "groups": "metrology.group_business",
                        "action": "metrology_order.action_order",
                        "sequence": 20,
                        "icon": "fa-check",
                        "date_field": "due_date",
                    }
                ]
    """

    _name = "metrology.work"
    _description = "My Work"

    @api.model
    def _get_steps(self):
        """Return the steps of the work, one dict each.

        Keys: key, name (translated), model, domain (list), groups (comma-separated
        xmlids, any of them; empty for everybody), action (xmlid of an act_window),
        sequence, icon (Font Awesome), date_field (optional: late when before today).
        """
        return [
            {
                "key": "approval",
                "name": self.env._("Approvals"),
                "model": "metrology.approval.line",
                "domain": [("can_decide", "=", True)],
                "groups": "",
                "action": "metrology.action_approval_line_mine",
                "sequence": 900,
                "icon": "fa-gavel",
            },
            {
                "key": "expiry",
                "name": self.env._("Overdue in my department"),
                "model": "metrology.expiry",
                "domain": [
                    ("urgency", "=", "overdue"),
                    ("department_id", "in", self._get_led_departments().ids),
                ],
                "groups": "metrology.group_department_head",
                "action": "metrology.action_expiry",
                "sequence": 905,
                "icon": "fa-hourglass-end",
                "date_field": "date",
            },
            {
                "key": "activity",
                "name": self.env._("To-dos"),
                "model": "mail.activity",
                "domain": [("user_id", "=", self.env.uid)],
                "groups": "",
                "action": "mail.mail_activity_action_my",
                "sequence": 910,
                "icon": "fa-clock-o",
                "date_field": "date_deadline",
            },
        ]

    @api.model
    def _get_led_departments(self):
        """Return the departments whose head the caller is."""
        return self.env["hr.department"].search(
            [("manager_id.user_id", "=", self.env.uid)]
        )

    @api.model
    @api.readonly
    def get_counts(self):
        """Return the caller's steps with ``count`` and ``overdue``.

        One count per step, and one more where it can be late; never one per record.
        """
        today = self.env["metrology.calendar"]._today()
        result = []
        for step in sorted(self._get_steps(), key=lambda item: item["sequence"]):
            if not self._is_mine(step):
                continue
            model = self.env[step["model"]]
            domain = Domain(step["domain"])
            count = model.search_count(domain)
            overdue = 0
            if count and step.get("date_field"):
                overdue = model.search_count(
                    domain & Domain(step["date_field"], "<", today)
                )
            result.append({**step, "count": count, "overdue": overdue})
        return result

    @api.model
    def _is_mine(self, step):
        groups = [name.strip() for name in (step["groups"] or "").split(",") if name]
        if groups and not any(self.env.user.has_group(name) for name in groups):
            return False
        return step["model"] in self.env and self.env[step["model"]].has_access("read")
