# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from .unlock import is_unlocked

#: What an approval is about: it does not change while it waits or is given.
_APPROVED_CONTENT = {
    "order_line",
    "partner_id",
    "pricelist_id",
    "is_metrology",
    "metrology_contract_id",
    "payment_term_id",
}


class SaleOrder(models.Model):
    """Quotations of metrology services: reviewed, approved, then sent (S3-5.7.2).

    Who reviews and approves are the approval rules of the model; where there is none
    for a quotation, none is asked for.  The sale order that a counter order makes on
    acceptance is no offer and needs no approval: the customer has signed the order.
    """

    _name = "sale.order"
    _inherit = ["sale.order", "metrology.approval.mixin"]

    is_metrology = fields.Boolean(
        string="Metrology Services",
        copy=True,
        help="Priced by fee catalogue, customer price or framework contract.",
    )
    made_by_order = fields.Boolean(
        readonly=True,
        copy=False,
        help="The calibration order says how much is ordered.",
    )
    metrology_contract_id = fields.Many2one(
        comodel_name="metrology.contract",
        string="Framework Contract",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
        tracking=True,
    )
    metrology_order_ids = fields.One2many(
        comodel_name="metrology.order",
        inverse_name="sale_order_id",
        string="Calibration Orders",
        readonly=True,
    )
    metrology_order_count = fields.Integer(compute="_compute_metrology_order_count")
    amount_in_words = fields.Char(compute="_compute_amount_in_words")
    needs_approval = fields.Boolean(compute="_compute_needs_approval")

    def _compute_metrology_order_count(self):
        counts = dict(
            self.env["metrology.order"]
            .sudo()
            ._read_group(
                [("sale_order_id", "in", self.ids)], ["sale_order_id"], ["__count"]
            )
        )
        for order in self:
            order.metrology_order_count = counts.get(order, 0)

    @api.depends("amount_total", "currency_id")
    @api.depends_context("lang")
    def _compute_amount_in_words(self):
        for order in self:
            order.amount_in_words = (
                order.currency_id.amount_to_text(order.amount_total)
                if order.currency_id
                else False
            )

    @api.depends("is_metrology", "state", "approval_state")
    def _compute_needs_approval(self):
        rules = self.env["metrology.approval.rule"]._get_for(
            self.filtered(lambda order: order.is_metrology and order.id)._origin
        )
        for order in self:
            order.needs_approval = bool(
                order.state in ("draft", "sent")
                and order.approval_state != "approved"
                and rules.get(order._origin.id)
            )

    def _approval_frozen_fields(self):
        if any(o.is_metrology and o.state in ("draft", "sent") for o in self.sudo()):
            return super()._approval_frozen_fields() | _APPROVED_CONTENT
        return super()._approval_frozen_fields()

    def _get_approval_blockers(self):
        """Return why an offer cannot leave the house: ``[(code, message)]``."""
        return [
            (
                "not_approved",
                self.env._(
                    "Quotation %(name)s is not approved yet. Submit it for approval "
                    "first.",
                    name=order.name,
                ),
            )
            for order in self.sudo()
            if order.needs_approval
        ]

    def _check_metrology_approved(self):
        if blockers := self._get_approval_blockers():
            raise UserError("\n".join(text for _code, text in blockers))

    def _get_metrology_day(self):
        """Return the institution's calendar day on which the order was made."""
        self.ensure_one()
        company = self.company_id or self.env.company
        if not self.date_order or self.state not in (False, "draft", "sent"):
            return self.env["metrology.calendar"]._today(company)
        zone = company.partner_id.tz or self.env.user.tz or "Asia/Shanghai"
        return fields.Datetime.context_timestamp(
            self.with_context(tz=zone), self.date_order
        ).date()

    def write(self, vals):
        if "metrology_contract_id" in vals and not self.env.su:
            for order in self:
                if order.state == "sale":
                    raise UserError(
                        self.env._(
                            "%(order)s is confirmed under its contract.",
                            order=order.name,
                        )
                    )
        return super().write(vals)

    def _get_metrology_confirm_blockers(self):
        """Return why a quotation cannot be confirmed: ``[(code, message)]``."""
        blockers = []
        if not is_unlocked(self.env):
            blockers += self._get_approval_blockers()
        for order in self:
            if order.metrology_contract_id:
                blockers += order.metrology_contract_id.sudo()._get_use_blockers(
                    order.partner_id, order._get_metrology_day()
                )
        return blockers

    def _confirmation_error_message(self):
        message = super()._confirmation_error_message()
        if message:
            return message
        blockers = self._get_metrology_confirm_blockers()
        return "\n".join(text for _code, text in blockers) or False

    def _action_confirm(self):
        result = super()._action_confirm()
        self.metrology_contract_id._draw()
        return result

    def _action_cancel(self):
        for order in self:
            working = order.sudo().metrology_order_ids.filtered(
                lambda o: o.state in ("accepted", "in_progress", "ready", "released")
            )
            if working:
                raise UserError(
                    self.env._(
                        "%(sale)s: order %(order)s works on it. Cancel that order "
                        "first.",
                        sale=order.name,
                        order=working[0].display_name,
                    )
                )
        return super()._action_cancel()

    # ------------------------------------------------------------------ actions
    def action_quotation_send(self):
        self._check_metrology_approved()
        return super().action_quotation_send()

    def action_quotation_sent(self):
        self._check_metrology_approved()
        return super().action_quotation_sent()

    def action_preview_sale_order(self):
        self._check_metrology_approved()
        return super().action_preview_sale_order()

    def action_make_metrology_order(self):
        """Open the calibration order of a confirmed quotation; make it when missing.

        The instruments come from the customer's list or are chosen on the order; the
        prices are those of the quotation.
        """
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset()
        if self.state != "sale":
            raise UserError(
                self.env._("Confirm the quotation %(name)s first.", name=self.name)
            )
        order = self.metrology_order_ids.filtered(lambda o: o.state == "draft")[:1]
        if not order:
            order = self.env["metrology.order"].create(self._prepare_metrology_order())
            order.sudo().sale_order_id = self
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Calibration Order"),
            "res_model": "metrology.order",
            "view_mode": "form",
            "res_id": order.id,
        }

    def _prepare_metrology_order(self):
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "contract_id": self.metrology_contract_id.id,
            "client_reference": self.client_order_ref,
        }

    def action_view_metrology_orders(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_order.action_order"
        )
        if len(self.metrology_order_ids) == 1:
            action |= {
                "view_mode": "form",
                "views": [(False, "form")],
                "res_id": self.metrology_order_ids.id,
            }
        else:
            action["domain"] = [("sale_order_id", "=", self.id)]
        return action
