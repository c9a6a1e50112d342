# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

SETTLED_STATES = ("paid",)


class MetrologySettlement(models.Model):
    """The fee settlement sheet (费用结算单) of one or more orders of a customer.

    draft → confirmed → invoiced → partly paid → paid; cancelled.  What is on it comes
    from finished services, the invoice from Odoo's own sale invoicing, and the state
    after the confirmation from the invoice: nobody types it.
    """

    _name = "metrology.settlement"
    _description = "Fee Settlement Sheet"
    _inherit = ["metrology.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "partner_id.name"]
    _check_company_auto = True
    _guard_action_fields = (
        "name",
        "confirmed_on",
        "confirmed_by_id",
        "is_cancelled",
        "cancel_reason",
        "invoice_ids",
        # What follows from fees and invoices is typed by nobody.
        "state",
        "amount_untaxed",
        "amount_tax",
        "amount_total",
        "amount_paid",
        "amount_due",
    )
    _content_fields = frozenset({"partner_id", "company_id", "date", "line_ids"})

    name = fields.Char(
        string="Number", default="New", readonly=True, copy=False, index=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    date = fields.Date(
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Clerk",
        default=lambda self: self.env.user,
        index=True,
    )
    line_ids = fields.One2many(
        comodel_name="metrology.settlement.line",
        inverse_name="settlement_id",
        string="Fees",
        copy=False,
    )
    order_ids = fields.Many2many(
        comodel_name="metrology.order", string="Orders", compute="_compute_order_ids"
    )
    contract_ids = fields.Many2many(
        comodel_name="metrology.contract",
        string="Framework Contracts",
        compute="_compute_order_ids",
    )
    line_count = fields.Integer(compute="_compute_order_ids")
    amount_untaxed = fields.Monetary(compute="_compute_amounts", store=True)
    amount_tax = fields.Monetary(string="Taxes", compute="_compute_amounts", store=True)
    amount_total = fields.Monetary(
        string="Total", compute="_compute_amounts", store=True, tracking=True
    )
    amount_in_words = fields.Char(compute="_compute_amount_in_words")
    amount_paid = fields.Monetary(
        string="Paid", compute="_compute_state", store=True, compute_sudo=True
    )
    amount_due = fields.Monetary(
        string="Open", compute="_compute_state", store=True, compute_sudo=True
    )
    invoice_ids = fields.Many2many(
        comodel_name="account.move",
        relation="metrology_settlement_move_rel",
        column1="settlement_id",
        column2="move_id",
        string="Invoices",
        readonly=True,
        copy=False,
    )
    invoice_count = fields.Integer(compute="_compute_invoice_count", compute_sudo=True)
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    confirmed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    is_cancelled = fields.Boolean(readonly=True, copy=False)
    cancel_reason = fields.Char(readonly=True, copy=False, tracking=True)
    note = fields.Text(string="Remarks")
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("confirmed", "Confirmed"),
            ("invoiced", "Invoiced"),
            ("partial", "Partly Paid"),
            ("paid", "Paid"),
            ("refunded", "Refunded"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_state",
        store=True,
        compute_sudo=True,
        index=True,
        tracking=True,
    )

    _name_uniq = models.UniqueIndex(
        "(name, company_id) WHERE name != 'New'",
        "Two settlement sheets cannot have the same number.",
    )

    # ------------------------------------------------------------------ compute
    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for settlement in self:
            settlement.display_name = (
                settlement.name
                if settlement.name and settlement.name != "New"
                else self.env._(
                    "Settlement of %(customer)s",
                    customer=settlement.partner_id.name or "…",
                )
            )

    @api.depends("line_ids.order_id.contract_id")
    def _compute_order_ids(self):
        for settlement in self:
            settlement.order_ids = settlement.line_ids.order_id
            settlement.contract_ids = settlement.order_ids.sudo().contract_id
            settlement.line_count = len(settlement.line_ids)

    @api.depends("line_ids.quantity", "line_ids.sale_line_id")
    def _compute_amounts(self):
        """Add up as Odoo's invoice will: per sale line, taxes rounded its way."""
        tax = self.env["account.tax"]
        for settlement in self:
            company = settlement.company_id
            base_lines = [
                sale_line.sudo()._prepare_base_line_for_taxes_computation(
                    quantity=quantity
                )
                for sale_line, quantity in settlement._get_quantities().items()
            ]
            tax._add_tax_details_in_base_lines(base_lines, company)
            tax._round_base_lines_tax_details(base_lines, company)
            totals = tax._get_tax_totals_summary(
                base_lines=base_lines,
                currency=settlement.currency_id or company.currency_id,
                company=company,
            )
            settlement.amount_untaxed = totals["base_amount_currency"]
            settlement.amount_tax = totals["tax_amount_currency"]
            settlement.amount_total = totals["total_amount_currency"]

    @api.depends("amount_total", "currency_id")
    @api.depends_context("lang")
    def _compute_amount_in_words(self):
        for settlement in self:
            currency = settlement.currency_id
            settlement.amount_in_words = currency and currency.amount_to_text(
                settlement.amount_total
            )

    @api.depends("invoice_ids")
    def _compute_invoice_count(self):
        for settlement in self:
            settlement.invoice_count = len(settlement.invoice_ids)

    @api.depends(
        "confirmed_on",
        "is_cancelled",
        "amount_total",
        "invoice_ids.state",
        "invoice_ids.payment_state",
        "invoice_ids.amount_residual",
    )
    def _compute_state(self):
        for settlement in self:
            moves = settlement.invoice_ids.filtered(lambda m: m.state != "cancel")
            posted = moves.filtered(lambda m: m.state == "posted")
            due = sum(posted.mapped("amount_residual"))
            if not posted:
                due = settlement.amount_total
            settlement.amount_due = 0.0 if settlement.is_cancelled else due
            settlement.amount_paid = (
                sum(posted.mapped("amount_total")) - due if posted else 0.0
            )
            settlement.state = settlement._get_state(moves, posted)

    def _get_state(self, moves, posted):
        self.ensure_one()
        if self.is_cancelled:
            return "cancelled"
        if not self.confirmed_on:
            return "draft"
        if self.currency_id.is_zero(self.amount_total):
            # Services that cost nothing (mandatory verification) need no invoice.
            return "paid"
        if not moves:
            return "confirmed"
        if posted != moves:
            return "invoiced"
        payments = set(posted.mapped("payment_state"))
        if payments <= {"reversed"}:
            return "refunded"
        if payments <= {"paid", "in_payment", "reversed"}:
            return "paid"
        if payments & {"partial", "paid", "in_payment"}:
            return "partial"
        return "invoiced"

    # --------------------------------------------------------------------- CRUD
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if partner := vals.get("partner_id"):
                vals["partner_id"] = (
                    self.env["res.partner"].browse(partner).commercial_partner_id.id
                )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and self._content_fields & vals.keys():
            for settlement in self:
                if settlement.state != "draft":
                    raise UserError(
                        self.env._(
                            "%(settlement)s is confirmed and stays as it is. Cancel it "
                            "to settle anew.",
                            settlement=settlement.display_name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        for settlement in self:
            if settlement.state != "draft" or settlement.name != "New":
                raise UserError(
                    self.env._(
                        "%(settlement)s has been confirmed and is kept; cancel it.",
                        settlement=settlement.display_name,
                    )
                )

    # ------------------------------------------------------------------ actions
    def action_collect(self):
        """Put every finished and unsettled service of the customer on the sheet."""
        self.check_access("write")
        for settlement in self:
            settlement._lock()
            settlement._require_state("draft")
            orders = self.env["metrology.order"].search(
                [
                    ("commercial_partner_id", "=", settlement.partner_id.id),
                    ("company_id", "=", settlement.company_id.id),
                ]
            )
            settlement._collect(orders)
        return True

    def action_confirm(self):
        """Confirm what the customer owes; gives the number. draft → confirmed."""
        self.check_access("write")
        self._lock()
        self._require_state("draft")
        for settlement in self:
            if not settlement.line_ids:
                raise UserError(
                    self.env._(
                        "%(settlement)s has no fee: no finished service is unsettled.",
                        settlement=settlement.display_name,
                    )
                )
            settlement._check_still_open()
        numbers = self.env["metrology.number"]._assign("settlement", self)
        for settlement in self:
            settlement._guard_open().write(
                {
                    "name": numbers[settlement.id],
                    "confirmed_on": fields.Datetime.now(),
                    "confirmed_by_id": self.env.uid,
                }
            )
        self.order_ids.sudo()._update_released()
        return True

    def action_invoice(self):
        """Make and post the invoice by Odoo's own sale invoicing; open it.

        :raises UserError: the sheet is not confirmed, or invoiced already
        """
        self.check_access("write")
        self._guard_check_group("metrology.group_finance,metrology.group_administrator")
        self._lock()
        self._require_state("confirmed")
        for settlement in self:
            quantities = settlement._get_quantities()
            orders = self.env["sale.order"].union(
                *(line.order_id for line in quantities)
            )
            invoices = orders.with_context(
                metrology_settlement_quantities={
                    line.id: quantity for line, quantity in quantities.items()
                }
            )._create_invoices(final=True)
            settlement._guard_open().write(
                {"invoice_ids": [fields.Command.set(invoices.ids)]}
            )
            invoices.invoice_origin = settlement.name
            invoices.action_post()
        return self.action_view_invoices()

    def action_register_payment(self):
        """Open Odoo's payment dialog for the posted invoices."""
        self._require_state("invoiced", "partial")
        return self.invoice_ids.filtered(
            lambda m: m.state == "posted"
        ).action_register_payment()

    def action_open_cancel(self):
        return self._guard_ask_reason("action_cancel")

    _guard_reason_actions = ("action_cancel",)

    def action_cancel(self, reason):
        """Cancel the sheet; its services can be settled again.

        Refused while an invoice lives: refund or cancel the invoice first.
        """
        self.check_access("write")
        reason = self._guard_check_reason(reason)
        self._lock()
        for settlement in self:
            living = settlement.invoice_ids.sudo().filtered(
                lambda m: m.state != "cancel" and m.payment_state != "reversed"
            )
            if living:
                raise UserError(
                    self.env._(
                        "%(settlement)s is on invoice %(invoice)s. Cancel or refund the "
                        "invoice first.",
                        settlement=settlement.display_name,
                        invoice=living[0].display_name,
                    )
                )
            settlement._require_state(
                "draft", "confirmed", "invoiced", "refunded", "paid"
            )
            settlement.line_ids.sudo().write({"is_void": True})
            settlement._guard_open().write(
                {"is_cancelled": True, "cancel_reason": reason}
            )
        return True

    def action_view_invoices(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        if len(self.invoice_ids) == 1:
            action |= {"views": [(False, "form")], "res_id": self.invoice_ids.id}
        else:
            action["domain"] = [("id", "in", self.invoice_ids.ids)]
        action["context"] = {"default_move_type": "out_invoice"}
        return action

    def action_view_orders(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_order.action_order"
        )
        action["domain"] = [("id", "in", self.order_ids.ids)]
        action["context"] = {}
        return action

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Settlement Sheet"),
            "res_model": "metrology.settlement",
            "view_mode": "form",
            "res_id": self.id,
        }

    def action_print(self):
        return self.env.ref("metrology_account.action_report_settlement").report_action(
            self
        )

    # ----------------------------------------------------------------- business
    def _lock(self):
        """Lock, and forget the lines and orders read before, too."""
        locked = super()._lock()
        self.env.invalidate_all()
        return locked

    def _get_quantities(self):
        """Return ``{sale line: quantity}`` of the sheet, in the order of its lines."""
        self.ensure_one()
        quantities = {}
        for line in self.line_ids:
            sale_line = line.sale_line_id
            quantities[sale_line] = quantities.get(sale_line, 0.0) + line.quantity
        return quantities

    def _get_print_lines(self):
        """Return the rows of the printed sheet: one per fee item, basis and price."""
        self.ensure_one()
        rows = {}
        for line in self.line_ids:
            key = (line.product_id.id, line.price_unit, line.price_basis)
            row = rows.setdefault(
                key,
                {
                    "name": line.product_id.name or line.description,
                    "basis": line.price_basis or "",
                    "price": line.price_unit,
                    "quantity": 0.0,
                    "amount": 0.0,
                },
            )
            row["quantity"] += line.quantity
            row["amount"] += line.amount
        return list(rows.values())

    def _collect(self, orders):
        """Add the finished, unsettled services of ``orders``, and their other charges.

        Two queries and one INSERT whatever the number of lines.
        """
        self.ensure_one()
        Line = self.env["metrology.settlement.line"].sudo()
        order_lines = orders.sudo()._get_unsettled_lines()
        values = [
            {
                "settlement_id": self.id,
                "order_line_id": line.id,
                "sale_line_id": line.sale_line_id.id,
                "quantity": 1.0,
                "price_unit": line.sale_line_id._get_metrology_key()[1],
            }
            for line in order_lines
        ]
        charges = orders.sudo().sale_order_id.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and line.qty_delivered_method != "metrology"
                and line.qty_to_invoice > 0
            )
        )
        taken = Line.search(
            [
                ("sale_line_id", "in", charges.ids),
                ("order_line_id", "=", False),
                ("is_void", "=", False),
                ("settlement_id.state", "in", ("draft", "confirmed")),
            ]
        ).sale_line_id
        values += [
            {
                "settlement_id": self.id,
                "sale_line_id": line.id,
                "quantity": line.qty_to_invoice,
                "price_unit": line._get_metrology_key()[1],
            }
            for line in charges - taken
        ]
        Line.create(values)

    def _check_still_open(self):
        """A line that Odoo has invoiced past the sheet cannot be settled again."""
        self.ensure_one()
        for sale_line, quantity in self._get_quantities().items():
            open_quantity = sale_line.sudo().qty_to_invoice
            if sale_line.product_uom_id.compare(quantity, open_quantity) > 0:
                raise UserError(
                    self.env._(
                        "%(line)s: %(quantity)s are on %(settlement)s, but only %(open)s "
                        "are finished and not invoiced. Cancel the sheet and collect "
                        "again.",
                        line=sale_line.display_name,
                        quantity=quantity,
                        settlement=self.display_name,
                        open=open_quantity,
                    )
                )
