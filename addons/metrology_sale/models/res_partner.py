# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    metrology_contract_ids = fields.One2many(
        comodel_name="metrology.contract",
        inverse_name="partner_id",
        string="Framework Contracts",
        groups="metrology.group_user",
    )
    metrology_contract_count = fields.Integer(
        compute="_compute_metrology_contract_count", groups="metrology.group_user"
    )

    def _compute_metrology_contract_count(self):
        counts = dict(
            self.env["metrology.contract"]._read_group(
                [("partner_id", "in", self.commercial_partner_id.ids)],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.metrology_contract_count = counts.get(
                partner.commercial_partner_id, 0
            )

    def action_view_metrology_contracts(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_sale.action_contract"
        )
        action["domain"] = [("partner_id", "=", self.commercial_partner_id.id)]
        action["context"] = {"default_partner_id": self.commercial_partner_id.id}
        return action

    def action_view_metrology_prices(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_sale.action_customer_price"
        )
        action["domain"] = [("partner_id", "=", self.commercial_partner_id.id)]
        action["context"] = {"default_partner_id": self.commercial_partner_id.id}
        return action
