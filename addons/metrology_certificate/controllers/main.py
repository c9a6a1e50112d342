# SPDX-License-Identifier: AGPL-3.0-only
from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

# A certificate of ours is far smaller; what is larger is not read into memory.
MAX_FILE_BYTES = 20 * 1024 * 1024


class CertificateController(http.Controller):
    @http.route(
        "/metrology/certificate/<int:certificate_id>/pdf",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def certificate_pdf(self, certificate_id):
        """The issued bytes for those who may print or read the laboratory's work."""
        certificate = request.env["metrology.certificate"].browse(certificate_id)
        if not certificate.exists() or not certificate.has_access("read"):
            raise request.not_found()
        if not certificate.pdf_sha256:
            raise request.not_found()
        try:
            pdf = certificate._get_issued_pdf()
        except UserError as error:
            return request.make_response(str(error), status=409)
        return request.make_response(
            pdf,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(pdf)),
                (
                    "Content-Disposition",
                    content_disposition(
                        certificate._get_file_name(), disposition_type="inline"
                    ),
                ),
                ("Cache-Control", "private, no-store"),
            ],
        )

    @http.route(
        "/c/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=True,
        sitemap=False,
    )
    def public_certificate(self, token, file=None, **_kwargs):
        """Is it true? Says whether the certificate behind a QR code is valid."""
        certificate = request.env["metrology.certificate"]._find_public(token)
        values = {"found": bool(certificate), "comparison": None}
        if certificate:
            values |= certificate._get_public_values()
            if request.httprequest.method == "POST" and file:
                data = file.stream.read(MAX_FILE_BYTES + 1)
                values["comparison"] = (
                    "large"
                    if len(data) > MAX_FILE_BYTES
                    else certificate._check_public_file(data)
                )
        response = request.render("metrology_certificate.public_page", values)
        if not certificate:
            response.status_code = 404
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
