# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyOrder(models.Model):
    """Questions to the customer about the methods he asked for."""

    _inherit = "metrology.order"

    inquiry_ids = fields.One2many(
        comodel_name="metrology.method.inquiry",
        inverse_name="order_id",
        string="Inquiries on the Method",
    )
    inquiry_waiting = fields.Boolean(
        string="Awaiting Customer", compute="_compute_inquiry_waiting"
    )

    def _compute_inquiry_waiting(self):
        groups = self.env["metrology.method.inquiry"]._read_group(
            [("order_id", "in", self.ids), ("state", "=", "waiting")], ["order_id"]
        )
        waiting = {order.id for (order,) in groups}
        for order in self:
            order.inquiry_waiting = order.id in waiting

    def action_submit(self):
        """Submit; customers are told of methods that do not fit."""
        result = super().action_submit()
        self.line_ids._ask_customer()
        return result

    def action_start_review(self):
        """Start the review; customers are told of methods that do not fit."""
        result = super().action_start_review()
        self.line_ids._ask_customer()
        return result
