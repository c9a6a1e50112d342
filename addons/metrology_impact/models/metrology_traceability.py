# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models

from .maintenance_equipment import LATER


class MetrologyTraceability(models.Model):
    _inherit = "metrology.traceability"

    def action_refuse(self, reason=None):
        """Refuse the certificate, and open the analysis of what it spoilt."""
        return super(
            MetrologyTraceability, self.with_context(metrology_impact_later=LATER)
        ).action_refuse(reason)

    def _after_refuse(self):
        result = super()._after_refuse()
        for certificate in self:
            self.env["metrology.impact.analysis"]._start(
                certificate.equipment_id, certificate
            )
        return result

    def action_impact_analysis(self):
        """Open the analysis of what refused certificates mean for past results."""
        self.ensure_one()
        return (
            self.env["metrology.impact.analysis"]
            ._start(self.equipment_id, self)
            ._get_action()
        )
