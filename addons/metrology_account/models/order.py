# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from .settlement import SETTLED_STATES


class MetrologyOrder(models.Model):
    _inherit = "metrology.order"

    settlement_state = fields.Selection(
        selection=[
            ("nothing", "Nothing Due"),
            ("open", "Not Settled"),
            ("settling", "Being Settled"),
            ("settled", "Settled"),
        ],
        string="Fees Settled",
        compute="_compute_settlement_state",
        search="_search_settlement_state",
        compute_sudo=True,
    )
    settlement_count = fields.Integer(
        compute="_compute_settlement_count", compute_sudo=True
    )

    @api.depends(
        "line_ids.delivered_on", "line_ids.settlement_line_ids.settlement_id.state"
    )
    def _compute_settlement_state(self):
        open_lines = self._get_unsettled_lines().order_id
        waiting = self.env["metrology.settlement.line"]._read_group(
            [
                ("order_id", "in", self.ids),
                ("is_void", "=", False),
                ("settlement_id.state", "not in", (*SETTLED_STATES, "cancelled")),
            ],
            ["order_id"],
        )
        waiting = {order.id for (order,) in waiting}
        delivered = {
            order.id
            for (order,) in self.env["metrology.order.line"]._read_group(
                [("order_id", "in", self.ids), ("delivered_on", "!=", False)],
                ["order_id"],
            )
        }
        for order in self:
            if order in open_lines:
                order.settlement_state = "open"
            elif order.id in waiting:
                order.settlement_state = "settling"
            else:
                order.settlement_state = (
                    "settled" if order.id in delivered else "nothing"
                )

    def _search_settlement_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        lines = self.env["metrology.order.line"].sudo()
        delivered = lines.search([("delivered_on", "!=", False)]).order_id
        if set(value) == {"open"}:
            ids = lines.search(self._get_unsettled_domain()).order_id.ids
        else:
            ids = delivered.filtered(lambda o: o.settlement_state in value).ids
            if "nothing" in value:
                return ["|", ("id", "in", ids), ("id", "not in", delivered.ids)]
        return [("id", "in", ids)]

    def _compute_settlement_count(self):
        counts = dict(
            self.env["metrology.settlement.line"]._read_group(
                [("order_id", "in", self.ids), ("is_void", "=", False)],
                ["order_id"],
                ["settlement_id:count_distinct"],
            )
        )
        for order in self:
            order.settlement_count = counts.get(order, 0)

    @api.model
    def _get_unsettled_domain(self):
        """Finished services that stand on no living settlement sheet.

        What costs nothing needs no sheet: there is nothing to settle.
        """
        return [
            ("delivered_on", "!=", False),
            ("sale_line_id", "!=", False),
            ("price_unit", ">", 0),
            ("settlement_line_ids", "not any", [("is_void", "=", False)]),
        ]

    def _get_unsettled_lines(self):
        return self.env["metrology.order.line"].search(
            [("order_id", "in", self.ids), *self._get_unsettled_domain()]
        )

    # ----------------------------------------------------------------- release
    def _get_release_blockers(self):
        """Nothing leaves before the fees are settled, unless there is a credit."""
        return super()._get_release_blockers() + self._get_payment_blockers()

    def _get_payment_blockers(self):
        """Return ``[(code, message)]`` for orders that are neither paid nor on credit."""
        unpaid = self.sudo().filtered(
            lambda order: order.settlement_state in ("open", "settling")
        )
        blockers = []
        for company in unpaid.company_id:
            orders = unpaid.filtered(lambda o, c=company: o.company_id == c)
            today = self.env["metrology.calendar"]._today(company)
            partners = orders.commercial_partner_id
            credits = self.env["metrology.credit"]._get_valid(partners, company, today)
            owed = partners._get_metrology_owed(company)
            for order in orders:
                credit = credits.get(order.commercial_partner_id)
                amount = owed.get((company.id, order.commercial_partner_id.id), 0.0)
                if not credit:
                    blockers.append(order._get_unpaid_blocker())
                elif (
                    credit.currency_id.compare_amounts(amount, credit.limit_amount) > 0
                ):
                    blockers.append(
                        (
                            "credit_exceeded",
                            self.env._(
                                "Order %(order)s: %(customer)s owes %(owed)s, the credit "
                                "allows %(limit)s. Have an older settlement sheet paid, "
                                "or finance approve a higher credit.",
                                order=order.display_name,
                                customer=order.commercial_partner_id.name,
                                owed=format_amount(
                                    self.env, amount, credit.currency_id
                                ),
                                limit=format_amount(
                                    self.env, credit.limit_amount, credit.currency_id
                                ),
                            ),
                        )
                    )
        return blockers

    def _get_unpaid_blocker(self):
        self.ensure_one()
        if self.settlement_state == "open":
            return (
                "not_settled",
                self.env._(
                    "Order %(order)s: fees are not settled. Make the settlement sheet "
                    "and have it paid; the customer has no approved credit.",
                    order=self.display_name,
                ),
            )
        sheet = self.line_ids.settlement_line_ids.filtered(
            lambda line: (
                not line.is_void and line.settlement_id.state not in SETTLED_STATES
            )
        ).settlement_id[:1]
        return (
            "not_paid",
            self.env._(
                "Order %(order)s: settlement sheet %(sheet)s is not paid, and the "
                "customer has no approved credit.",
                order=self.display_name,
                sheet=sheet.name if sheet.confirmed_on else self.env._("(draft)"),
            ),
        )

    def _get_close_blockers(self):
        blockers = super()._get_close_blockers()
        for order in self:
            if order.settlement_state in ("open", "settling"):
                blockers.setdefault(order.id, []).append(order._get_unpaid_blocker())
        return blockers

    # ------------------------------------------------------------------ actions
    def action_make_settlement(self):
        """Open a draft settlement sheet of the orders' finished services."""
        Settlement = self.env["metrology.settlement"]
        Settlement.check_access("create")
        self.env["metrology.order"].browse(self.ids).check_access("read")
        partner = self.commercial_partner_id
        if len(partner) != 1 or len(self.company_id) != 1:
            raise UserError(
                self.env._("Choose orders of one customer for one settlement sheet.")
            )
        # The orders' rows are the place where two clerks at once meet.
        self.sudo().lock_for_update()
        if not self.sudo()._get_unsettled_lines():
            draft = Settlement.search(
                [("line_ids.order_id", "in", self.ids), ("is_cancelled", "=", False)],
                limit=1,
            )
            if not draft:
                raise UserError(
                    self.env._(
                        "No finished service of these orders waits for settlement."
                    )
                )
            return draft._open()
        settlement = Settlement.create(
            {"partner_id": partner.id, "company_id": self.company_id.id}
        )
        settlement._collect(self)
        return settlement._open()

    def action_view_settlements(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_account.action_settlement"
        )
        action["domain"] = [("line_ids.order_id", "in", self.ids)]
        action["context"] = {}
        return action


class MetrologyOrderLine(models.Model):
    _inherit = "metrology.order.line"

    settlement_line_ids = fields.One2many(
        comodel_name="metrology.settlement.line",
        inverse_name="order_line_id",
        string="Settlement",
        readonly=True,
    )
