# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyOrder(models.Model):
    """What the present contract review says, on the order's form."""

    _inherit = "metrology.order"

    spoken_on = fields.Datetime(related="review_id.spoken_on", readonly=False)
    spoken_channel = fields.Selection(
        related="review_id.spoken_channel", readonly=False
    )
    review_missing_text = fields.Text(related="review_id.missing_text")
