# SPDX-License-Identifier: AGPL-3.0-only
from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.metrology.models.metrology_approval_mixin import FROZEN_STATES

from .unlock import is_unlocked, unlock

#: What a quotation offers.
_OFFER_FIELDS = {
    "product_id",
    "product_uom_id",
    "product_uom_qty",
    "price_unit",
    "discount",
    "tax_ids",
    "price_basis",
    "order_id",
}


class SaleOrderLine(models.Model):
    """Sale lines of calibration orders.

    A line is *ours* when calibration order lines point at it or its product is the
    fee item of a capability.  Of ours, the delivered quantity counts the jobs from
    their first finish: it is computed from ``delivered_on`` of the order lines, which
    nothing ever empties, so it never goes down and nobody can type it.
    """

    _inherit = "sale.order.line"

    metrology_order_line_ids = fields.One2many(
        comodel_name="metrology.order.line",
        inverse_name="sale_line_id",
        string="Calibration Order Lines",
        readonly=True,
    )
    price_basis = fields.Char(
        compute="_compute_price_basis",
        store=True,
        readonly=False,
        precompute=True,
        help="The document the price rests on.",
    )
    qty_delivered_method = fields.Selection(
        selection_add=[("metrology", "Finished Jobs")]
    )

    # ------------------------------------------------------------------ compute
    @api.depends("product_id", "order_id.is_metrology")
    def _compute_price_basis(self):
        lines = self.filtered(
            lambda line: (
                line.order_id.is_metrology
                and line.product_id
                and not line.display_type
                and line.state in (False, "draft", "sent")
                and not line.metrology_order_line_ids
            )
        )
        for line, answer in zip(lines, lines._get_metrology_prices(), strict=True):
            line.price_basis = answer["basis"]
        for line in self - lines:
            line.price_basis = line.price_basis

    @api.depends("product_id", "product_uom_id", "product_uom_qty")
    def _compute_price_unit(self):
        """Lines of metrology quotations are priced by our own service, once.

        Odoo prices a line again when its quantity changes; a price that a customer
        agreed to must not move with the number of instruments.
        """
        ours = self.filtered(
            lambda line: (
                line.order_id.is_metrology
                and line.product_id
                and not line.display_type
                and not line.is_downpayment
            )
        )
        result = super(SaleOrderLine, self - ours)._compute_price_unit()
        open_lines = ours.filtered(
            lambda line: (
                line.state in (False, "draft", "sent")
                and not line.metrology_order_line_ids
            )
        )
        kept = open_lines.filtered(
            lambda line: (
                line.price_unit
                and line.currency_id
                and line.currency_id.compare_amounts(
                    line.technical_price_unit, line.price_unit
                )
            )
        )
        priced = open_lines - kept
        for line, answer in zip(priced, priced._get_metrology_prices(), strict=True):
            line.price_unit = answer["price"]
            line.technical_price_unit = answer["price"]
        for line in ours - priced:
            line.price_unit = line.price_unit
        return result

    def _reset_price_unit(self):
        """Odoo's 'update prices' and a change of product come here."""
        if not self.order_id.is_metrology or not self.product_id:
            return super()._reset_price_unit()
        if not self.metrology_order_line_ids:
            [answer] = self._get_metrology_prices()
            self.update(
                {
                    "price_unit": answer["price"],
                    "technical_price_unit": answer["price"],
                    "price_basis": answer["basis"],
                }
            )
        return None

    def _get_metrology_prices(self):
        pricing = self.env["metrology.pricing"]
        kinds = self.product_id._get_metrology_service_kinds() if self else {}
        return pricing._get_prices(
            [
                pricing._make_request(
                    product=line.product_id._origin or line.product_id,
                    company=line.order_id.company_id or self.env.company,
                    partner=line.order_id.partner_id._origin,
                    day=line.order_id._get_metrology_day(),
                    service_kind=kinds.get(
                        (line.product_id._origin or line.product_id).id
                    ),
                    contract=line.order_id.metrology_contract_id._origin,
                )
                for line in self
            ]
        )

    @api.depends("product_id", "metrology_order_line_ids")
    def _compute_qty_delivered_method(self):
        result = super()._compute_qty_delivered_method()
        self._filter_metrology().qty_delivered_method = "metrology"
        return result

    @api.depends(
        "metrology_order_line_ids.delivered_on", "metrology_order_line_ids.sale_line_id"
    )
    def _compute_qty_delivered(self):
        return super()._compute_qty_delivered()

    def _prepare_qty_delivered(self):
        delivered = super()._prepare_qty_delivered()
        ours = self._filter_metrology()
        if not ours:
            return delivered
        domain = [("sale_line_id", "in", ours.ids), ("delivered_on", "!=", False)]
        day = fields.Date.to_date(self.env.context.get("accrual_entry_date"))
        if day:
            domain.append(("delivered_on", "<=", datetime.combine(day, time.max)))
        counts = {
            line.id: count
            for line, count in self.env["metrology.order.line"]
            .sudo()
            ._read_group(domain, ["sale_line_id"], ["__count"])
        }
        # A key for every line of ours: without one Odoo keeps the stored value.
        for line in ours:
            delivered[line] = float(counts.get(line._origin.id, 0))
        return delivered

    # --------------------------------------------------------------------- CRUD
    @api.model_create_multi
    def create(self, vals_list):
        delivered = [vals.get("qty_delivered") for vals in vals_list]
        lines = super().create(vals_list)
        if not is_unlocked(self.env):
            lines._check_offer_open()
        if any(delivered):
            lines.browse(
                [line.id for line, qty in zip(lines, delivered, strict=True) if qty]
            )._check_qty_delivered_by_hand()
        return lines

    def write(self, vals):
        if {"qty_delivered", "qty_delivered_method"} & vals.keys():
            self._check_qty_delivered_by_hand()
        if not is_unlocked(self.env):
            self._check_metrology_agreed(vals)
            if _OFFER_FIELDS & vals.keys():
                self._check_offer_open()
        result = super().write(vals)
        if "price_unit" in vals and "price_basis" not in vals:
            self._explain_quoted_price()
        if {"price_unit", "discount", "price_basis"} & vals.keys():
            self._push_quoted_price()
        return result

    def _explain_quoted_price(self):
        """A price typed on a quotation does not borrow the basis of another one."""
        lines = self.filtered(
            lambda line: (
                line.order_id.is_metrology
                and line.product_id
                and line.state in ("draft", "sent")
            )
        )
        for line, answer in zip(lines, lines._get_metrology_prices(), strict=True):
            if line.currency_id.compare_amounts(line.price_unit, answer["price"]):
                line.price_basis = self.env._(
                    "Set by hand by %(user)s", user=self.env.user.name
                )
            elif line.price_basis != answer["basis"]:
                line.price_basis = answer["basis"]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted_offer(self):
        self._check_offer_open()

    def _check_offer_open(self):
        """The lines of a submitted or approved quotation stay as they were read."""
        for order in self.order_id:
            if (
                order.is_metrology
                and order.state in ("draft", "sent")
                and order.approval_state in FROZEN_STATES
            ):
                raise UserError(
                    self.env._(
                        "Quotation %(name)s waits for its approval or has it, and does "
                        "not change. Take it back to draft first.",
                        name=order.name,
                    )
                )

    def _check_qty_delivered_by_hand(self):
        """Refuse a typed delivered quantity, whoever types it and by whatever way."""
        if ours := self._filter_metrology()[:1]:
            raise UserError(
                self.env._(
                    "%(line)s: the delivered quantity counts the finished jobs and is "
                    "not written by hand.",
                    line=ours.display_name,
                )
            )

    def _check_metrology_agreed(self, vals):
        """What the customer signed stays: price, item, and no less than ordered."""
        terms = {"price_unit", "discount", "product_id", "price_basis", "order_id"}
        changed = terms & vals.keys()
        if not changed and "product_uom_qty" not in vals:
            return
        for line in self:
            linked = line.sudo().metrology_order_line_ids
            if not linked:
                continue
            if any(line._metrology_differs(name, vals[name]) for name in changed):
                signed = linked.filtered(lambda item: item._is_price_agreed())
                if signed or line.state == "sale":
                    raise UserError(
                        self.env._(
                            "%(line)s: the customer has signed this price with order "
                            "%(order)s. Change the order there.",
                            line=line.display_name,
                            order=(signed or linked)[0].order_id.display_name,
                        )
                    )
            if vals.get("product_uom_qty", len(linked)) < len(linked):
                raise UserError(
                    self.env._(
                        "%(line)s: %(count)s instruments are ordered under this line.",
                        line=line.display_name,
                        count=len(linked),
                    )
                )

    def _metrology_differs(self, name, value):
        field = self._fields[name]
        present = field.convert_to_write(self[name], self)
        if field.type in ("float", "monetary"):
            return abs((value or 0.0) - (present or 0.0)) > 1e-9
        return (value or False) != (present or False)

    def _metrology_unlocked(self):
        """Return the lines able to change agreed terms (Python only)."""
        return unlock(self)

    # ----------------------------------------------------------------- business
    def _filter_metrology(self):
        """Return the lines that are ours (see the class)."""
        fee_items = self.product_id._is_metrology_fee_item()
        return self.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and (
                    line.product_id._origin in fee_items
                    or line.sudo().metrology_order_line_ids
                )
            )
        )

    def _get_metrology_key(self):
        """Return (product, price, basis), as metrology.order.line._get_sale_key."""
        self.ensure_one()
        price = self.price_unit * (1 - (self.discount or 0.0) / 100.0)
        return (
            self.product_id.id,
            self.currency_id.round(price),
            self.price_basis or "",
        )

    def _sync_metrology_quantity(self):
        """Make the ordered quantity say how many instruments are on the lines.

        A quotation may have offered more than one order takes: then it only grows.
        """
        for line in self:
            linked = len(line.metrology_order_line_ids)
            quantity = (
                linked
                if line.order_id.made_by_order
                else max(linked, line.product_uom_qty)
            )
            quantity = max(quantity, line.qty_delivered)
            if quantity != line.product_uom_qty:
                line._metrology_unlocked().product_uom_qty = quantity

    def _push_quoted_price(self):
        """A price changed on a quotation changes on the unsigned orders it came from."""
        for line in self.filtered(lambda line: line.state in ("draft", "sent")):
            linked = line.sudo().metrology_order_line_ids
            _product, price, basis = line._get_metrology_key()
            if linked:
                linked.write(
                    {
                        "price_unit": price,
                        "price_basis": basis,
                        "price_source": "quotation",
                    }
                )
