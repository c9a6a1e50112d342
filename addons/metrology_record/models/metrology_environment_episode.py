# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyEnvironmentEpisode(models.Model):
    _inherit = "metrology.environment.episode"

    record_ids = fields.Many2many(
        comodel_name="metrology.record",
        string="Records of That Time",
        compute="_compute_record_ids",
    )

    @api.depends("start", "end", "room_id")
    def _compute_record_ids(self):
        Record = self.env["metrology.record"]
        for one in self:
            one.record_ids = Record._find_during(
                one.room_id, one.start, one.end or fields.Datetime.now()
            )
