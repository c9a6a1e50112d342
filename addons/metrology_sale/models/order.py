# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from .unlock import unlock


class MetrologyOrder(models.Model):
    _inherit = "metrology.order"

    contract_id = fields.Many2one(
        comodel_name="metrology.contract",
        string="Framework Contract",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
        tracking=True,
        domain="[('partner_id', '=', commercial_partner_id), ('state', '=', 'active')]",
    )
    sale_order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Quotation / Sale Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_total = fields.Monetary(
        string="Fees",
        compute="_compute_amount_total",
        store=True,
        help="Sum of the lines; taxes as the sale order computes them.",
    )
    unpriced_count = fields.Integer(compute="_compute_unpriced_count")
    contract_balance = fields.Monetary(related="contract_id.balance")

    def _guard_get_action_fields(self):
        return (*super()._guard_get_action_fields(), "sale_order_id")

    @property
    def _signed_fields(self):
        return (*super()._signed_fields, "contract_id")

    @api.depends("line_ids.price_unit")
    def _compute_amount_total(self):
        for order in self:
            order.amount_total = sum(order.line_ids.mapped("price_unit"))

    @api.depends("line_ids.price_unit", "line_ids.price_source")
    def _compute_unpriced_count(self):
        for order in self:
            order.unpriced_count = len(
                order.line_ids.filtered(
                    lambda line: line.price_source == "item" and not line.price_unit
                )
            )

    def _get_accept_blockers(self):
        blockers = super()._get_accept_blockers()
        for order in self:
            without = order.line_ids.filtered(lambda line: not line.product_id)
            if without:
                blockers.append(
                    (
                        "no_fee_item",
                        self.env._(
                            "Order %(order)s: %(count)s lines have no fee item, the "
                            "first is %(line)s. Give their capability one.",
                            order=order.display_name,
                            count=len(without),
                            line=without[0].instrument_id.display_name,
                        ),
                    )
                )
            if order.contract_id:
                blockers += order.contract_id.sudo()._get_use_blockers(
                    order.partner_id, order.date_order
                )
            sale_order = order.sale_order_id.sudo()
            if sale_order.state == "cancel":
                blockers.append(
                    (
                        "quotation_cancelled",
                        self.env._(
                            "Order %(order)s: its quotation %(quotation)s is cancelled.",
                            order=order.display_name,
                            quotation=sale_order.name,
                        ),
                    )
                )
            elif sale_order.state in ("draft", "sent"):
                blockers += sale_order._get_metrology_confirm_blockers()
        return blockers

    def _after_accept(self):
        result = super()._after_accept()
        for order in self:
            order._make_sale_lines()
        return result

    def _make_sale_lines(self):
        """Put the accepted lines on a confirmed sale order; equal ones share a line.

        Without a quotation the order makes a sale order of its own.  Accepting a
        changed order again moves only what changed.  Written with the server's
        rights: accepting is the clerk's right, and the sale order follows from it.
        """
        self.ensure_one()
        order = self.sudo().with_company(self.company_id)
        sale_order = order.sale_order_id
        if not sale_order:
            # No offer, so nothing to approve: what the customer signed.
            sale_order = unlock(self.env["sale.order"].sudo()).create(
                order._prepare_sale_order()
            )
            order.sale_order_id = sale_order
        if order.contract_id and sale_order.metrology_contract_id != order.contract_id:
            sale_order.metrology_contract_id = order.contract_id
        order._link_sale_lines(sale_order)
        if sale_order.state in ("draft", "sent"):
            sale_order.action_confirm()
        elif sale_order.metrology_contract_id:
            sale_order.metrology_contract_id._draw()

    def _prepare_sale_order(self):
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "origin": self.name,
            "client_order_ref": self.client_reference,
            "user_id": self.user_id.id,
            # Prices come with the lines; a foreign pricelist would change currency.
            "pricelist_id": False,
            "is_metrology": True,
            "made_by_order": True,
            "metrology_contract_id": self.contract_id.id,
        }

    def _link_sale_lines(self, sale_order):
        """Point every line at the sale line it is paid by; one write per sale line."""
        self.ensure_one()
        # What was delivered stays where it was counted.
        movable = self.line_ids.filtered(lambda line: not line.delivered_on)
        by_key = {}
        for sale_line in sale_order.order_line:
            if sale_line.product_id and not sale_line.display_type:
                by_key.setdefault(sale_line._get_metrology_key(), sale_line)
        groups = movable.grouped(lambda line: line._get_sale_key())
        missing = [key for key in groups if key not in by_key]
        created = (
            self.env["sale.order.line"]
            .sudo()
            .with_context(sale_no_log_for_new_lines=True)
            ._metrology_unlocked()
            .create(
                [
                    groups[key]._prepare_sale_line(sale_order, sequence)
                    for sequence, key in enumerate(missing, len(by_key) + 1)
                ]
            )
        )
        by_key.update(zip(missing, created, strict=True))
        touched = self.line_ids.sale_line_id
        if sale_order.made_by_order:
            # Lines that left the order leave the sale order too.
            touched |= sale_order.order_line._filter_metrology()
        for key, lines in groups.items():
            changed = lines.filtered(
                lambda line, to=by_key[key]: line.sale_line_id != to
            )
            if changed:
                changed.sudo().write({"sale_line_id": by_key[key].id})
            touched |= by_key[key]
        touched._sync_metrology_quantity()

    def action_cancel(self, reason=None):
        result = super().action_cancel(reason)
        cancelled = self.filtered(lambda order: order.state == "cancelled")
        cancelled.sudo()._release_sale_lines()
        return result

    def _release_sale_lines(self):
        """Take the undelivered lines of cancelled orders off their sale orders."""
        lines = self.line_ids.filtered(lambda line: not line.delivered_on)
        sale_lines = lines.sale_line_id
        lines.write({"sale_line_id": False})
        sale_lines._sync_metrology_quantity()
        for sale_order in self.sale_order_id.filtered("made_by_order"):
            if not any(sale_order.order_line.mapped("qty_delivered")):
                sale_order.with_context(disable_cancel_warning=True)._action_cancel()

    # ------------------------------------------------------------------ actions
    def action_make_quotation(self):
        """Make a quotation of the present lines, to be priced, approved, printed."""
        self.ensure_one()
        self.check_access("write")
        self._lock()
        self._require_state("draft", "submitted", "reviewing", "to_sign")
        if self.signature:
            raise UserError(
                self.env._(
                    "Order %(order)s is signed; its prices are agreed.",
                    order=self.display_name,
                )
            )
        if not self.sale_order_id or self.sale_order_id.state == "cancel":
            if not self.line_ids or not all(self.line_ids.mapped("product_id")):
                raise UserError(
                    self.env._(
                        "Order %(order)s: every line needs a fee item before it can be "
                        "quoted.",
                        order=self.display_name,
                    )
                )
            order = self.sudo().with_company(self.company_id)
            sale_order = (
                self.env["sale.order"].sudo().create(order._prepare_sale_order())
            )
            order._link_sale_lines(sale_order)
            order.sale_order_id = sale_order
        return self.action_view_sale_order()

    def action_view_sale_order(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Quotation / Sale Order"),
            "res_model": "sale.order",
            "view_mode": "form",
            "res_id": self.sale_order_id.id,
        }

    def action_update_prices(self):
        """Price the lines again, as on the day of the order; typed prices go too."""
        self.check_access("write")
        self._lock()
        lines = self.line_ids.filtered(lambda line: not line._is_price_agreed())
        if not lines:
            raise UserError(self.env._("The prices are signed and stay as they are."))
        for line, answer in zip(lines, lines._get_prices(), strict=True):
            line._guard_open().write(
                {
                    "price_unit": answer["price"],
                    "price_basis": answer["basis"],
                    "price_source": answer["source"],
                }
            )
        return True
