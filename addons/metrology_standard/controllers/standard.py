# SPDX-License-Identifier: AGPL-3.0-only
from odoo import http
from odoo.http import content_disposition, request


class StandardController(http.Controller):
    @http.route(
        "/metrology/standard/<int:standard_id>/file_set.pdf",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def file_set(self, standard_id):
        """The file set of a measurement standard as one PDF, for who may read it."""
        standard = request.env["metrology.standard"].search([("id", "=", standard_id)])
        if not standard:
            raise request.not_found()
        return self._send(
            standard._get_file_set_pdf(),
            "application/pdf",
            f"{standard.display_name}.pdf",
        )

    @http.route(
        "/metrology/standards/ledger.xlsx",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def ledger(self, ids=""):
        """The ledger of measurement standards as a workbook, for who may read it."""
        wanted = [int(one) for one in ids.split(",") if one.isdigit()]
        domain = [("id", "in", wanted)] if wanted else []
        standards = request.env["metrology.standard"].search(domain)
        return self._send(
            standards._get_ledger_workbook(),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "measurement-standards.xlsx",
        )

    def _send(self, content, kind, name):
        return request.make_response(
            content,
            headers=[
                ("Content-Type", kind),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "no-store"),
            ],
        )
