# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologySealUse(models.Model):
    """One line of the register of a seal: which document, by whom, when."""

    _name = "metrology.seal.use"
    _description = "Use of a Certificate Seal"
    _order = "id desc"
    _rec_name = "certificate_id"

    seal_id = fields.Many2one(
        comodel_name="metrology.seal",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    certificate_id = fields.Many2one(
        comodel_name="metrology.certificate",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(comodel_name="res.users", required=True, readonly=True)
    used_on = fields.Datetime(default=fields.Datetime.now, required=True, readonly=True)
    company_id = fields.Many2one(related="seal_id.company_id", store=True, index=True)

    def write(self, vals):
        raise UserError(self.env._("The register of a seal cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The register of a seal cannot be changed."))
