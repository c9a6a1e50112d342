# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    metrology_credit_ids = fields.One2many(
        comodel_name="metrology.credit",
        inverse_name="partner_id",
        string="Credits",
        groups="metrology.group_business,metrology.group_finance",
    )
    metrology_credit_approved = fields.Boolean(
        string="Has Credit",
        compute="_compute_metrology_credit",
        groups="metrology.group_user",
        help="An approved credit is in force today.",
    )
    metrology_credit_limit = fields.Float(
        string="Limit of Credit",
        compute="_compute_metrology_credit",
        groups="metrology.group_business,metrology.group_finance",
    )
    metrology_credit_until = fields.Date(
        string="Credit Until",
        compute="_compute_metrology_credit",
        groups="metrology.group_business,metrology.group_finance",
    )

    @api.depends_context("company")
    def _compute_metrology_credit(self):
        company = self.env.company
        credits = self.env["metrology.credit"]._get_valid(
            self, company, self.env["metrology.calendar"]._today(company)
        )
        for partner in self:
            credit = credits.get(partner.commercial_partner_id)
            partner.metrology_credit_approved = bool(credit)
            partner.metrology_credit_limit = credit.limit_amount if credit else 0.0
            partner.metrology_credit_until = credit.date_to if credit else False

    def _get_metrology_owed(self, companies):
        """Return ``{(company.id, partner.id): amount}`` owed for finished services.

        One query for any number of customers; see metrology.credit.
        """
        partners = self.commercial_partner_id
        if not partners or not companies:
            return {}
        for model in (
            "sale.order",
            "sale.order.line",
            "account.move.line",
            "account.move",
        ):
            self.env[model].flush_model()
        return {
            (company, partner): amount
            for company, partner, amount in self.env["metrology.credit"]._query_owed(
                partners, companies
            )
        }
