# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    fapiao_number = fields.Char(
        string="Tax Invoice Number",
        copy=False,
        index="btree_not_null",
        tracking=True,
        help="Number of the tax invoice (发票), 20 digits for fully digital ones.",
    )
    metrology_settlement_ids = fields.Many2many(
        comodel_name="metrology.settlement",
        relation="metrology_settlement_move_rel",
        column1="move_id",
        column2="settlement_id",
        string="Settlement Sheets",
        readonly=True,
        copy=False,
    )

    def _invoice_paid_hook(self):
        """Orders that were out and only waited for the money are closed."""
        result = super()._invoice_paid_hook()
        settlements = self.sudo().metrology_settlement_ids
        if settlements:
            settlements.order_ids._update_released()
        return result


class ResCompany(models.Model):
    _inherit = "res.company"

    display_invoice_amount_total_words = fields.Boolean(
        default=lambda self: self.env.company.currency_id.name == "CNY"
    )
