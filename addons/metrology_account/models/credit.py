# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.tools import SQL


class MetrologyCredit(models.Model):
    """The credit of a customer: until when, up to what amount, approved by whom.

    With an approved credit things are handed over before they are paid, as long as
    what the customer owes for finished services stays within the limit.
    """

    _name = "metrology.credit"
    _description = "Customer Credit"
    _inherit = ["metrology.proposal.mixin", "mail.thread"]
    _order = "partner_id, date_from desc"
    _check_company_auto = True
    _proposal_roles = "metrology.group_finance,metrology.group_administrator"
    _guard_frozen_fields = (
        "partner_id",
        "company_id",
        "limit_amount",
        "date_from",
        "date_to",
    )

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
    limit_amount = fields.Monetary(string="Limit", required=True, tracking=True)
    date_from = fields.Date(
        required=True,
        tracking=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
    )
    date_to = fields.Date(required=True, tracking=True)
    reason = fields.Char(required=True)
    state = fields.Selection(
        selection=[("draft", "Draft"), ("approved", "Approved"), ("ended", "Ended")]
    )
    used_amount = fields.Monetary(string="Owed Now", compute="_compute_used_amount")

    _dates = models.Constraint(
        "CHECK(date_to >= date_from)", "A credit cannot end before it begins."
    )
    _limit_positive = models.Constraint(
        "CHECK(limit_amount > 0)", "The limit of a credit is above zero."
    )
    _approved_uniq = models.UniqueIndex(
        "(company_id, partner_id) WHERE state = 'approved'",
        "This customer has an approved credit already. End it first.",
    )

    @api.depends("partner_id", "date_to")
    def _compute_display_name(self):
        for credit in self:
            credit.display_name = self.env._(
                "Credit of %(customer)s until %(date)s",
                customer=credit.partner_id.name or "…",
                date=credit.date_to or "…",
            )

    @api.depends("partner_id", "company_id")
    def _compute_used_amount(self):
        owed = self.partner_id._get_metrology_owed(self.company_id)
        for credit in self:
            credit.used_amount = owed.get(
                (credit.company_id.id, credit.partner_id.id), 0.0
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if partner := vals.get("partner_id"):
                vals["partner_id"] = (
                    self.env["res.partner"].browse(partner).commercial_partner_id.id
                )
        return super().create(vals_list)

    @api.model
    def _get_valid(self, partners, company, day):
        """Return ``{partner: credit}``: the approved credits in force on a day."""
        credits = self.sudo().search(
            [
                ("state", "=", "approved"),
                ("company_id", "=", company.id),
                ("partner_id", "in", partners.commercial_partner_id.ids),
                ("date_from", "<=", day),
                ("date_to", ">=", day),
            ]
        )
        return {credit.partner_id: credit for credit in credits}

    @api.model
    def _query_owed(self, partners, companies):
        """Return rows (company, partner, owed): delivered at its price, less paid.

        Taxes included; only services of calibration orders and what else stands on
        their sale orders.
        """
        return self.env.execute_query(
            SQL(
                """
                WITH so AS (
                    SELECT o.id, o.company_id, p.commercial_partner_id AS partner_id
                      FROM sale_order o
                      JOIN res_partner p ON p.id = o.partner_id
                     WHERE o.state = 'sale' AND o.is_metrology
                       AND o.company_id IN %(companies)s
                       AND p.commercial_partner_id IN %(partners)s),
                delivered AS (
                    SELECT so.company_id, so.partner_id,
                           SUM(CASE WHEN COALESCE(l.product_uom_qty, 0) = 0 THEN 0
                                    ELSE l.price_total / l.product_uom_qty
                                         * COALESCE(l.qty_delivered, 0) END) AS amount
                      FROM so JOIN sale_order_line l ON l.order_id = so.id
                     WHERE l.display_type IS NULL
                  GROUP BY so.company_id, so.partner_id),
                paid AS (
                    SELECT so.company_id, so.partner_id,
                           SUM(CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END
                               * CASE WHEN m.amount_total = 0 THEN 0
                                      ELSE aml.price_total
                                           * (m.amount_total - m.amount_residual)
                                           / m.amount_total END) AS amount
                      FROM so
                      JOIN sale_order_line l ON l.order_id = so.id
                      JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id
                      JOIN account_move_line aml ON aml.id = r.invoice_line_id
                      JOIN account_move m ON m.id = aml.move_id
                     WHERE m.state = 'posted'
                  GROUP BY so.company_id, so.partner_id)
                SELECT d.company_id, d.partner_id, d.amount - COALESCE(p.amount, 0)
                  FROM delivered d
             LEFT JOIN paid p USING (company_id, partner_id)
                """,
                companies=tuple(companies.ids),
                partners=tuple(partners.ids),
            )
        )
