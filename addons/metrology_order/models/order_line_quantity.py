# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyOrderLine(models.Model):
    """How many pieces an instrument of the order consists of (台件数).

    A line is always one instrument with one number; a set of weights under one number
    is handed in as so many pieces, and so many must go back.
    """

    _inherit = "metrology.order.line"

    quantity = fields.Integer(
        string="Pieces",
        default=1,
        aggregator="sum",
        help="Pieces that belong to this one instrument, for example the weights of a "
        "set. Accessories are named beside.",
    )

    def _get_reviewed_fields(self):
        return super()._get_reviewed_fields() | {"quantity"}

    def _get_content_blockers(self):
        """Add: an instrument of no piece cannot be handed in."""
        return super()._get_content_blockers() + [
            (
                "line_quantity",
                self.env._(
                    "%(instrument)s: enter the number of pieces, one or more.",
                    instrument=line.instrument_id.display_name,
                ),
            )
            for line in self
            if line.quantity < 1
        ]
