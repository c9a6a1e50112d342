# SPDX-License-Identifier: AGPL-3.0-only
import io
from unittest.mock import patch

import pikepdf
import pypdf

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.ir_actions_report import PdfCapture
from ..tools import renderer
from ..tools.anchors import find_anchors, find_boxes
from ..tools.fonts import SANS, font_files
from ..tools.pdfa import check
from .common import ReportCase


@tagged("post_install", "-at_install")
class TestReport(ReportCase):
    """Any QWeb report through WeasyPrint."""

    def test_pages_are_numbered(self):
        """Header and footer stand on every page, with page x of y."""
        pages = self.pages(self.render(self.partners[0]))
        self.assertEqual(len(pages), 3)
        for number, text in enumerate(pages, 1):
            self.assertIn("抬头昆明甲公司", text)
            self.assertIn(f"PAGE{number}OF3END", text)

    def test_several_records_are_numbered_each(self):
        """Printed together, each record starts at page 1 and keeps its own header."""
        pages = self.pages(self.render(self.partners))
        self.assertEqual(len(pages), 5)
        numbers = ["1OF3", "2OF3", "3OF3", "1OF2", "2OF2"]
        names = ["昆明甲公司"] * 3 + ["乙公司"] * 2
        for text, number, name in zip(pages, numbers, names, strict=True):
            self.assertIn(f"PAGE{number}END", text)
            self.assertIn(f"抬头{name}", text)

    def test_each_record_is_stored_by_itself(self):
        """A report that saves attachments saves the right pages for each record."""
        self.render(self.partners, attachment="'%s.pdf' % object.id")
        for partner, pages in zip(self.partners, (3, 2), strict=True):
            attachment = self.env["ir.attachment"].search(
                [("res_model", "=", "res.partner"), ("res_id", "=", partner.id)]
            )
            texts = self.pages(attachment.raw)
            self.assertEqual(len(texts), pages)
            self.assertIn(partner.name, texts[0])

    def test_stored_document_is_used_again(self):
        """A report that reloads its attachment renders only what is missing."""
        values = {"attachment": "'%s.pdf' % object.id", "attachment_use": True}
        first = self.render(self.partners[0], **values)
        both = self.render(self.partners)
        self.assertEqual(len(self.pages(both)), 5)
        with patch.object(renderer, "render", side_effect=AssertionError("rendered")):
            self.assertEqual(self.render(self.partners[0]), first)

    def test_one_record_asked_twice(self):
        """The same record twice in one call is printed twice."""
        report = self.report.with_context(force_report_rendering=True)
        ids = self.partners[1].ids * 2
        pdf = report._render_qweb_pdf(self.report.report_name, ids)[0]
        self.assertEqual(len(self.pages(pdf)), 4)

    def test_records_in_one_article_stay_together(self):
        """A list of all records in one article (labels, say) is not torn apart."""
        self.view.arch = """
            <t t-name="report_weasyprint.test_document">
                <t t-call="web.html_container"><div class="article">
                    <p t-foreach="docs" t-as="o" t-out="o.name"/>
                </div></t>
            </t>"""
        pages = self.pages(self.render(self.partners))
        self.assertEqual(len(pages), 1)
        self.assertIn("昆明甲公司乙公司", pages[0])

    def test_without_report_reference(self):
        """Core prints some pages without naming a report (traceability, dashboard)."""
        pdf = self.env["ir.actions.report"]._run_wkhtmltopdf(
            ["<html><body><p>正文</p></body></html>"],
            header="<html><body><div class='header'>抬头</div></body></html>",
            landscape=True,
            specific_paperformat_args={
                "data-report-margin-top": 30,
                "data-report-header-spacing": 25,
            },
        )
        self.assertIn("抬头", self.pages(pdf)[0])
        page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
        self.assertGreater(page.mediabox.width, page.mediabox.height)

    def test_query_count_does_not_grow(self):
        """Ten records in one printing cost no query more than two."""
        many = self.env["res.partner"].create(
            [{"name": f"公司{number}", "color": 0} for number in range(10)]
        )
        self.render(many[:2])

        def count(records):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.render(records)
            return self.cr.sql_log_count - before

        self.assertEqual(count(many), count(many[:2]))

    def test_fonts_are_embedded(self):
        """Every font of a Chinese document is inside it; the small one if there is."""
        fonts = self.fonts(self.render(self.partners[0]))
        self.assertTrue(fonts)
        self.assertTrue(all(fonts.values()), fonts)
        if any("MetrologySansSC" in path.name for path in font_files()):
            self.assertTrue(
                any(SANS.replace(" ", "-") in name for name in fonts), fonts
            )

    def test_rare_characters_are_printed(self):
        """Characters outside the subset come from the fallback fonts."""
        self.partners[0].name = "𠮷野𬭎公司"
        text = self.pages(self.render(self.partners[0]))[0]
        self.assertIn("𠮷野𬭎公司", text)

    def test_archive_with_attached_file(self):
        """A PDF/A-3b report carries the files of the hook, once, with their types."""
        report_model = type(self.env["ir.actions.report"])

        def files(self, report, record):
            return [
                ("数据.xml", b"<data/>", "Data", "application/xml"),
                ("a.csv", b"1;2", "Source", "text/csv"),
            ]

        with patch.object(report_model, "_get_pdf_attachments", files):
            pdf = self.render(self.partners[0], pdf_variant="pdf/a-3b")
        self.assertEqual(check(pdf), [])
        with pikepdf.open(io.BytesIO(pdf)) as document:
            self.assertEqual(len(document.Root.AF), 2)
            specification = document.attachments["数据.xml"]
            self.assertEqual(specification.get_file().read_bytes(), b"<data/>")
            self.assertEqual(specification.get_file().mime_type, "application/xml")
            self.assertEqual(str(specification.obj.AFRelationship), "/Data")
            title = str(document.trailer.Info.Title)
        self.assertEqual(title, "Test certificate 昆明甲公司")

    def test_files_belong_to_their_record(self):
        """Printed together, each stored document has the file of its own record."""
        report_model = type(self.env["ir.actions.report"])

        def files(self, report, record):
            return [("id.txt", str(record.id).encode(), "Data", "text/plain")]

        with patch.object(report_model, "_get_pdf_attachments", files):
            self.render(self.partners, attachment="'%s.pdf' % object.id")
        for partner in self.partners:
            attachment = self.env["ir.attachment"].search(
                [("res_model", "=", "res.partner"), ("res_id", "=", partner.id)]
            )
            with pikepdf.open(io.BytesIO(attachment.raw)) as document:
                content = document.attachments["id.txt"].get_file().read_bytes()
            self.assertEqual(content, str(partner.id).encode())

    def test_anchor_is_found(self):
        """The place of an element with an id can be read from the PDF."""
        pdf = self.render(self.partners[0], pdf_variant="pdf/a-3b")
        self.assertEqual(check(pdf), [])
        box_page, x1, y1, x2, y2 = find_boxes(pdf)["box"]
        self.assertEqual(box_page, 0)
        self.assertAlmostEqual((x2 - x1) * 25.4 / 72, 42, delta=0.1)
        self.assertAlmostEqual((y2 - y1) * 25.4 / 72, 30, delta=0.1)
        page, x, y = find_anchors(pdf)["title"]
        self.assertEqual(page, 0)
        self.assertAlmostEqual(x, x1, delta=0.1)
        self.assertGreater(y, y2)

    def test_engine_of_one_report(self):
        """A report set to wkhtmltopdf says so when there is none; others still print."""
        with patch("odoo.addons.base.models.ir_actions_report._wkhtml") as information:
            information.return_value.state = "install"
            with self.assertRaisesRegex(UserError, "Test certificate.*wkhtmltopdf"):
                self.render(self.partners[0], pdf_engine="wkhtmltopdf")
            self.render(self.partners[0], pdf_engine=False)
        self.assertEqual(self.env["ir.actions.report"].get_wkhtmltopdf_state(), "ok")

    def test_failure_names_the_report(self):
        """What goes wrong inside the engine is told with the report's name."""
        with patch(
            "odoo.addons.report_weasyprint.models.ir_actions_report.render",
            side_effect=ZeroDivisionError("somewhere"),
        ):
            with self.assertRaisesRegex(UserError, "Test certificate.*somewhere"):
                self.render(self.partners[0])

    def test_context_cannot_be_forged(self):
        """A client that sends our context key gets an ordinary document."""
        context = {PdfCapture.CONTEXT_KEY: {"res_ids": [1]}}
        self.assertIsNone(self.report.with_context(**context)._get_pdf_capture())

    def test_bundle_is_parsed_once(self):
        """The style sheets of Odoo are parsed for the first document only."""
        self.render(self.partners[0])
        with patch.object(
            renderer, "read_asset", side_effect=AssertionError("read again")
        ):
            self.render(self.partners[0])
