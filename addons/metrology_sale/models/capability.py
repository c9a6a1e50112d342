# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class MetrologyCapability(models.Model):
    _inherit = "metrology.capability"

    @api.model_create_multi
    def create(self, vals_list):
        capabilities = super().create(vals_list)
        capabilities._metrology_make_fee_items()
        capabilities._metrology_set_fee_item_policy()
        return capabilities

    def write(self, vals):
        result = super().write(vals)
        if "product_id" in vals:
            self._metrology_set_fee_item_policy()
        return result

    def _metrology_make_fee_items(self):
        """Give every capability the fee item by which it is sold; its fee is set in
        the fee catalogue.  Without one an order of it could not be accepted."""
        missing = self.sudo().filtered(lambda capability: not capability.product_id)
        items = (
            self.env["product.product"]
            .sudo()
            .create([capability._prepare_product_values() for capability in missing])
        )
        for capability, item in zip(missing, items, strict=True):
            capability.product_id = item

    def _metrology_set_fee_item_policy(self):
        """A fee item is invoiced for what was finished, not for what was ordered."""
        templates = self.product_id.product_tmpl_id.sudo().filtered(
            lambda template: template.invoice_policy != "delivery"
        )
        if templates:
            templates.write({"invoice_policy": "delivery"})
