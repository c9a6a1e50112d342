# SPDX-License-Identifier: AGPL-3.0-only
from odoo import Command, fields, models


class MetrologyRelease(models.Model):
    _inherit = "metrology.release"

    settlement_ids = fields.Many2many(
        comodel_name="metrology.settlement",
        relation="metrology_release_settlement_rel",
        column1="release_id",
        column2="settlement_id",
        string="Settlement Sheets",
        readonly=True,
        copy=False,
        help="The sheets of the orders when things were handed over.",
    )
    credit_id = fields.Many2one(
        comodel_name="metrology.credit",
        string="Handed Over on Credit",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The credit under which unpaid things were handed over.",
    )

    def _guard_get_action_fields(self):
        return (*super()._guard_get_action_fields(), "settlement_ids", "credit_id")

    def _do_release(self):
        """Keep with the hand-over what it was allowed by."""
        orders = self.order_ids.sudo()
        sheets = orders.line_ids.settlement_line_ids.filtered(
            lambda line: not line.is_void
        ).settlement_id
        unpaid = orders.filtered(
            lambda order: order.settlement_state in ("open", "settling")
        )
        credit = self.env["metrology.credit"]
        if unpaid:
            today = self.env["metrology.calendar"]._today(self.company_id)
            credit = credit._get_valid(self.partner_id, self.company_id, today).get(
                self.partner_id.commercial_partner_id, credit
            )
        self._guard_open().write(
            {"settlement_ids": [Command.set(sheets.ids)], "credit_id": credit.id}
        )
        return super()._do_release()
