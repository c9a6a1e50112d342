# SPDX-License-Identifier: AGPL-3.0-only
import base64
import io
import re

import pikepdf
from lxml import etree

from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from odoo.addons.report_weasyprint.tools.pdfa import check

from ..tools.seal import PAGES_PER_SEAL
from .common import DemoKeyMixin
from .documents import archive_document


@tagged("post_install", "-at_install")
class TestSeal(DemoKeyMixin, TransactionCase):
    """Seals are vectors, need no font, and come over the edges of all pages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pades = cls.env["report.pades"]
        cls.seal = cls.pades._seal_svg("演示计量检定中心", "检定专用章", code="5301")

    def test_drawn_seal_has_outlines_only(self):
        """The drawing holds paths and a circle: no text, font, image or reference."""
        root = etree.fromstring(self.seal)
        tags = {etree.QName(element).localname for element in root.iter()}
        self.assertEqual(tags, {"svg", "circle", "path"})
        with pikepdf.open(io.BytesIO(self.pades._get_seal_pdf(self.seal))) as pdf:
            fonts = pdf.pages[0].get("/Resources", {}).get("/Font", {})
            self.assertFalse(fonts.keys())
            width = float(pdf.pages[0].mediabox[2])
        self.assertAlmostEqual(width * 25.4 / 72, 42, delta=0.1)

    def test_path_is_svg(self):
        """Every number of the path is one that browsers read too."""
        path = etree.fromstring(self.seal)[1].get("d")
        rest = re.sub(r"-?\d+(\.\d+)?", "", path)
        self.assertLessEqual(set(rest), set("MLHVCQTSZ ,"))

    def test_each_name_has_its_seal(self):
        """Another name draws another seal; a longer one is still drawn."""
        other = self.pades._seal_svg("演示计量校准中心", "检定专用章", code="5301")
        self.assertNotEqual(other, self.seal)
        self.assertTrue(self.pades._seal_svg("国家" * 12, "检测报告专用章"))

    def test_impossible_seals_are_refused(self):
        """No name, a name nobody could read, and a character without a font."""
        for name in ("", "长" * 60, "\U000e0001"):
            with self.subTest(name=name), self.assertRaises(UserError):
                self.pades._seal_svg(name, "章")

    def test_straddling_seal_on_every_page(self):
        """Each page shows its own slice, the slices together one seal."""
        pdf = self.pades._add_straddle_seal(archive_document(3), self.seal)
        self.assertEqual(check(pdf), [])
        clips = []
        with pikepdf.open(io.BytesIO(pdf)) as document:
            for page in document.pages:
                right = float(page.mediabox[2])
                for operands, operator in pikepdf.parse_content_stream(page):
                    if str(operator) == "re":
                        x, _y, width, _h = (float(value) for value in operands)
                        last = (round(x + width - right, 2), width)
                    if str(operator) == "cm":
                        shift = float(operands[4])
                clips.append((*last, shift))
        self.assertEqual([clip[0] for clip in clips], [0, 0, 0])
        width = clips[0][1]
        self.assertAlmostEqual(3 * width, 42 * 72 / 25.4, delta=0.1)
        self.assertAlmostEqual(clips[0][2] - clips[1][2], width, delta=0.01)

    def test_many_pages_share_several_seals(self):
        """With many pages the slices stay wide enough to be seen."""
        pages = 2 * PAGES_PER_SEAL + 1
        pdf = self.pades._add_straddle_seal(archive_document(pages), self.seal)
        with pikepdf.open(io.BytesIO(pdf)) as document:
            self.assertEqual(len(document.pages), pages)
            forms = {
                page.Resources.XObject.StraddleSeal.objgen for page in document.pages
            }
        self.assertEqual(len(forms), 1)

    def test_single_page_has_nothing_to_straddle(self):
        """One page stays as it is."""
        document = archive_document(1)
        self.assertEqual(self.pades._add_straddle_seal(document, self.seal), document)

    def test_signed_document_is_not_touched(self):
        """A straddling seal after the signature would break it: refused."""
        signed = self.pades._sign_pdf(archive_document(), reason="x")
        with self.assertRaisesRegex(UserError, "signed already"):
            self.pades._add_straddle_seal(signed, self.seal)

    def test_uploaded_seal_is_checked(self):
        """A company's seal must be SVG or one page of PDF; SVG may load nothing."""
        company = self.env.company
        company.pades_seal = base64.b64encode(self.seal)
        self.assertEqual(self.pades._get_company_seal(), self.seal)
        bad = [
            b"\x89PNG\r\n\x1a\n no seal",
            archive_document(3),
            b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        ]
        for content in bad:
            with self.subTest(content=content[:10]):
                with self.assertRaises(ValidationError):
                    company.pades_seal = base64.b64encode(content)

    def test_seal_loads_nothing(self):
        """A file named in an SVG is not read, from nowhere."""
        svg = (
            b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
            b'<image href="file:///etc/passwd" width="9" height="9"/>'
            b'<rect width="3" height="3"/></svg>'
        )
        pdf = self.pades._get_seal_pdf(svg)
        self.assertNotIn(b"root:", pdf)
        with pikepdf.open(io.BytesIO(pdf)) as document:
            images = [
                item
                for item in document.objects
                if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
            ]
        self.assertEqual(images, [])
