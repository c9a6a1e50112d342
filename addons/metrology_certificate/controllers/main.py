# SPDX-License-Identifier: AGPL-3.0-only
import io
import zipfile

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import content_disposition, request
from odoo.tools import verify_hash_signed

from ..models.metrology_certificate_issue import TICKET_SCOPE

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
    def certificate_pdf(self, certificate_id, ticket=None):
        """The issued bytes, for who printed it just now or looks at what is to print.

        Everybody else who may read certificates gets a marked copy (S3-5.8.11-2).
        """
        certificate = request.env["metrology.certificate"].browse(certificate_id)
        if not certificate.exists() or not certificate.has_access("read"):
            raise request.not_found()
        if not certificate.pdf_sha256:
            raise request.not_found()
        ids, mark = self._read_ticket(ticket)
        try:
            if certificate.ids == ids:
                certificate._check_ticket(mark)
                pdf = certificate._get_issued_pdf()
            elif (
                certificate.state == "to_print"
                and certificate._may_print()
                and not certificate._get_change_blockers()
            ):
                pdf = certificate._get_issued_pdf()
            else:
                pdf = certificate._get_reading_copy()
        except UserError as error:
            return request.make_response(str(error), status=409)
        return self._answer(pdf, "application/pdf", certificate._get_file_name())

    @http.route(
        "/metrology/certificates/zip",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def certificate_zip(self, ticket=None):
        """The certificates of one print as single files: joined, no signature holds."""
        ids, mark = self._read_ticket(ticket)
        certificates = request.env["metrology.certificate"].browse(ids)
        if not certificates:
            raise request.not_found()
        output = io.BytesIO()
        try:
            certificates._check_ticket(mark)
            # PDF is compressed already.
            with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
                for certificate in certificates:
                    archive.writestr(
                        certificate._get_file_name(), certificate._get_issued_pdf()
                    )
        except (AccessError, UserError) as error:
            return request.make_response(str(error), status=409)
        return self._answer(
            output.getvalue(), "application/zip", "certificates.zip", "attachment"
        )

    @http.route(
        "/metrology/certificate/change/<int:change_id>/pdf",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def old_pdf(self, change_id):
        """The file as it was before a change, for those who decide on changes."""
        change = request.env["metrology.certificate.change"].browse(change_id)
        if not change.exists() or not change.has_access("read"):
            raise request.not_found()
        try:
            pdf = change._get_old_pdf()
        except AccessError:
            raise request.not_found() from None
        except UserError as error:
            return request.make_response(str(error), status=409)
        return self._answer(
            pdf, "application/pdf", change.certificate_id._get_file_name()
        )

    def _read_ticket(self, ticket):
        """Return (ids, mark) of what this user printed just now, or ([], [])."""
        try:
            values = ticket and verify_hash_signed(
                request.env(su=True), TICKET_SCOPE, ticket
            )
        except (IndexError, TypeError, ValueError):
            # Not one of ours: cut off or made up.
            values = None
        if not values or len(values) != 3 or values[0] != request.env.uid:
            return [], []
        return values[1], values[2]

    def _answer(self, data, mimetype, name, disposition="inline"):
        return request.make_response(
            data,
            headers=[
                ("Content-Type", mimetype),
                ("Content-Length", len(data)),
                (
                    "Content-Disposition",
                    content_disposition(name, disposition_type=disposition),
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
