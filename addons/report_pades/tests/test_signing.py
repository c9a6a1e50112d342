# SPDX-License-Identifier: AGPL-3.0-only
import base64
import io
import os
import time
from datetime import datetime, timedelta
from unittest.mock import patch

import pikepdf
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.report_weasyprint.tools.pdfa import check

from .common import DemoKeyMixin
from .documents import archive_document


@tagged("post_install", "-at_install")
class TestSigning(DemoKeyMixin, TransactionCase):
    """Signatures hold, are ours, and leave the archive standard alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pades = cls.env["report.pades"]
        cls.document = archive_document()
        cls.seal = cls.pades._seal_svg("演示计量检定中心", "检定专用章")

    def sign(self, pdf=None, **options):
        options.setdefault("reason", "批准")
        return self.pades._sign_pdf(pdf or self.document, **options)

    def test_signature_is_valid_and_says_who_when_why(self):
        """A signed document is valid and names signer, reason, place and time."""
        result = self.pades._verify_pdf(self.sign(location="昆明"))
        self.assertEqual(result["findings"], [])
        self.assertTrue(result["valid"])
        signer = result["signers"][0]
        self.assertEqual(signer["signer"], "演示计量检定中心")
        self.assertEqual((signer["reason"], signer["location"]), ("批准", "昆明"))
        self.assertTrue(signer["trusted"] and signer["covers_all"])
        age = fields.Datetime.now() - signer["signed_on"]
        self.assertLess(abs(age), timedelta(minutes=5))

    def test_signature_is_pades(self):
        """The signature is of the PAdES kind (ETSI.CAdES.detached), not adbe."""
        with pikepdf.open(io.BytesIO(self.sign())) as document:
            value = document.Root.AcroForm.Fields[0].V
            self.assertEqual(value.SubFilter, "/ETSI.CAdES.detached")

    def test_archive_standard_and_files_survive(self):
        """After straddling seal, two signatures and a visible seal the file is still
        PDF/A-3b and carries its data."""
        self.assertEqual(check(self.document), [])
        pdf = self.pades._add_straddle_seal(self.document, self.seal)
        pdf = self.sign(pdf, seal=self.seal)
        pdf = self.sign(pdf, field_name="Signature2")
        self.assertEqual(check(pdf), [])
        with pikepdf.open(io.BytesIO(pdf)) as document:
            content = document.attachments["dcc.xml"].get_file().read_bytes()
        self.assertEqual(content, b"<dcc>true</dcc>")

    def test_second_signature_keeps_the_first(self):
        """An approver's signature on top leaves the first one valid."""
        result = self.pades._verify_pdf(
            self.sign(self.sign(), field_name="Signature2", reason="复核")
        )
        self.assertTrue(result["valid"], result["findings"])
        self.assertEqual(
            [(s["field"], s["valid"]) for s in result["signers"]],
            [("Signature1", True), ("Signature2", True)],
        )
        self.assertEqual(result["signers"][0]["modification"], "FORM_FILLING")

    def test_same_field_twice_is_refused(self):
        """One field takes one signature; the error names the field."""
        with self.assertRaisesRegex(UserError, "Signature1"):
            self.sign(self.sign())

    def test_no_pdf_is_refused(self):
        """Bytes that are no PDF are refused with a sentence."""
        with self.assertRaises(UserError):
            self.sign(b"<html>not a PDF</html>")

    def test_seal_is_the_appearance_on_its_anchor(self):
        """The seal is drawn as vectors, centred on the element 'pades-seal'."""
        pdf = self.sign(archive_document(pages=3, anchor=True), seal=self.seal)
        with pikepdf.open(io.BytesIO(pdf)) as document:
            # The element stands on every page but the last; the first one counts.
            widget = document.pages[0].Annots[0]
            self.assertEqual(widget.Subtype, "/Widget")
            x1, y1, x2, y2 = (float(value) for value in widget.Rect)
            height = float(document.pages[0].mediabox[3])
            mm = 72 / 25.4
            self.assertAlmostEqual(x2 - x1, 42 * mm, delta=1)
            # The page's margin of 75 px, then the middle of the element.
            self.assertAlmostEqual((x1 + x2) / 2, 56.25 + 120 * mm, delta=1)
            self.assertAlmostEqual((y1 + y2) / 2, height - 56.25 - 70 * mm, delta=1)
            self.assertIn("/XObject", widget.AP.N.Resources)

    def test_without_anchor_the_seal_is_on_the_last_page(self):
        """Without a place for it, the seal stands at the end of the document."""
        with pikepdf.open(io.BytesIO(self.sign(seal=self.seal))) as document:
            self.assertNotIn("/Annots", document.pages[0])
            self.assertEqual(len(document.pages[-1].Annots), 1)

    def test_box_is_obeyed(self):
        """A caller who knows the place of the seal gets it there."""
        pdf = self.sign(seal=self.seal, seal_box=(1, 100, 200, 180, 280))
        with pikepdf.open(io.BytesIO(pdf)) as document:
            rect = [float(value) for value in document.pages[1].Annots[0].Rect]
        self.assertEqual(rect, [100, 200, 180, 280])

    def test_time_stamp(self):
        """With a time stamping authority the signature carries a trusted time (B-T)."""
        signer = self.pades._get_provider()._get_signer()
        stamper = DummyTimeStamper(
            signer.signing_cert,
            signer.signing_key,
            fixed_dt=datetime.now().astimezone() - timedelta(days=1),
        )
        with patch.object(type(self.pades), "_get_timestamper", lambda self: stamper):
            pdf = self.sign()
        signer = self.pades._verify_pdf(pdf)["signers"][0]
        self.assertTrue(signer["timestamped"])
        self.assertLess(
            signer["signed_on"], fields.Datetime.now() - timedelta(hours=23)
        )

    def test_signing_is_fast(self):
        """With the key opened once, a signature takes a fraction of opening it."""
        self.sign()
        start = time.perf_counter()
        for _number in range(5):
            self.sign()
        self.assertLess((time.perf_counter() - start) / 5, 0.15)

    def test_missing_key_is_told(self):
        """Without a key nothing is signed, and the error names the option."""
        with patch.dict(os.environ, {"PADES_KEY_FILE": ""}):
            self.assertFalse(self.pades._is_configured())
            with self.assertRaisesRegex(UserError, "pades_key_file"):
                self.sign()

    def test_lost_key_and_wrong_passphrase_are_told(self):
        """A path that leads nowhere and a wrong passphrase are refused, and the error
        does not tell the path to everybody."""
        with patch.dict(os.environ, {"PADES_KEY_FILE": "/nowhere/key.p12"}):
            with self.assertRaises(UserError) as caught:
                self.sign()
            self.assertNotIn("/nowhere", str(caught.exception))
        certificate = f"{self.key_directory}/institution.pem"
        with patch.dict(os.environ, {"PADES_PASSPHRASE_FILE": certificate}):
            with self.assertRaisesRegex(UserError, "passphrase"):
                self.sign()

    def test_unknown_provider_is_told(self):
        """A provider whose addon is not installed is named."""
        with patch.dict(os.environ, {"PADES_PROVIDER": "seal_service"}):
            with self.assertRaisesRegex(UserError, "seal_service"):
                self.sign()

    def test_only_employees_verify_uploads(self):
        """The public method answers employees; a portal user is refused."""
        data = base64.b64encode(self.sign()).decode()
        employee = new_test_user(self.env, "pades_employee", "base.group_user")
        result = self.pades.with_user(employee).verify_pdf(data)
        self.assertTrue(result["valid"])
        self.assertEqual(len(result["sha256"]), 64)
        portal = new_test_user(self.env, "pades_portal", "base.group_portal")
        with self.assertRaises(AccessError):
            self.pades.with_user(portal).verify_pdf(data)
        with self.assertRaises(UserError):
            self.pades.with_user(employee).verify_pdf("no base64 at all!")

    def test_check_window(self):
        """An employee uploads a document and reads the result in a window."""
        employee = new_test_user(self.env, "pades_desk", "base.group_user")
        wizard = self.env["report.pades.check"].with_user(employee).create({})
        with self.assertRaises(UserError):
            wizard.action_check()
        wizard.file = base64.b64encode(self.sign())
        wizard.action_check()
        self.assertEqual(wizard.state, "valid")
        self.assertEqual(wizard.line_ids.signer, "演示计量检定中心")
        wizard.file = base64.b64encode(self.document)
        wizard.action_check()
        self.assertEqual(wizard.state, "invalid")
        self.assertFalse(wizard.line_ids)
