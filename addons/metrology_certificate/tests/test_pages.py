# SPDX-License-Identifier: AGPL-3.0-only
import io
import re
import zipfile

from odoo.tests import HttpCase, tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import CertificateCommon


@tagged("post_install", "-at_install")
class TestPages(CertificateCommon, HttpCase):
    """What is reached by an address."""

    def _page(self, certificate):
        return self.url_open(f"/c/{certificate.sudo().token}")

    @requirement("S3-7.2.3")
    def test_public_page(self):
        """The code of the cover shows number, masked customer, instrument, dates and
        state to anybody; an unknown one shows nothing."""
        self.env.company.partner_id.lang = "en_US"
        certificate = self._to("released")
        page = self._page(certificate)
        self.assertEqual(page.status_code, 200)
        self.assertIn("证书有效", page.text)
        self.assertIn(certificate.name, page.text)
        self.assertIn("Gauge", page.text)
        self.assertIn(str(certificate.issue_date), page.text)
        self.assertNotIn("Steel Works", page.text)
        self.assertNotIn(self.erna.name, page.text)
        for token in ("x" * 22, certificate.sudo().token[:-1], "a" * 500):
            page = self.url_open(f"/c/{token}")
            self.assertEqual(page.status_code, 404)
            self.assertIn("未找到该证书", page.text)
            self.assertNotIn(certificate.name, page.text)

    def test_public_page_of_a_replaced_one(self):
        """A replaced certificate names its successor."""
        certificate = self._to("released")
        certificate.with_user(self.thea).action_change_directly("replacement", "x")
        successor = certificate.change_ids.result_id
        for action, user in (
            ("action_submit", self.anna),
            ("action_check", self.carl),
            ("action_approve", self.erna),
        ):
            self._act(successor, action, user)
        page = self._page(certificate)
        self.assertIn("证书已被代替", page.text)
        self.assertIn(successor.name, page.text)
        self.assertIn("证书有效", self._page(successor).text)

    def test_recalled_one_is_not_found(self):
        """While it is recalled nobody vouches for the old code."""
        certificate = self._to("printed")
        token = certificate.sudo().token
        certificate._reopen("test")
        self.assertEqual(self.url_open(f"/c/{token}").status_code, 404)

    def test_file_comparison(self):
        """A file somebody holds is compared with the issued one."""
        certificate = self._to("released")
        page = self._page(certificate)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
        pdf = certificate.sudo()._get_issued_pdf()
        for data, text in ((pdf, "完全一致"), (pdf[:-1] + b"x", "请勿采信")):
            answer = self.url_open(
                f"/c/{certificate.sudo().token}",
                data={"csrf_token": token},
                files={"file": ("a.pdf", data, "application/pdf")},
            )
            self.assertIn(text, answer.text)

    def test_official_file_from_the_print_list_only(self):
        """Who has no print right, or follows an address without printing, gets a marked
        copy; a draft has no file; who printed gets the issued bytes."""
        certificate = self._to("to_print")
        pdf = certificate.sudo()._get_issued_pdf()
        url = f"/metrology/certificate/{certificate.id}/pdf"
        self.authenticate("rec_anna", "rec_anna")
        copy = self.url_open(url).content
        self.assertNotEqual(copy, pdf)
        self.assertTrue(all("COPY" in page for page in self._pages(copy)))
        action = certificate.with_user(self.boris).action_print()
        self.assertNotEqual(self.url_open(action["url"]).content, pdf)
        self.authenticate("rec_boris", "rec_boris")
        self.assertEqual(self.url_open(action["url"]).content, pdf)
        self.assertNotEqual(self.url_open(url).content, pdf)
        draft = self._to("approving", "H-2")
        answer = self.url_open(f"/metrology/certificate/{draft.id}/pdf")
        self.assertEqual(answer.status_code, 404)
        self.authenticate("rec_nobody", "rec_nobody")
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_address_of_an_earlier_print(self):
        """The address a print gave opens that print only: not while a change is asked
        for, not once it was printed again, not what was issued after a recall."""
        certificate = self._to("to_print")
        self.authenticate("rec_boris", "rec_boris")
        first = certificate.with_user(self.boris).action_print()["url"]
        self.assertEqual(self.url_open(first).status_code, 200)
        second = certificate.with_user(self.boris).action_print("lost")["url"]
        self.assertEqual(self.url_open(first).status_code, 409)
        self.assertEqual(self.url_open(second).status_code, 200)
        change = (
            self.env["metrology.certificate.change"]
            .with_user(self.anna)
            .create({"certificate_id": certificate.id, "reason": "wrong range"})
        )
        change.action_request()
        self.assertEqual(self.url_open(second).status_code, 409)
        change.with_user(self.erna).action_approve()
        self._act(certificate, "action_submit", self.anna)
        self._act(certificate, "action_check", self.carl)
        self._act(certificate, "action_approve", self.erna)
        self.assertEqual(self.url_open(second).status_code, 409)
        self.assertEqual(certificate.print_count, 0)

    def test_many_are_printed_as_single_files(self):
        """Several certificates come as a ZIP of their issued files, byte by byte."""
        certificates = self._to("to_print") | self._to("to_print", "Z-2")
        self.authenticate("rec_boris", "rec_boris")
        action = certificates.with_user(self.boris).action_print()
        answer = self.url_open(action["url"])
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            self.assertEqual(len(archive.namelist()), 2)
            for certificate in certificates:
                self.assertEqual(
                    archive.read(f"{certificate.name}.pdf"),
                    certificate.sudo()._get_issued_pdf(),
                )
        self.assertEqual(set(certificates.mapped("state")), {"printed"})
        for ticket in ("", "x", "AAAA"):
            answer = self.url_open(f"/metrology/certificates/zip?ticket={ticket}")
            self.assertEqual(answer.status_code, 404)
