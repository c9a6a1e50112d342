# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyInstrument(models.Model):
    _inherit = "metrology.instrument"

    order_line_ids = fields.One2many(
        comodel_name="metrology.order.line", inverse_name="instrument_id"
    )
    sample_ids = fields.One2many(
        comodel_name="metrology.sample", inverse_name="instrument_id"
    )
    order_count = fields.Integer(compute="_compute_order_count")

    def _compute_order_count(self):
        counts = {
            instrument.id: count
            for instrument, count in self.env["metrology.order.line"]._read_group(
                [("instrument_id", "in", self.ids)],
                ["instrument_id"],
                ["order_id:count_distinct"],
            )
        }
        for instrument in self:
            instrument.order_count = counts.get(instrument.id, 0)

    def action_view_orders(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_order.action_order"
        )
        action["domain"] = [("line_ids.instrument_id", "in", self.ids)]
        action["context"] = {}
        return action
