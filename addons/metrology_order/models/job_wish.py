# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyJob(models.Model):
    """What the customer asks for beyond the service reaches who does the work."""

    _inherit = "metrology.job"

    customer_wish = fields.Char(
        string="Customer's Wish",
        related="order_line_id.remark",
        help="The remark of the order's line, such as certain points only or no "
        "certificate.",
    )
