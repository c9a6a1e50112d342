# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.fields import Domain

#: state of a certificate -> the activity it waits for
_WAITS = {
    "editing": "author",
    "initial_review": "author",
    "checking": "check",
    "approving": "approve",
}


class MetrologyEligibility(models.AbstractModel):
    _inherit = "metrology.eligibility"

    @api.model
    def _get_open_work(self, jobs):
        """Add: jobs whose certificates wait for a signature."""
        work = super()._get_open_work(jobs)
        certificates = self.env["metrology.certificate"].search(
            [("job_id", "in", jobs.ids), ("state", "in", list(_WAITS))]
        )
        for state, some in certificates.grouped("state").items():
            activity = _WAITS[state]
            work[activity] = work.get(activity, jobs.browse()) | some.job_id
        return work


class MetrologyEligibilityNotice(models.Model):
    _inherit = "metrology.eligibility.notice"

    @api.model
    def _domain_open_work(self):
        open_ones = self.env["metrology.certificate"]._search(
            [("state", "in", list(_WAITS))]
        )
        return super()._domain_open_work() | Domain(
            "id", "in", open_ones.subselect("job_id")
        )


class MetrologyCertificate(models.Model):
    _inherit = "metrology.certificate"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            # What was told about a step ends with it.
            self.env["metrology.eligibility.notice"]._touch(
                noticed_jobs=self.sudo().job_id.ids
            )
        return result
