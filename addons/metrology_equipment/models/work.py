# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models

from ..const import USABLE_STATES


class MetrologyWork(models.AbstractModel):
    _inherit = "metrology.work"

    def _get_steps(self):
        keepers = "metrology.group_equipment,metrology.group_technical_head"
        today = self.env["metrology.calendar"]._today()
        soon = fields.Date.to_string(fields.Date.add(today, days=30))
        return super()._get_steps() + [
            {
                "key": "traceability_confirm",
                "name": self.env._("Certificates to confirm"),
                "model": "metrology.traceability",
                "domain": [("state", "=", "draft"), ("create_uid", "!=", self.env.uid)],
                "groups": keepers,
                "action": "metrology_equipment.action_traceability",
                "sequence": 630,
                "icon": "fa-balance-scale",
            },
            {
                "key": "equipment_due",
                "name": self.env._("Equipment to calibrate"),
                "model": "maintenance.equipment",
                "domain": [
                    ("metrology_use", "!=", "none"),
                    ("metrology_state", "in", [*USABLE_STATES, "suspended"]),
                    ("traceability_required", "=", True),
                    ("traceability_due", "<=", soon),
                ],
                "groups": keepers,
                "action": "metrology_equipment.action_metrology_equipment",
                "sequence": 640,
                "icon": "fa-wrench",
                "date_field": "traceability_due",
            },
            {
                "key": "equipment_check",
                "name": self.env._("Intermediate checks to do"),
                "model": "metrology.equipment.check",
                "domain": [
                    ("state", "=", "planned"),
                    ("user_id", "in", [self.env.uid, False]),
                ],
                "groups": keepers,
                "action": "metrology_equipment.action_equipment_check",
                "sequence": 645,
                "icon": "fa-tachometer",
                "date_field": "planned_on",
            },
            {
                "key": "equipment_plan_approve",
                "name": self.env._("Calibration plans to approve"),
                "model": "metrology.equipment.plan",
                "domain": [("state", "=", "draft"), ("create_uid", "!=", self.env.uid)],
                "groups": "metrology.group_technical_head",
                "action": "metrology_equipment.action_equipment_plan",
                "sequence": 641,
                "icon": "fa-calendar-check-o",
            },
            {
                "key": "equipment_plan_line",
                "name": self.env._("Equipment to send by plan"),
                "model": "metrology.equipment.plan.line",
                "domain": [
                    ("plan_id.state", "=", "approved"),
                    ("state", "=", "planned"),
                    ("planned_on", "<=", soon),
                ],
                "groups": keepers,
                "action": "metrology_equipment.action_equipment_plan_line",
                "sequence": 642,
                "icon": "fa-paper-plane",
                "date_field": "planned_on",
            },
            {
                "key": "equipment_software",
                "name": self.env._("Software versions to validate"),
                "model": "maintenance.equipment",
                "domain": [
                    (
                        "software_ids",
                        "any",
                        [
                            ("validated_on", "=", False),
                            ("create_uid", "!=", self.env.uid),
                        ],
                    )
                ],
                "groups": keepers,
                "action": "metrology_equipment.action_metrology_equipment",
                "sequence": 643,
                "icon": "fa-code",
            },
            {
                "key": "equipment_new",
                "name": self.env._("Equipment to put in use"),
                "model": "maintenance.equipment",
                "domain": [
                    ("metrology_use", "!=", "none"),
                    ("metrology_state", "=", "new"),
                ],
                "groups": keepers,
                "action": "metrology_equipment.action_metrology_equipment",
                "sequence": 644,
                "icon": "fa-plus-square-o",
            },
            {
                "key": "equipment_return",
                "name": self.env._("Equipment to check after return"),
                "model": "maintenance.equipment",
                "domain": [("is_away", "=", True)],
                "groups": keepers,
                "action": "metrology_equipment.action_metrology_equipment",
                "sequence": 650,
                "icon": "fa-reply",
            },
        ]
