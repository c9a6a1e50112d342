# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class MetrologyWork(models.AbstractModel):
    _inherit = "metrology.work"

    @api.model
    def _get_steps(self):
        return super()._get_steps() + [
            {
                "model": "metrology.impact.analysis",
                "action": "metrology_impact.action_impact_analysis",
                "key": "impact_decide",
                "name": self.env._("Impact analyses to decide"),
                "domain": [("state", "=", "open")],
                "groups": "metrology.group_technical_head,metrology.group_quality",
                "sequence": 81,
                "icon": "fa-exclamation-triangle",
                "date_field": "finding_date",
            },
            {
                "model": "metrology.impact.letter",
                "action": "metrology_impact.action_impact_letter",
                "key": "impact_letter",
                "name": self.env._("Letters about results to send"),
                "domain": [("state", "=", "draft")],
                "groups": "metrology.group_business",
                "sequence": 83,
                "icon": "fa-envelope-o",
            },
        ]
