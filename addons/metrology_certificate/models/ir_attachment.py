# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.exceptions import UserError

# Writing any of these would change, move or hide an issued file.
_FROZEN = {
    "raw",
    "datas",
    "db_datas",
    "store_fname",
    "res_model",
    "res_id",
    "res_field",
}


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def write(self, vals):
        if _FROZEN & set(vals):
            self._check_not_issued()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        self._check_not_issued()

    def _check_not_issued(self):
        """The file of an issued certificate stays as it is, whoever asks."""
        ours = self.sudo().filtered(
            lambda attachment: attachment.res_model == "metrology.certificate"
        )
        if not ours:
            return
        issued = (
            self.env["metrology.certificate"]
            .sudo()
            .search([("pdf_id", "in", ours.ids)], limit=1)
        )
        recalled = (
            self.env["metrology.certificate.change"]
            .sudo()
            .search([("old_pdf_id", "in", ours.ids)], limit=1)
        )
        certificate = issued or recalled.certificate_id
        if certificate:
            raise UserError(
                self.env._(
                    "The file of the certificate %(name)s was issued and stays as it "
                    "is.",
                    name=certificate.display_name,
                )
            )
