# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class MetrologyJob(models.Model):
    _inherit = "metrology.job"

    def action_pause(self, reason=None):
        result = super().action_pause(reason)
        if reason is not None:
            self.record_ids._pause()
        return result

    def _pause_for_environment(self, reason):
        jobs = super()._pause_for_environment(reason)
        jobs.record_ids._pause()
        return jobs

    def action_resume(self):
        result = super().action_resume()
        self.record_ids._unpause()
        return result
