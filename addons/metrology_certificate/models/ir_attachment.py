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
    "type",
    "url",
    "mimetype",
    "name",
    "public",
    "access_token",
}


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def write(self, vals):
        frozen = _FROZEN & set(vals)
        if frozen:
            # Moving files between database and disk writes what is there already.
            self._filtered_issuable().filtered(
                lambda attachment: any(
                    attachment[name] != vals[name] for name in frozen
                )
            )._check_not_issued()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        self._check_not_issued()

    def _filtered_issuable(self):
        """Return, as superuser, those that may be files of certificates."""
        return self.sudo().filtered(
            lambda attachment: (
                attachment.res_model == "metrology.certificate"
                and attachment.res_field == "pdf_id"
            )
        )

    def _check_not_issued(self):
        """The file of an issued certificate stays as it is, whoever asks."""
        ours = self._filtered_issuable()
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
