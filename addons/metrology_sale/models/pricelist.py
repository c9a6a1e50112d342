# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    fee_catalogue_ids = fields.One2many(
        comodel_name="metrology.fee.catalogue",
        inverse_name="pricelist_id",
    )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for vals in vals_list:
            vals.pop("fee_catalogue_ids", None)
        return vals_list
