# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models

from odoo.addons.metrology_record.models.metrology_disposal_mixin import (
    DISPOSAL_FIELDS,
)


class MetrologyCertificate(models.Model):
    """How long the copy of a certificate is kept: six years or two cycles (S0-7.3.2)."""

    _name = "metrology.certificate"
    _inherit = ["metrology.certificate", "metrology.disposal.mixin"]

    def _guard_get_action_fields(self):
        return (*super()._guard_get_action_fields(), *DISPOSAL_FIELDS)

    def _retention_start(self):
        """The day it was issued."""
        return self.issue_date

    def _retention_cycle_months(self):
        return self.interval_months or 0

    @api.depends("issue_date", "interval_months")
    def _compute_retention_until(self):
        return super()._compute_retention_until()
