# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyEnvironmentAnalysis(models.TransientModel):
    _inherit = "metrology.environment.analysis"

    record_ids = fields.Many2many(
        comodel_name="metrology.record",
        relation="metrology_environment_analysis_record_rel",
        string="Records Affected",
        compute="_compute_record_ids",
    )

    @api.depends("period_ids", "room_id")
    def _compute_record_ids(self):
        Record = self.env["metrology.record"]
        for analysis in self:
            records = Record
            for period in analysis.period_ids:
                records |= Record._find_during(
                    analysis.room_id, period.start, period.end
                )
            analysis.record_ids = records
