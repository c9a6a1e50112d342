# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyOrderSign(models.TransientModel):
    """The pad on which the customer signs an order."""

    _name = "metrology.order.sign"
    _description = "Signature of the Customer"

    order_id = fields.Many2one(
        comodel_name="metrology.order", required=True, readonly=True
    )
    partner_id = fields.Many2one(related="order_id.partner_id")
    line_count = fields.Integer(related="order_id.line_count")
    due_date = fields.Date(related="order_id.due_date")
    name = fields.Char(string="Name of the Signer", required=True)
    signature = fields.Binary(attachment=False)

    def action_sign(self):
        """Put the signature on the order."""
        self.ensure_one()
        self.order_id.action_sign(self.signature, self.name)
        return {"type": "ir.actions.act_window_close"}

    def action_sign_accept(self):
        """Put the signature on the order and accept it."""
        self.action_sign()
        self.order_id.action_accept()
        return {"type": "ir.actions.act_window_close"}
