# SPDX-License-Identifier: AGPL-3.0-only
import io
import shutil
import subprocess

import pikepdf
import pypdf

from odoo.tests import TransactionCase

TEMPLATE = """
<t t-name="report_weasyprint.test_document">
    <t t-call="web.html_container">
        <t t-foreach="docs" t-as="o">
            <div class="header">抬头 <span t-out="o.name"/></div>
            <div class="footer">
                PAGE<span class="page"/>OF<span class="topage"/>END
            </div>
            <div class="article" t-att-data-oe-model="o._name" t-att-data-oe-id="o.id">
                <h1 id="title" t-out="o.name"/>
                <div id="box" style="width: 42mm; height: 30mm"/>
                <t t-out="o.comment"/>
                <t t-out="qr_svg('https://example.org/' + str(o.id))"/>
                <t t-foreach="range(o.color)" t-as="number">
                    <div style="break-before: page">正文<span t-out="number"/></div>
                </t>
            </div>
        </t>
    </t>
</t>
"""


class ReportCase(TransactionCase):
    """A report of partners: ``color`` more pages than one, ``comment`` as HTML.

    ``cls.report`` and two ``cls.partners``; ``render(records)`` gives the PDF.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.view = cls.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "name": "report_weasyprint.test_document",
                "key": "report_weasyprint.test_document",
                "arch": TEMPLATE,
            }
        )
        cls.report = cls.env["ir.actions.report"].create(
            {
                "name": "Test certificate",
                "model": "res.partner",
                "report_name": "report_weasyprint.test_document",
                "report_type": "qweb-pdf",
            }
        )
        cls.partners = cls.env["res.partner"].create(
            [{"name": "昆明甲公司", "color": 2}, {"name": "乙公司", "color": 1}]
        )

    def render(self, records, **values):
        self.report.write(values)
        return self.report.with_context(force_report_rendering=True)._render_qweb_pdf(
            self.report.report_name, records.ids
        )[0]

    def pages(self, pdf):
        """Return the text of each page without blanks."""
        if shutil.which("pdftotext"):
            text = subprocess.run(
                ["pdftotext", "-layout", "-", "-"],
                input=pdf,
                capture_output=True,
                check=True,
            ).stdout.decode()
            return ["".join(page.split()) for page in text.split("\f")[:-1]]
        reader = pypdf.PdfReader(io.BytesIO(pdf))
        return ["".join(page.extract_text().split()) for page in reader.pages]

    def fonts(self, pdf):
        """Return ``{name: embedded}`` of the fonts of a document."""
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return {
                str(item.FontName)[1:]: any(
                    key in item for key in ("/FontFile", "/FontFile2", "/FontFile3")
                )
                for item in document.objects
                if isinstance(item, pikepdf.Dictionary)
                and item.get("/Type") == "/FontDescriptor"
            }
