# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.exceptions import UserError


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        """Hand out the stored bytes of an issued certificate, never a new rendering.

        Whatever calls the report of a certificate gets the issued file, or for one
        that is not approved a draft with a mark across each page. Two issued files are
        never joined: it would break both signatures (S2-6.3a-1).
        """
        report = self._get_report(report_ref)
        if (
            report.model == "metrology.certificate"
            and res_ids
            and not self.env.context.get("metrology_issuing")
        ):
            certificates = self.env["metrology.certificate"].browse(res_ids)
            issued = certificates.filtered("pdf_sha256")
            if issued:
                if len(certificates) > 1:
                    raise UserError(
                        self.env._(
                            "A certificate is a file of its own: print %(name)s alone.",
                            name=issued[0].name,
                        )
                    )
                issued._check_may_print()
                return issued._get_issued_pdf(), "pdf"
        return super()._render_qweb_pdf(report_ref, res_ids=res_ids, data=data)

    @api.model
    def _get_pdf_attachments(self, report, record):
        """Attach the content as data to an issued certificate (PDF/A-3)."""
        attachments = super()._get_pdf_attachments(report, record)
        if record._name == "metrology.certificate" and record.content:
            attachments.append(
                ("certificate.json", record._get_pdf_data(), "Data", "application/json")
            )
        return attachments
