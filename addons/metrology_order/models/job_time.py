# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyJob(models.Model):
    """The time a job spent in each of its states (S3-5.4.4)."""

    _inherit = "metrology.job"

    stay_ids = fields.One2many(
        comodel_name="metrology.job.stay",
        inverse_name="job_id",
        string="Time in Each State",
        readonly=True,
        copy=False,
    )

    @api.model_create_multi
    def create(self, vals_list):
        jobs = super().create(vals_list)
        self.env["metrology.job.stay"]._enter(jobs)
        return jobs

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self.env["metrology.job.stay"]._enter(self)
        return result
