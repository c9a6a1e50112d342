# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyCertificateReturn(models.TransientModel):
    """The dialog that asks for a reason: of a return, or of a second print."""

    _name = "metrology.certificate.return"
    _description = "Reason for a Certificate"

    certificate_ids = fields.Many2many(
        comodel_name="metrology.certificate", string="Certificates", required=True
    )
    purpose = fields.Selection(
        selection=[("return", "Return"), ("reprint", "Print Again")],
        default="return",
        required=True,
        readonly=True,
    )
    reason = fields.Text(required=True)

    def action_confirm(self):
        self.ensure_one()
        if self.purpose == "reprint":
            return self.certificate_ids.action_print(self.reason)
        self.certificate_ids.action_return(self.reason)
        return {"type": "ir.actions.act_window_close"}
