# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    is_metrology_sample = fields.Boolean(
        string="Samples of Customers",
        readonly=True,
        copy=False,
        help="Its serial numbers are samples; they move by the custody actions only.",
    )
