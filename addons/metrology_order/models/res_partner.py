# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import AccessError

_DECIDERS = (
    "metrology.group_technical_head",
    "metrology.group_quality",
    "metrology.group_administrator",
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    metrology_internal = fields.Boolean(
        string="Unit of Our Own Institution",
        help="An internal customer: the highest standards of the own unit may serve "
        "it (JJF 1069 4.1.2).",
    )

    @api.model
    def _commercial_fields(self):
        return super()._commercial_fields() + ["metrology_internal"]

    def _metrology_is_internal(self, company):
        """Tell whether this one customer belongs to the institution itself."""
        partner = self.commercial_partner_id
        return bool(
            partner
            and (
                partner.metrology_internal
                or partner == company.partner_id.commercial_partner_id
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("metrology_internal") for vals in vals_list):
            self._check_metrology_internal()
        return super().create(vals_list)

    def write(self, vals):
        if "metrology_internal" in vals and any(
            partner.metrology_internal != bool(vals["metrology_internal"])
            for partner in self
        ):
            self._check_metrology_internal()
        return super().write(vals)

    def _check_metrology_internal(self):
        """Who belongs to the own unit decides what standards may serve him."""
        if self.env.su or any(self.env.user.has_group(name) for name in _DECIDERS):
            return
        raise AccessError(
            self.env._(
                "Which customers are units of our own institution is decided by the "
                "technical head, the quality manager or the administrator."
            )
        )
