# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    metrology_instrument_ids = fields.One2many(
        comodel_name="metrology.instrument",
        inverse_name="partner_id",
        string="Instruments",
        groups="metrology.group_user",
    )
    metrology_instrument_count = fields.Integer(
        compute="_compute_metrology_instrument_count",
        groups="metrology.group_user",
    )

    def _compute_metrology_instrument_count(self):
        commercial = self.commercial_partner_id
        counts = dict(
            self.env["metrology.instrument"]._read_group(
                [("partner_id", "in", commercial.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.metrology_instrument_count = counts.get(
                partner.commercial_partner_id, 0
            )

    def action_view_metrology_instruments(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_instrument.action_instrument"
        )
        action["domain"] = [("partner_id", "=", self.commercial_partner_id.id)]
        action["context"] = {"default_partner_id": self.commercial_partner_id.id}
        return action
