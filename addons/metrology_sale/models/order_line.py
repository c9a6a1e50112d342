# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from .pricing import PRICE_SOURCES


class MetrologyOrderLine(models.Model):
    _inherit = "metrology.order.line"

    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Fee Item",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
        domain="[('type', '=', 'service'), ('sale_ok', '=', True)]",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    price_unit = fields.Monetary(
        string="Fee",
        compute="_compute_price",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
    )
    price_basis = fields.Char(
        compute="_compute_price",
        store=True,
        precompute=True,
        copy=False,
        help="The document the price rests on; it stays as it was when agreed.",
    )
    price_source = fields.Selection(
        selection=PRICE_SOURCES,
        compute="_compute_price",
        store=True,
        precompute=True,
        copy=False,
    )
    sale_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    delivered_on = fields.Datetime(
        string="First Finished On",
        readonly=True,
        copy=False,
        help="When the job was finished for the first time: the service is delivered "
        "from then on, whatever happens to its record later.",
    )

    def _guard_get_action_fields(self):
        return (
            *super()._guard_get_action_fields(),
            "sale_line_id",
            "delivered_on",
            "price_basis",
            "price_source",
        )

    @api.depends("capability_id")
    def _compute_product_id(self):
        for line in self:
            if not line.sale_line_id:
                line.product_id = line.capability_id.product_id

    @api.depends(
        "product_id",
        "service_kind",
        "order_id.partner_id",
        "order_id.contract_id",
        "order_id.sale_order_id",
    )
    def _compute_price(self):
        # A signed price stays; so does one set by hand for the same item.
        open_lines = self.filtered(lambda line: not line._is_price_agreed())
        manual = open_lines.filtered(
            lambda line: (
                line.price_source == "manual"
                and line._origin.product_id == line.product_id
            )
        )
        priced = open_lines - manual
        for line, answer in zip(priced, priced._get_prices(), strict=True):
            line.price_unit = answer["price"]
            line.price_basis = answer["basis"]
            line.price_source = answer["source"]
        for line in self - priced:
            # A computed field must get a value: the one it has.
            line.price_unit = line.price_unit
            line.price_basis = line.price_basis
            line.price_source = line.price_source

    def _is_price_agreed(self):
        """Whether the customer has signed the price of the line."""
        self.ensure_one()
        return bool(
            self.order_id.signature
            or self.order_id.state not in ("draft", "submitted", "reviewing", "to_sign")
        )

    def _get_prices(self):
        """Return one answer of metrology.pricing per line; a quotation wins."""
        pricing = self.env["metrology.pricing"]
        quoted = {}
        for sale_line in self.order_id.sale_order_id.sudo().order_line:
            if sale_line.product_id:
                quoted.setdefault(
                    (sale_line.order_id.id, sale_line.product_id.id), sale_line
                )
        answers = []
        requests = []
        for line in self:
            order = line.order_id
            sale_line = line.sale_line_id.sudo()
            if not sale_line or sale_line.product_id != line.product_id:
                sale_line = quoted.get((order.sale_order_id.id, line.product_id.id))
            if sale_line:
                _product, price, basis = sale_line._get_metrology_key()
                answers.append({"price": price, "basis": basis, "source": "quotation"})
                continue
            answers.append(None)
            requests.append(
                pricing._make_request(
                    product=line.product_id,
                    company=order.company_id or self.env.company,
                    partner=order.partner_id,
                    day=order.date_order,
                    service_kind=line.service_kind,
                    contract=order.contract_id,
                )
            )
        found = iter(pricing._get_prices(requests))
        return [answer or next(found) for answer in answers]

    @api.model_create_multi
    def create(self, vals_list):
        by_hand = [
            index for index, vals in enumerate(vals_list) if "price_unit" in vals
        ]
        lines = super().create(vals_list)
        lines.browse([lines[index].id for index in by_hand])._explain_price()
        return lines

    def write(self, vals):
        money = {"price_unit", "product_id"} & vals.keys()
        if money and not self._may_write_money():
            for line in self:
                if line._is_price_agreed():
                    raise UserError(
                        self.env._(
                            "%(line)s of order %(order)s: the customer has signed this "
                            "price. Use “Change Order” to agree on another one.",
                            line=line.instrument_id.display_name,
                            order=line.order_id.display_name,
                        )
                    )
        result = super().write(vals)
        if "price_unit" in vals and not self._may_write_money():
            self._explain_price()
        return result

    def _may_write_money(self):
        return not self._guard_is_closed()

    def _explain_price(self):
        """Give typed prices their basis: the one that says the same, or the person.

        A form sends back the price it was shown; only one that differs from what the
        server computes was really set by hand.
        """
        if not self:
            return
        for line, answer in zip(self, self._get_prices(), strict=True):
            if not line.currency_id.compare_amounts(line.price_unit, answer["price"]):
                values = {
                    "price_basis": answer["basis"],
                    "price_source": answer["source"],
                }
            else:
                values = {
                    "price_basis": self.env._(
                        "Set by hand by %(user)s", user=self.env.user.name
                    ),
                    "price_source": "manual",
                }
            line._guard_open().write(values)

    def _get_content_blockers(self):
        blockers = super()._get_content_blockers()
        for line in self:
            if line.currency_id.compare_amounts(line.price_unit, 0.0) < 0:
                blockers.append(
                    (
                        "price_negative",
                        self.env._(
                            "%(line)s: the fee is below zero.",
                            line=line.instrument_id.display_name,
                        ),
                    )
                )
        return blockers

    def _get_sale_key(self):
        """Return what makes lines equal on a sale order."""
        self.ensure_one()
        return (
            self.product_id.id,
            self.currency_id.round(self.price_unit),
            self.price_basis or "",
        )

    def _prepare_sale_line(self, sale_order, sequence):
        """Return the values of the one sale line that equal order lines share."""
        return {
            "order_id": sale_order.id,
            "product_id": self[0].product_id.id,
            "product_uom_qty": len(self),
            "price_unit": self[0].price_unit,
            "price_basis": self[0].price_basis,
            "sequence": sequence,
        }

    def _mark_delivered(self):
        """Remember the first finish of the lines' jobs; later ones change nothing."""
        lines = self.filtered(lambda line: not line.delivered_on)
        if lines:
            # The tester who finishes a job has no right on sale orders, and needs none.
            lines.sudo().write({"delivered_on": fields.Datetime.now()})
