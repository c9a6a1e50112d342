# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.exceptions import UserError


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        """Refuse to join issued certificates in one file (S2-6.3a-1).

        Whatever calls the report of a certificate gets a marked copy: the document
        itself is rendered once, at approval, and handed out by the print list.
        """
        report = self._get_report(report_ref)
        if report.model == "metrology.certificate":
            self._check_single_certificate(res_ids)
            self = self.with_context(metrology_lean_layout=True)
        return super()._render_qweb_pdf(report_ref, res_ids=res_ids, data=data)

    def _check_single_certificate(self, res_ids):
        if len(res_ids or ()) < 2:
            return
        issued = (
            self.env["metrology.certificate"].browse(res_ids).filtered("pdf_sha256")
        )
        if issued:
            raise UserError(
                self.env._(
                    "A certificate is a file of its own: print %(name)s alone.",
                    name=issued[0].name,
                )
            )

    def _get_layout(self):
        """A certificate brings its own style: Odoo's bundle would only cost time."""
        if self.env.context.get("metrology_lean_layout"):
            return self.env.ref("metrology_certificate.minimal_layout")
        return super()._get_layout()

    @api.model
    def _get_pdf_attachments(self, report, record):
        """Attach the content as data to an issued certificate (PDF/A-3)."""
        attachments = super()._get_pdf_attachments(report, record)
        if (
            record is not None
            and record._name == "metrology.certificate"
            and record._is_official()
        ):
            attachments.append(
                ("certificate.json", record._get_pdf_data(), "Data", "application/json")
            )
        return attachments
