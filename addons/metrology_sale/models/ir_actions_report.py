# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _check_quotation_approved(self, report_ref, res_ids):
        """A quotation is an offer: not printed before it is approved (S3-5.7.2)."""
        report = self._get_report(report_ref)
        if report.model == "sale.order" and res_ids:
            ids = [res_ids] if isinstance(res_ids, int) else res_ids
            self.env["sale.order"].browse(ids)._check_metrology_approved()

    @api.model
    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        self._check_quotation_approved(report_ref, res_ids)
        return super()._render_qweb_pdf(report_ref, res_ids=res_ids, data=data)

    @api.model
    def _render_qweb_html(self, report_ref, docids, data=None):
        self._check_quotation_approved(report_ref, docids)
        return super()._render_qweb_html(report_ref, docids, data=data)
