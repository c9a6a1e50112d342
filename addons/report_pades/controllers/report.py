# SPDX-License-Identifier: AGPL-3.0-only
from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.web.controllers.report import ReportController


class SignedReportController(ReportController):
    """Signed documents cannot be merged: several of them come as a ZIP file."""

    @http.route()
    def report_routes(self, reportname, docids=None, converter=None, **data):
        ids = [int(i) for i in (docids or "").split(",") if i.isdigit()]
        if converter == "pdf" and len(set(ids)) > 1:
            report_model = request.env["ir.actions.report"]
            report = report_model._get_report_from_name(reportname)
            if report.pades_sign:
                content = report_model._render_signed_zip(reportname, ids)
                return request.make_response(
                    content,
                    headers=[
                        ("Content-Type", "application/zip"),
                        ("Content-Length", len(content)),
                    ],
                )
        return super().report_routes(
            reportname, docids=docids, converter=converter, **data
        )

    @http.route()
    def report_download(self, data, context=None, token=None, readonly=True):
        response = super().report_download(data, context, token, readonly)
        if response is not None and response.mimetype == "application/zip":
            name = request.env._("Signed documents")
            response.headers.set(
                "Content-Disposition", content_disposition(f"{name}.zip")
            )
        return response
