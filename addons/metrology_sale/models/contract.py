# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount, format_date


class MetrologyContract(models.Model):
    """A framework contract with a customer, as a living budget.

    *Committed* is what confirmed sale orders under it cost, *drawn* the part whose
    jobs are finished, *invoiced* and *paid* what Odoo's invoices say.  No confirmed
    sale order brings *committed* above the amount (and an approved excess).
    """

    _name = "metrology.contract"
    _description = "Framework Contract"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, id desc"
    _rec_names_search = ["name", "title", "partner_id.name"]
    _check_company_auto = True

    name = fields.Char(string="Number", required=True, tracking=True)
    title = fields.Char()
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
    )
    date_from = fields.Date(required=True, tracking=True)
    date_to = fields.Date(required=True, tracking=True)
    amount = fields.Monetary(required=True, tracking=True)
    warn_amount = fields.Monetary(
        compute="_compute_warn_amount",
        store=True,
        readonly=False,
        precompute=True,
        help="From this committed amount on the contract asks for attention.",
    )
    allowed_excess = fields.Monetary(
        tracking=True,
        copy=False,
        help="What finance has approved above the amount of the contract.",
    )
    pricelist_id = fields.Many2one(
        comodel_name="product.pricelist",
        string="Agreed Prices",
        check_company=True,
        help="Pins the prices to one edition or list. Empty: the usual prices.",
    )
    state = fields.Selection(
        selection=[("draft", "Draft"), ("active", "Active"), ("closed", "Closed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    note = fields.Html(string="Terms")
    #: Counts the commitments.  Every draw writes it, so that two draws at the same
    #: time meet in one row: under REPEATABLE READ a lock alone would let the second
    #: one decide on figures from before the first.
    draw_count = fields.Integer(readonly=True, copy=False)

    order_ids = fields.One2many(
        comodel_name="metrology.order", inverse_name="contract_id", string="Orders"
    )
    order_count = fields.Integer(compute="_compute_order_count")
    committed = fields.Monetary(compute="_compute_amounts")
    drawn = fields.Monetary(compute="_compute_amounts")
    invoiced = fields.Monetary(compute="_compute_amounts")
    paid = fields.Monetary(compute="_compute_amounts")
    balance = fields.Monetary(compute="_compute_amounts", help="Still free to order.")
    used_percent = fields.Float(string="Used (%)", compute="_compute_amounts")
    is_warning = fields.Boolean(compute="_compute_amounts")

    _name_uniq = models.Constraint(
        "unique(company_id, name)", "A framework contract has this number already."
    )
    _dates = models.Constraint(
        "CHECK(date_to >= date_from)", "A contract cannot end before it begins."
    )
    _amount_positive = models.Constraint(
        "CHECK(amount > 0 AND allowed_excess >= 0)",
        "The amount of a contract is above zero.",
    )

    @api.depends("name", "title")
    def _compute_display_name(self):
        for contract in self:
            contract.display_name = " ".join(
                filter(None, (contract.name, contract.title))
            )

    @api.depends("amount")
    def _compute_warn_amount(self):
        for contract in self:
            contract.warn_amount = contract.currency_id.round(contract.amount * 0.8)

    def _compute_order_count(self):
        counts = dict(
            self.env["metrology.order"]._read_group(
                [("contract_id", "in", self.ids)], ["contract_id"], ["__count"]
            )
        )
        for contract in self:
            contract.order_count = counts.get(contract, 0)

    @api.depends("amount", "allowed_excess", "warn_amount", "draw_count")
    def _compute_amounts(self):
        totals = self._get_totals()
        for contract in self:
            row = totals.get(contract._origin.id, {})
            contract.committed = row.get("committed", 0.0)
            contract.drawn = row.get("drawn", 0.0)
            contract.invoiced = row.get("invoiced", 0.0)
            contract.paid = row.get("paid", 0.0)
            contract.balance = (
                contract.amount + contract.allowed_excess - contract.committed
            )
            contract.used_percent = (
                100.0 * contract.committed / contract.amount if contract.amount else 0.0
            )
            contract.is_warning = bool(
                contract.warn_amount and contract.committed >= contract.warn_amount
            )

    def _get_totals(self):
        """Return ``{id: {committed, drawn, invoiced, paid}}``, taxes included.

        Two queries whatever the number of contracts.  A payment on an invoice over
        several contracts counts for each in proportion.
        """
        if not self.ids:
            return {}
        self.env["sale.order.line"].flush_model()
        self.env["sale.order"].flush_model()
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model()
        totals = {}
        for contract, committed, drawn in self.env.execute_query(
            SQL(
                """
                SELECT so.metrology_contract_id,
                       SUM(sol.price_total),
                       SUM(CASE WHEN COALESCE(sol.product_uom_qty, 0) = 0 THEN 0
                                ELSE sol.price_total / sol.product_uom_qty
                                     * COALESCE(sol.qty_delivered, 0) END)
                  FROM sale_order_line sol
                  JOIN sale_order so ON so.id = sol.order_id
                 WHERE so.metrology_contract_id IN %s
                   AND so.state = 'sale'
                   AND sol.display_type IS NULL
              GROUP BY so.metrology_contract_id
                """,
                tuple(self.ids),
            )
        ):
            totals[contract] = {"committed": committed, "drawn": drawn}
        for contract, invoiced, paid in self.env.execute_query(
            SQL(
                """
                SELECT so.metrology_contract_id,
                       SUM(t.amount),
                       SUM(CASE WHEN am.amount_total = 0 THEN 0
                                ELSE t.amount * (am.amount_total - am.amount_residual)
                                     / am.amount_total END)
                  FROM (SELECT DISTINCT rel.order_line_id, aml.id, aml.move_id,
                               CASE WHEN m.move_type = 'out_refund'
                                    THEN -aml.price_total
                                    ELSE aml.price_total END AS amount
                          FROM sale_order_line_invoice_rel rel
                          JOIN account_move_line aml ON aml.id = rel.invoice_line_id
                          JOIN account_move m ON m.id = aml.move_id) t
                  JOIN account_move am ON am.id = t.move_id
                  JOIN sale_order_line sol ON sol.id = t.order_line_id
                  JOIN sale_order so ON so.id = sol.order_id
                 WHERE so.metrology_contract_id IN %s
                   AND am.state = 'posted'
              GROUP BY so.metrology_contract_id
                """,
                tuple(self.ids),
            )
        ):
            totals.setdefault(contract, {}).update(invoiced=invoiced, paid=paid)
        return totals

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                raise UserError(self.env._("A contract begins as a draft."))
            self._check_excess_right(vals)
            if partner := vals.get("partner_id"):
                vals["partner_id"] = (
                    self.env["res.partner"].browse(partner).commercial_partner_id.id
                )
        return super().create(vals_list)

    def write(self, vals):
        self._check_excess_right(vals)
        if "state" in vals and not self.env.su:
            raise UserError(
                self.env._("Use the buttons to activate or close a contract.")
            )
        terms = {"name", "partner_id", "company_id", "amount", "date_from", "date_to"}
        if (terms | {"pricelist_id"}) & vals.keys() and not self.env.su:
            for contract in self:
                if contract.state != "draft":
                    raise UserError(
                        self.env._(
                            "Contract %(name)s is in force and its terms stay. Close "
                            "it and register the new contract.",
                            name=contract.name,
                        )
                    )
        return super().write(vals)

    def _check_excess_right(self, vals):
        """Business draws on contracts, finance lets one go above its amount."""
        if (
            vals.get("allowed_excess")
            and not self.env.su
            and not self.env.user.has_group("metrology.group_finance")
        ):
            raise UserError(
                self.env._("Only finance approves an amount above the contract.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_active(self):
        if any(contract.state != "draft" for contract in self):
            raise UserError(self.env._("A contract that was in force is not deleted."))

    def action_activate(self):
        self._set_state("draft", "active")

    def action_close(self):
        self._set_state("active", "closed")

    def _set_state(self, before, after):
        self.check_access("write")
        self.lock_for_update()
        for contract in self:
            if contract.state != before:
                raise UserError(
                    self.env._(
                        "Contract %(name)s is not in the state for this step.",
                        name=contract.name,
                    )
                )
        # The write guard keeps the state from being written by hand.
        self.sudo().write({"state": after})

    def action_view_orders(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_order.action_order"
        )
        action["domain"] = [("contract_id", "=", self.id)]
        action["context"] = {
            "default_partner_id": self.partner_id.id,
            "default_contract_id": self.id,
        }
        return action

    def _get_use_blockers(self, partner, day):
        """Return why an order of a partner on a day cannot use the contract.

        :return: list of (code, message)
        """
        self.ensure_one()
        blockers = []
        if self.state != "active":
            blockers.append(
                (
                    "contract_state",
                    self.env._(
                        "Framework contract %(name)s is not active.", name=self.name
                    ),
                )
            )
        if partner.commercial_partner_id != self.partner_id:
            blockers.append(
                (
                    "contract_partner",
                    self.env._(
                        "Framework contract %(name)s belongs to %(owner)s, not to "
                        "%(customer)s.",
                        name=self.name,
                        owner=self.partner_id.name,
                        customer=partner.commercial_partner_id.name,
                    ),
                )
            )
        if not self.date_from <= day <= self.date_to:
            blockers.append(
                (
                    "contract_period",
                    self.env._(
                        "Framework contract %(name)s runs from %(start)s to %(end)s; "
                        "%(day)s is outside.",
                        name=self.name,
                        start=format_date(self.env, self.date_from),
                        end=format_date(self.env, self.date_to),
                        day=format_date(self.env, day),
                    ),
                )
            )
        return blockers

    def _draw(self):
        """Record that sale orders were confirmed under the contracts; check them.

        Call it after the sale lines are written, in the same transaction.

        :raises UserError: a contract is committed above its amount
        """
        contracts = self.sudo()
        # A plain UPDATE waits for the other draw, and then Odoo repeats the later
        # transaction on the new figures; lock_for_update would turn the user away.
        for contract in contracts:
            contract.draw_count += 1
        contracts.flush_recordset(["draw_count"])
        contracts.invalidate_recordset(["committed", "balance", "is_warning"])
        for contract in contracts:
            if contract.currency_id.compare_amounts(contract.balance, 0.0) < 0:
                limit = contract.amount + contract.allowed_excess
                raise UserError(
                    self.env._(
                        "Framework contract %(name)s allows %(limit)s; with this order "
                        "%(committed)s would be committed, %(excess)s too much. Use "
                        "another contract, or ask finance to approve the excess.",
                        name=contract.name,
                        limit=format_amount(self.env, limit, contract.currency_id),
                        committed=format_amount(
                            self.env, contract.committed, contract.currency_id
                        ),
                        excess=format_amount(
                            self.env, -contract.balance, contract.currency_id
                        ),
                    )
                )
        contracts._warn_responsible()

    def _warn_responsible(self):
        """One activity for the responsible when the warn amount is passed."""
        summary = self.env._("The contract is nearly used up")
        for contract in self:
            if not contract.is_warning or not contract.user_id:
                continue
            if contract.activity_ids.filtered(lambda a: a.summary == summary):
                continue
            contract.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                user_id=contract.user_id.id,
            )
