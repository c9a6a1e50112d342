# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyJobExtension(models.Model):
    """What statistics of extensions count: jobs and days of delay."""

    _inherit = "metrology.job.extension"

    department_id = fields.Many2one(
        comodel_name="hr.department",
        compute="_compute_counted",
        store=True,
        index=True,
        help="The department of the jobs; empty where they are of several.",
    )
    job_count = fields.Integer(
        string="Extended Jobs", compute="_compute_counted", store=True
    )
    delay_days = fields.Integer(
        string="Days of Delay",
        compute="_compute_delay_days",
        store=True,
        aggregator="avg",
        help="Calendar days from the date promised before to the new one.",
    )

    @api.depends("job_ids.department_id")
    def _compute_counted(self):
        for extension in self:
            departments = extension.job_ids.department_id
            extension.department_id = departments if len(departments) == 1 else False
            extension.job_count = len(extension.job_ids)

    @api.depends("old_date", "new_date")
    def _compute_delay_days(self):
        for extension in self:
            extension.delay_days = (
                (extension.new_date - extension.old_date).days
                if extension.new_date and extension.old_date
                else 0
            )
