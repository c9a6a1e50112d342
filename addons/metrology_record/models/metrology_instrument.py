# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyInstrument(models.Model):
    _inherit = "metrology.instrument"

    result_count = fields.Integer(compute="_compute_result_count", string="Results")

    def _compute_result_count(self):
        counts = self.env["metrology.result"]._read_group(
            [("instrument_id", "in", self.ids), ("superseded", "=", False)],
            ["instrument_id"],
            ["__count"],
        )
        by_instrument = {instrument.id: count for instrument, count in counts}
        for instrument in self:
            instrument.result_count = by_instrument.get(instrument.id, 0)

    def action_view_results(self):
        """Show the results of the instruments over time."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "metrology_record.action_result"
        )
        return {
            **action,
            "domain": [("instrument_id", "in", self.ids)],
            "context": {"search_default_valid": 1},
        }
