# SPDX-License-Identifier: AGPL-3.0-only
import base64
import io
import json
import zipfile
from unittest.mock import patch

from odoo import http
from odoo.exceptions import UserError
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged

from odoo.addons.report_weasyprint.tools.pdfa import check

from .common import DemoKeyMixin

TEMPLATE = """
<t t-name="report_pades.test_document">
    <t t-call="web.html_container">
        <t t-foreach="docs" t-as="o">
            <div class="header"><span class="page"/></div>
            <div class="article" t-att-data-oe-model="o._name" t-att-data-oe-id="o.id">
                <h1 t-out="o.name"/>
                <div style="break-before: page">第二页</div>
            </div>
        </t>
    </t>
</t>
"""


class ReportCase(DemoKeyMixin):
    """A report of partners that signs, and two partners to print."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "name": "report_pades.test_document",
                "key": "report_pades.test_document",
                "arch": TEMPLATE,
            }
        )
        cls.report = cls.env["ir.actions.report"].create(
            {
                "name": "Signed partner",
                "model": "res.partner",
                "report_name": "report_pades.test_document",
                "report_type": "qweb-pdf",
                "pdf_variant": "pdf/a-3b",
                "pades_sign": True,
                "pades_straddle": True,
            }
        )
        seal = cls.env["report.pades"]._seal_svg("演示计量检定中心", "检定专用章")
        cls.env.company.pades_seal = base64.b64encode(seal)
        cls.partners = cls.env["res.partner"].create(
            [{"name": "昆明/甲公司"}, {"name": "乙公司"}]
        )
        cls.pades = cls.env["report.pades"]

    def render(self, records, **values):
        self.report.write(values)
        return self.report.with_context(force_report_rendering=True)._render_qweb_pdf(
            self.report.report_name, records.ids
        )[0]


@tagged("post_install", "-at_install")
class TestSignedReport(ReportCase, TransactionCase):
    """Any report can be signed by a tick."""

    def test_report_is_sealed_signed_and_archivable(self):
        """The printed file is PDF/A, valid and ours."""
        pdf = self.render(self.partners[0])
        self.assertEqual(check(pdf), [])
        result = self.pades._verify_pdf(pdf)
        self.assertTrue(result["valid"], result["findings"])
        self.assertEqual(result["signers"][0]["reason"], "Signed partner")

    def test_without_tick_nothing_is_signed(self):
        """Other reports are left alone."""
        self.assertFalse(
            self.pades._is_signed(self.render(self.partners[0], pades_sign=False))
        )

    def test_stored_document_is_not_signed_again(self):
        """Printed again from its attachment, the file is the same, byte by byte."""
        values = {"attachment": "'signed.pdf'", "attachment_use": True}
        first = self.render(self.partners[0], **values)
        self.assertEqual(self.render(self.partners[0]), first)

    def test_several_documents_are_not_merged(self):
        """One file of several signed documents would break them: refused."""
        with self.assertRaisesRegex(UserError, "Signed partner"):
            self.render(self.partners)

    def test_without_key_nothing_is_printed(self):
        """A report that must be signed does not leave the house unsigned."""
        with patch.dict("os.environ", {"PADES_KEY_FILE": ""}):
            with self.assertRaisesRegex(UserError, "pades_key_file"):
                self.render(self.partners[0])

    def test_zip_holds_each_document(self):
        """Several documents come as a ZIP, each valid, names safe for file systems."""
        content = self.report.with_context(
            force_report_rendering=True
        )._render_signed_zip(self.report.report_name, self.partners.ids)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            for name in names:
                self.assertTrue(self.pades._verify_pdf(archive.read(name))["valid"])
        self.assertEqual(len(names), 2)
        self.assertIn("Signed partner 昆明_甲公司.pdf", names)


@tagged("post_install", "-at_install")
class TestSignedDownload(ReportCase, HttpCase):
    """Downloads through the pages of the web client."""

    def download(self, records):
        ids = ",".join(str(record_id) for record_id in records.ids)
        url = f"/report/pdf/{self.report.report_name}/{ids}"
        return self.url_open(
            "/report/download",
            data={
                "data": json.dumps([url, "qweb-pdf"]),
                "csrf_token": http.Request.csrf_token(self),
            },
            timeout=60,
        )

    def test_one_is_pdf_several_are_zip(self):
        """An employee gets one PDF, or a ZIP of several."""
        new_test_user(self.env, "pades_download", "base.group_user")
        self.authenticate("pades_download", "pades_download")
        report_model = type(self.env["ir.actions.report"])
        original = report_model._pre_render_qweb_pdf

        def forced(self, *args, **kwargs):
            # In a test run Odoo would answer HTML.
            report = self.with_context(force_report_rendering=True)
            return original(report, *args, **kwargs)

        with patch.object(report_model, "_pre_render_qweb_pdf", forced):
            one = self.download(self.partners[0])
            self.assertEqual(
                one.headers["Content-Type"], "application/pdf", one.text[:2000]
            )
            self.assertTrue(self.pades._verify_pdf(one.content)["valid"])
            several = self.download(self.partners)
        self.assertEqual(several.headers["Content-Type"], "application/zip")
        self.assertIn(".zip", several.headers["Content-Disposition"])
        with zipfile.ZipFile(io.BytesIO(several.content)) as archive:
            self.assertEqual(len(archive.namelist()), 2)
