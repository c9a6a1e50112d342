# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "metrology.custody.guard"]

    @api.model
    def _metrology_create(self, vals):
        """Create the picking of a custody step."""
        return self._custody_open().create(vals)
