# SPDX-License-Identifier: AGPL-3.0-only
import io
from functools import cache

import pikepdf
import weasyprint

from odoo.tests import BaseCase, tagged

from ..tools.fonts import RENDER_LOCK, font_configuration
from ..tools.pdfa import check

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@cache
def document(variant="pdf/a-3b", image=False):
    html = (
        '<html lang="zh"><head><title>证书</title></head><p>正文'
        f'<a href="http://a.cn">x</a>{f"<img src={PIXEL}>" if image else ""}</p></html>'
    )
    attachments = [
        weasyprint.Attachment(string="<a/>", name="a.xml", relationship="Data")
    ]
    with RENDER_LOCK:
        return weasyprint.HTML(string=html).write_pdf(
            pdf_variant=variant,
            font_config=font_configuration(),
            attachments=attachments if variant == "pdf/a-3b" else None,
        )


@tagged("post_install", "-at_install")
class TestCheck(BaseCase):
    """The checker passes a right file and finds each thing that can go wrong."""

    def broken(self, change, **options):
        """Return the rules that are broken after ``change(pdf)``."""
        output = io.BytesIO()
        with pikepdf.open(io.BytesIO(document(**options))) as pdf:
            change(pdf)
            pdf.save(output)
        return {finding.rule for finding in check(output.getvalue())}

    def test_right_file(self):
        """A file made for the archive has no findings, also after being saved."""
        self.assertEqual(check(document()), [])
        self.assertEqual(self.broken(lambda pdf: None), set())

    def test_ordinary_file(self):
        """An ordinary PDF is not an archive file."""
        rules = {finding.rule for finding in check(document(None))}
        self.assertLessEqual({"6.1.3", "6.6.2", "6.2.3"}, rules)

    def test_part(self):
        """A file of part 3 is not one of part 2: it has files."""
        rules = {finding.rule for finding in check(document(), part=2)}
        self.assertLessEqual({"6.6.4", "6.8"}, rules)

    def test_no_pdf(self):
        """Rubbish is a finding and no traceback."""
        self.assertEqual([finding.rule for finding in check(b"rubbish")], ["6.1"])

    def test_title_that_differs_from_the_metadata(self):
        """The two places of the metadata must agree."""

        def change(pdf):
            pdf.trailer.Info.Title = "Other"

        self.assertIn("6.6.2", self.broken(change))

    def test_font_that_is_not_embedded(self):
        """A font without its file is found."""

        def change(pdf):
            for item in pdf.objects:
                if isinstance(item, pikepdf.Dictionary):
                    for key in ("/FontFile2", "/FontFile3"):
                        if key in item:
                            del item[key]

        self.assertIn("6.2.11.4.1", self.broken(change))

    def test_colours_of_print(self):
        """CMYK does not fit a screen's output intent."""

        def change(pdf):
            pdf.pages[0].contents_add(b"q 0 0 0 1 k 0 0 9 9 re f Q")

        self.assertIn("6.2.4.3", self.broken(change))

    def test_interpolated_image(self):
        """Images must not ask to be smoothed; WeasyPrint's own do."""
        rules = {finding.rule for finding in check(document(image=True))}
        self.assertEqual(rules, {"6.2.8"})

    def test_scripts_and_actions(self):
        """Programs and launched files have no place in an archive."""

        def script(pdf):
            pdf.Root.OpenAction = pdf.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Action,
                    S=pikepdf.Name.JavaScript,
                    JS="app.alert(1)",
                )
            )

        self.assertIn("6.5.1", self.broken(script))

    def test_file_without_relationship(self):
        """An attached file must say what it is to the document."""

        def change(pdf):
            specification = pdf.attachments["a.xml"].obj
            del specification["/AFRelationship"]
            del pdf.Root["/AF"]

        self.assertIn("6.8", self.broken(change))

    def test_hidden_annotation(self):
        """What can be seen on screen must be printed."""

        def change(pdf):
            pdf.pages[0].Annots[0].F = 2

        self.assertIn("6.3.2", self.broken(change))

    def test_encryption(self):
        """An encrypted file cannot be kept for ever."""
        output = io.BytesIO()
        with pikepdf.open(io.BytesIO(document())) as pdf:
            pdf.save(output, encryption=pikepdf.Encryption(owner="x", user=""))
        self.assertIn("6.1.3", {finding.rule for finding in check(output.getvalue())})
