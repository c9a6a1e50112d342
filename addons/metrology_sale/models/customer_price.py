# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MetrologyCustomerPrice(models.Model):
    """A price agreed with one customer for one fee item and a time.

    Business proposes it; another person, of finance or a department's head, approves
    it.  Only approved prices are used, and an approved one is ended, never edited.
    """

    _name = "metrology.customer.price"
    _description = "Customer Price"
    _inherit = ["metrology.proposal.mixin", "mail.thread"]
    _order = "partner_id, product_id, date_from desc"
    _check_company_auto = True
    _guard_frozen_fields = (
        "partner_id",
        "product_id",
        "price",
        "basis",
        "date_from",
        "date_to",
        "company_id",
    )
    _proposal_roles = "metrology.group_finance,metrology.group_department_head"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Fee Item",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('type', '=', 'service')]",
        tracking=True,
    )
    price = fields.Monetary(required=True, tracking=True)
    list_price = fields.Monetary(
        compute="_compute_list_price",
        help="What the fee catalogue says on the first day of the agreement.",
    )
    discount = fields.Float(
        string="Discount (%)", compute="_compute_list_price", digits=(16, 2)
    )
    basis = fields.Char(
        required=True, help="The agreement the price rests on; printed with it."
    )
    date_from = fields.Date(required=True, tracking=True)
    date_to = fields.Date(tracking=True)
    state = fields.Selection(
        selection=[("draft", "Draft"), ("approved", "Approved"), ("ended", "Ended")]
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )

    _dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "A customer price cannot end before it begins.",
    )
    _price_not_negative = models.Constraint(
        "CHECK(price >= 0)", "A price is not negative."
    )
    _from_uniq = models.UniqueIndex(
        "(company_id, partner_id, product_id, date_from) WHERE state != 'ended'",
        "This customer has a price for this item from the same day already.",
    )

    @api.depends("partner_id", "product_id")
    def _compute_display_name(self):
        for price in self:
            price.display_name = (
                f"{price.partner_id.display_name} / {price.product_id.display_name}"
            )

    @api.depends("product_id", "date_from", "price", "company_id")
    def _compute_list_price(self):
        pricing = self.env["metrology.pricing"]
        known = self.filtered("product_id")
        requests = [
            pricing._make_request(
                product=price.product_id,
                company=price.company_id,
                day=price.date_from,
            )
            for price in known
        ]
        found = dict(zip(known.ids, pricing._get_prices(requests), strict=True))
        for price in self:
            result = found.get(price.id)
            price.list_price = result["price"] if result else 0.0
            price.discount = (
                100.0 * (1 - price.price / price.list_price)
                if price.list_price
                else 0.0
            )

    @api.constrains(
        "partner_id", "product_id", "date_from", "date_to", "state", "company_id"
    )
    def _check_not_overlapping(self):
        living = self.filtered(lambda p: p.state != "ended")
        others = self.search(
            [
                ("state", "!=", "ended"),
                ("partner_id", "in", living.partner_id.ids),
                ("product_id", "in", living.product_id.ids),
            ]
        )
        by_key = others.grouped(lambda p: (p.company_id, p.partner_id, p.product_id))
        for price in living:
            key = (price.company_id, price.partner_id, price.product_id)
            for other in by_key.get(key, self.browse()) - price:
                if (not other.date_to or other.date_to >= price.date_from) and (
                    not price.date_to or price.date_to >= other.date_from
                ):
                    raise ValidationError(
                        self.env._(
                            "%(customer)s would have two prices for %(item)s on the "
                            "same days. End the one from %(date)s first.",
                            customer=price.partner_id.display_name,
                            item=price.product_id.display_name,
                            date=other.date_from,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if partner := vals.get("partner_id"):
                vals["partner_id"] = (
                    self.env["res.partner"].browse(partner).commercial_partner_id.id
                )
        return super().create(vals_list)

    def _prepare_end(self):
        """End the price yesterday; orders that used it keep their price."""
        today = self.env["metrology.calendar"]._today(self.company_id)
        last = min(self.date_to or today, today)
        return {**super()._prepare_end(), "date_to": max(last, self.date_from)}

    @api.model
    def _get_valid(self, partners, products, days):
        """Return the approved prices that may apply, newest first (one query)."""
        if not (partners and products and days):
            return self.browse()
        return self.sudo().search(
            [
                ("state", "=", "approved"),
                ("partner_id", "in", partners.commercial_partner_id.ids),
                ("product_id", "in", products.ids),
                ("date_from", "<=", max(days)),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", min(days)),
            ],
            order="date_from desc, id desc",
        )
