# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.fields import Domain


class MetrologyEligibility(models.AbstractModel):
    _inherit = "metrology.eligibility"

    @api.model
    def _get_open_work(self, jobs):
        """Add: jobs whose records wait for the checker."""
        work = super()._get_open_work(jobs)
        waiting = self.env["metrology.record"].search(
            [("job_id", "in", jobs.ids), ("state", "=", "submitted")]
        )
        work["check"] = work.get("check", jobs.browse()) | waiting.job_id
        return work


class MetrologyEligibilityNotice(models.Model):
    _inherit = "metrology.eligibility.notice"

    @api.model
    def _domain_open_work(self):
        return super()._domain_open_work() | Domain(
            "record_ids.state", "=", "submitted"
        )


class MetrologyRecord(models.Model):
    _inherit = "metrology.record"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            # What was told about a step ends with it.
            self.env["metrology.eligibility.notice"]._touch(
                noticed_jobs=self.sudo().job_id.ids
            )
        return result
