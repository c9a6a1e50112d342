# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.exceptions import ValidationError


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _is_metrology_fee_item(self):
        """Return the products that are the fee item of a capability (one query)."""
        return (
            self.env["metrology.capability"]
            .sudo()
            .with_context(active_test=False)
            .search([("product_id", "in", self.ids)])
            .product_id.with_env(self.env)
        )

    def _get_metrology_service_kinds(self):
        """Return ``{product.id: service kind}`` where all capabilities agree."""
        kinds = {}
        for product, kind in (
            self.env["metrology.capability"]
            .sudo()
            ._read_group(
                [("product_id", "in", self.ids)], ["product_id", "service_kind"]
            )
        ):
            kinds.setdefault(product.id, set()).add(kind)
        return {
            product: next(iter(found))
            for product, found in kinds.items()
            if len(found) == 1
        }


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.constrains("invoice_policy", "type")
    def _check_metrology_fee_item(self):
        """Else a customer would pay for jobs nobody has finished."""
        wrong = self.filtered(
            lambda t: t.invoice_policy != "delivery" or t.type != "service"
        )
        for product in wrong.product_variant_ids._is_metrology_fee_item():
            raise ValidationError(
                self.env._(
                    "%(item)s is the fee item of a capability: it is a service and is "
                    "invoiced on delivered quantities.",
                    item=product.display_name,
                )
            )
