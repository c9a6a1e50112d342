# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class StockLot(models.Model):
    _name = "stock.lot"
    _inherit = ["stock.lot", "metrology.custody.guard"]

    metrology_sample_id = fields.Many2one(
        comodel_name="metrology.sample",
        string="Sample",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    # A scanner asks for the exact number; the trigram index of core does not serve it.
    _metrology_name_idx = models.Index("(name)")

    @api.model_create_multi
    def create(self, vals_list):
        if not self._custody_is_open():
            products = self.env["product.product"].browse(
                {vals["product_id"] for vals in vals_list if vals.get("product_id")}
            )
            sample_ids = set(products.filtered("is_metrology_sample").ids)
            names = [
                vals.get("name") or ""
                for vals in vals_list
                if vals.get("product_id") in sample_ids
                or vals.get("metrology_sample_id")
            ]
            if names:
                self._custody_refuse(names)
        return super().create(vals_list)

    def write(self, vals):
        watched = {"name", "product_id", "company_id", "metrology_sample_id"}
        if watched & set(vals) and not self._custody_is_open():
            lots = self.filtered("product_id.is_metrology_sample")
            if lots or vals.get("metrology_sample_id"):
                self._custody_refuse((lots or self).mapped("name"))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_metrology_sample(self):
        lots = self.filtered("product_id.is_metrology_sample")
        if lots:
            self._custody_refuse(lots.mapped("name"))
