# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models

from .metrology_disposal_mixin import DISPOSAL_FIELDS


class MetrologyRecord(models.Model):
    """How long a technical record is kept: six years or two cycles, the later day.

    Sources: S0-6.3.6, S1-7.5-6.
    """

    _name = "metrology.record"
    _inherit = ["metrology.record", "metrology.disposal.mixin"]

    def _guard_get_action_fields(self):
        return (*super()._guard_get_action_fields(), *DISPOSAL_FIELDS)

    def _retention_start(self):
        """The day of the record: the one on which it was submitted."""
        return self._get_day() if self.submitted_on else False

    def _retention_cycle_months(self):
        """The interval of the instrument, or the one its capability gives."""
        return (
            self.instrument_id.interval_months
            or self.job_id.sudo().capability_id.interval_months
            or 0
        )

    # Not on the interval: a cycle that is changed later does not shorten the keeping
    # of what was recorded under the one before.
    @api.depends("submitted_on", "job_id")
    def _compute_retention_until(self):
        return super()._compute_retention_until()
