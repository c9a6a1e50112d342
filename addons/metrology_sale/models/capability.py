# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class MetrologyCapability(models.Model):
    _inherit = "metrology.capability"

    @api.model_create_multi
    def create(self, vals_list):
        capabilities = super().create(vals_list)
        capabilities._metrology_set_fee_item_policy()
        return capabilities

    def write(self, vals):
        result = super().write(vals)
        if "product_id" in vals:
            self._metrology_set_fee_item_policy()
        return result

    def _metrology_set_fee_item_policy(self):
        """A fee item is invoiced for what was finished, not for what was ordered."""
        templates = self.product_id.product_tmpl_id.sudo().filtered(
            lambda template: template.invoice_policy != "delivery"
        )
        if templates:
            templates.write({"invoice_policy": "delivery"})
