# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    metrology_capability_ids = fields.One2many(
        comodel_name="metrology.capability",
        inverse_name="product_id",
        string="Capabilities",
    )
