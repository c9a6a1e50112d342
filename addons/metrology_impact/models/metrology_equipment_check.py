# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models

from .maintenance_equipment import LATER


class MetrologyEquipmentCheck(models.Model):
    _inherit = "metrology.equipment.check"

    def _suspend_failed(self):
        """List, beside stopping it, what was measured since the last good evidence."""
        result = super(
            MetrologyEquipmentCheck, self.with_context(metrology_impact_later=LATER)
        )._suspend_failed()
        for check in self:
            self.env["metrology.impact.analysis"]._start(check.equipment_id, check)
        return result

    def action_impact_analysis(self):
        """Open the analysis of what a failed check means for past results."""
        self.ensure_one()
        return (
            self.env["metrology.impact.analysis"]
            ._start(self.equipment_id, self)
            ._get_action()
        )
