# SPDX-License-Identifier: AGPL-3.0-only
import io
import subprocess
import tempfile
from pathlib import Path

import zxingcpp
from PIL import Image

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import CertificateCommon


@tagged("post_install", "-at_install")
class TestQrCode(CertificateCommon):
    """The QR code of an issued PDF, read as a telephone reads it: from a picture."""

    def _picture(self, pdf, page=1):
        """Return a page of a PDF as a picture of 150 dpi, as it would be printed."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "page.pdf")
            path.write_bytes(pdf)
            subprocess.run(
                [
                    "pdftoppm",
                    "-png",
                    "-r",
                    "150",
                    "-f",
                    str(page),
                    "-l",
                    str(page),
                    "-singlefile",
                    path,
                    Path(folder, "page"),
                ],
                check=True,
            )
            return Image.open(io.BytesIO(Path(folder, "page.png").read_bytes()))

    def _decode(self, picture):
        return [
            found.text
            for found in zxingcpp.read_barcodes(picture)
            if found.format == zxingcpp.BarcodeFormat.QRCode
        ]

    @requirement("S3-5.4.6-2")
    def test_decoded_from_the_issued_pdf(self):
        """The code on the cover decodes to the public address of this certificate and
        of no other; before approval there is no code to ask for."""
        self.company.metrology_public_url = "https://verify.example.org"
        first, second = self._to("approving", "Q-1"), self._to("approving", "Q-2")
        with self.assertRaisesRegex(UserError, "has no QR code"):
            first.with_user(self.anna)._get_public_url()
        addresses = []
        for certificate in (first, second):
            self._act(certificate, "action_approve", self.erna)
            picture = self._picture(certificate.sudo()._get_issued_pdf())
            decoded = self._decode(picture)
            self.assertEqual(decoded, [certificate._get_public_url()])
            self.assertTrue(decoded[0].startswith("https://verify.example.org/c/"))
            addresses += decoded
        self.assertEqual(len(set(addresses)), 2)
        token = addresses[0].rpartition("/")[2]
        found = self.env["metrology.certificate"]._find_public(token)
        self.assertEqual(found, first)

    def test_read_in_a_poor_picture(self):
        """A small, grey, turned photograph of the page is read, too."""
        certificate = self._to("to_print", "Q-3")
        picture = self._picture(certificate.sudo()._get_issued_pdf()).convert("L")
        small = picture.resize((picture.width * 2 // 3, picture.height * 2 // 3))
        turned = small.rotate(7, expand=True, fillcolor=200)
        self.assertEqual(self._decode(turned), [certificate._get_public_url()])

    def test_draft_has_no_code(self):
        """The preview of a draft shows no code at all."""
        certificate = self._to("checking", "Q-4")
        pdf, _kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(certificate.layout_id.report_id, certificate.ids)
        )
        self.assertFalse(self._decode(self._picture(pdf)))
