# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "metrology.custody.guard"]

    def write(self, vals):
        watched = {
            "product_id",
            "location_id",
            "location_dest_id",
            "quantity",
            "product_uom_qty",
            "state",
            "date",
            "picking_id",
            "restrict_partner_id",
        }
        if watched & set(vals) and not self._custody_is_open():
            moves = self.filtered(
                lambda m: m.state == "done" and m.product_id.is_metrology_sample
            )
            if moves:
                self._custody_refuse(moves.mapped("reference"))
        return super().write(vals)

    def _should_bypass_reservation(self, forced_location=False):
        """A custody move looks where its samples are; it reserves nothing."""
        if self._custody_is_open() and self.product_id.is_metrology_sample:
            return True
        return super()._should_bypass_reservation(forced_location)
