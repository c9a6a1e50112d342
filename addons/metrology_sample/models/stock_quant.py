# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class StockQuant(models.Model):
    _name = "stock.quant"
    _inherit = ["stock.quant", "metrology.custody.guard"]

    @api.model_create_multi
    def create(self, vals_list):
        if self._custody_is_open():
            # Core creates quants one by one, for its inventory mode; those of a custody
            # move are empty rows, made for all its serial numbers at once.
            return models.Model.create(self, vals_list)
        products = self.env["product.product"].browse(
            {vals["product_id"] for vals in vals_list if vals.get("product_id")}
        )
        samples = products.filtered("is_metrology_sample")
        if samples:
            self._custody_refuse(samples.mapped("display_name"))
        return super().create(vals_list)

    def write(self, vals):
        watched = {
            "product_id",
            "location_id",
            "lot_id",
            "owner_id",
            "quantity",
            "inventory_quantity",
            "inventory_quantity_auto_apply",
        }
        if watched & set(vals) and not self._custody_is_open():
            quants = self.filtered("product_id.is_metrology_sample")
            if quants:
                self._custody_refuse(quants.lot_id.mapped("name"))
        return super().write(vals)

    def _get_inventory_move_values(self, *args, **kwargs):
        samples = self.filtered("product_id.is_metrology_sample")
        if samples and not self._custody_is_open():
            self._custody_refuse(samples.lot_id.mapped("name"))
        return super()._get_inventory_move_values(*args, **kwargs)
