# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyCapability(models.Model):
    _inherit = "metrology.capability"

    def _evidence_work_facts(self, day):
        """Add: the certificates issued under each capability within a year."""
        issued = self._evidence_counts(
            "metrology.certificate",
            [
                ("issue_date", "!=", False),
                ("issue_date", "<=", day),
                ("issue_date", ">", fields.Date.subtract(day, years=1)),
            ],
            "job_id.capability_id",
        )
        return [
            *super()._evidence_work_facts(day),
            (self.env._("Certificates issued within a year"), issued),
        ]
