# SPDX-License-Identifier: AGPL-3.0-only
import io

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from odoo.tests import TransactionCase, tagged

from ..tools import signing
from ..tools.demo_key import make_key
from .common import DemoKeyMixin, stranger_key
from .documents import archive_document


@tagged("post_install", "-at_install")
class TestForgery(DemoKeyMixin, TransactionCase):
    """What a forger may try is found, and the finding names what was changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pades = cls.env["report.pades"]
        cls.signed = cls.pades._sign_pdf(archive_document(), reason="批准")

    def verify(self, pdf):
        result = self.pades._verify_pdf(pdf)
        self.assertFalse(result["valid"])
        self.assertTrue(result["findings"])
        return " ".join(result["findings"])

    def update(self, change):
        """Return the signed document with an incremental update by ``change``."""
        writer = IncrementalPdfFileWriter(io.BytesIO(self.signed))
        change(writer)
        output = io.BytesIO()
        writer.write(output)
        self.assertTrue(output.getvalue().startswith(self.signed))
        return output.getvalue()

    def test_the_original_is_valid(self):
        """The document that the others forge is right."""
        self.assertTrue(self.pades._verify_pdf(self.signed)["valid"])

    def test_one_flipped_byte(self):
        """One changed bit in the signed bytes is found."""
        forged = bytearray(self.signed)
        position = self.signed.index(b"stream") + 60
        forged[position] ^= 1
        self.assertIn("have been changed", self.verify(bytes(forged)))

    def test_every_part_is_covered(self):
        """A flipped byte anywhere outside the signature itself is found."""
        start = self.signed.rindex(b"/Contents <") + len(b"/Contents <")
        end = self.signed.index(b">", start)
        step = len(self.signed) // 40
        for position in range(0, len(self.signed), step):
            if start <= position <= end:
                continue
            forged = bytearray(self.signed)
            forged[position] ^= 1
            with self.subTest(position=position):
                self.assertFalse(self.pades._verify_pdf(bytes(forged))["valid"])

    def test_page_changed_by_an_update(self):
        """An update that draws over a page is found, with the page's number."""

        def draw(writer):
            page = writer.root["/Pages"]["/Kids"][1].get_object()
            content = generic.StreamObject(stream_data=b"q 0 0 100 100 re f Q")
            page["/Contents"] = generic.ArrayObject(
                [page.raw_get("/Contents"), writer.add_object(content)]
            )
            writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(1))

        text = self.verify(self.update(draw))
        self.assertIn("page 2", text)
        self.assertIn("after it was signed", text)

    def test_file_swapped_by_an_update(self):
        """An update that swaps the attached data is found, with the file's name."""

        def swap(writer):
            names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
            specification = names[1]
            forged = generic.StreamObject(
                dict_data={"/Type": generic.NameObject("/EmbeddedFile")},
                stream_data=b"<dcc>false</dcc>",
            )
            reference = writer.add_object(forged)
            specification["/EF"][generic.NameObject("/F")] = reference
            specification["/EF"][generic.NameObject("/UF")] = reference
            writer.mark_update(names.raw_get(1))

        self.assertIn("dcc.xml", self.verify(self.update(swap)))

    def test_rewritten_file(self):
        """A file that another program saved again is not the signed one."""
        output = io.BytesIO()
        with pikepdf.open(io.BytesIO(self.signed)) as document:
            document.save(output)
        self.verify(output.getvalue())

    def test_cut_off_signature(self):
        """The document without its signature is called unsigned, not valid."""
        end = archive_document()
        self.assertIn("not signed", self.verify(end))

    def test_stranger(self):
        """A stranger's signature is intact, but not ours: the signer is named."""
        signer = signing.CachedSigner.from_pkcs12(*stranger_key())
        forged = signing.sign(
            archive_document(),
            signer,
            field_name="Signature1",
            reason="批准",
            location=None,
        )
        self.assertIn("Somebody else", self.verify(forged))
        signer_values = self.pades._verify_pdf(forged)["signers"][0]
        self.assertTrue(signer_values["intact"])
        self.assertFalse(signer_values["trusted"])

    def test_stranger_with_our_name(self):
        """The name in a certificate proves nothing: only the key does."""
        archive, _pem = make_key("演示计量检定中心", b"x", key_size=2048)
        signer = signing.CachedSigner.from_pkcs12(archive, b"x")
        forged = signing.sign(
            archive_document(), signer, field_name="S", reason="批准", location=None
        )
        self.assertIn("does not trust", self.verify(forged))

    def test_stranger_after_us(self):
        """A stranger's signature on our document does not make it all valid."""
        signer = signing.CachedSigner.from_pkcs12(*stranger_key())
        forged = signing.sign(
            self.signed, signer, field_name="Signature2", reason="", location=None
        )
        result = self.pades._verify_pdf(forged)
        self.assertFalse(result["valid"])
        self.assertEqual([s["valid"] for s in result["signers"]], [True, False])

    def test_rubbish(self):
        """Bytes that are no PDF, and a torn file, get an answer and no traceback."""
        self.assertIn("cannot be read", self.verify(b"rubbish"))
        self.verify(self.signed[: len(self.signed) // 2])
        self.verify(b"")

    def test_nothing_may_be_appended(self):
        """Bytes after the end of the signed file are found."""
        self.verify(self.signed + b"\n% harmless?\n")
