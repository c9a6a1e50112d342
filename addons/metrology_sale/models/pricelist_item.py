# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.exceptions import UserError, ValidationError


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    @api.constrains("date_start", "date_end", "pricelist_id")
    def _check_fee_item_without_dates(self):
        """Dates belong to the edition (see metrology.fee.catalogue)."""
        for item in self.filtered(lambda i: i.date_start or i.date_end):
            if catalogue := item.pricelist_id.fee_catalogue_ids[:1]:
                raise ValidationError(
                    self.env._(
                        "A fee of %(catalogue)s has no dates of its own: the edition "
                        "has them. Make a new edition for new fees.",
                        catalogue=catalogue.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._check_fee_edition_is_draft()
        return items

    def write(self, vals):
        self._check_fee_edition_is_draft()
        result = super().write(vals)
        if "pricelist_id" in vals:
            self._check_fee_edition_is_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published_fee(self):
        self._check_fee_edition_is_draft()

    def _check_fee_edition_is_draft(self):
        for catalogue in self.pricelist_id.fee_catalogue_ids:
            if catalogue.state != "draft":
                raise UserError(
                    self.env._(
                        "%(catalogue)s is published and its fees stay as they are. "
                        "Make a new edition instead.",
                        catalogue=catalogue.display_name,
                    )
                )
