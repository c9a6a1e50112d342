# SPDX-License-Identifier: AGPL-3.0-only
import io
from unittest.mock import patch

import pikepdf
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement
from odoo.addons.report_pades.tools import seal as seal_tools

from .common import CertificateCommon

#: A weight of 10 kg (EA-4/02, S2).
WEIGHT = {
    "fields": {"nominal": "10000"},
    "budgets": {
        "budget": {
            "mS": {"x": "10000.005", "U": "0.045", "k": "2"},
            "dD": {"x": "0.0", "a": "0.015"},
            "dm": {"x": "0.02", "sp": "0.025", "n": "3"},
            "dC": {"x": "0.0", "a": "0.01"},
            "dB": {"x": "0.0", "a": "0.01"},
        }
    },
}


@tagged("post_install", "-at_install")
class TestCertificateRules(CertificateCommon):
    """What service, seal and checking demand, from the line to the issued file."""

    def _refused(self, text, method, *arguments):
        with self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
            method(*arguments)

    @requirement("S0-3.3")
    def test_service_kind_decides_the_document(self):
        """A line without service is not saved; from a calibration line comes only a
        calibration certificate, with its number, seal and without validity."""
        lines = self.env["metrology.order.line"].with_user(self.boris)
        order = self.env["metrology.order"].with_user(self.boris)
        order = order.create({"partner_id": self.customer.id})
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            lines.create(
                {
                    "order_id": order.id,
                    "instrument_id": self.record.instrument_id.id,
                    "service_kind": False,
                }
            )
        record = self._new_calibration("weight_10kg", "EA-4/02 S2", WEIGHT, "W-1")
        self._authorize_signing(record.capability_id)
        self._checked(record, WEIGHT)
        line = record.job_id.order_line_id
        self.assertEqual(line.service_kind, "calibration")
        model = self.env["metrology.certificate"]
        vals = record.with_user(self.anna)._prepare_certificate_vals()
        layout = model.env["metrology.certificate.layout"]._find(
            "verification", self.company
        )
        for kind in ("verification", "rejection"):
            with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
                model.sudo()._step("test").create(
                    {**vals, "kind": kind, "layout_id": layout.id}
                )
            self.assertIn(record.job_id.display_name, str(caught.exception))
        self._refused(
            "made from its technical record", model.with_user(self.anna).create, vals
        )
        certificate = record.with_user(self.anna)._make_certificate()
        self.assertEqual(certificate.kind, "calibration")
        self._refused("", certificate.write, {"kind": "verification"})
        self._refused("", certificate.write, {"valid_until": "2030-01-01"})
        self._act(certificate, "action_submit", self.anna)
        self._act(certificate, "action_check", self.carl)
        self._act(certificate, "action_approve", self.erna)
        self.assertEqual(certificate.name[:2], "JZ")
        self.assertEqual(certificate.seal_id.kind, "calibration")
        self.assertFalse(certificate.valid_until)
        page = self._pages(certificate.sudo()._get_issued_pdf())[0]
        self.assertIn("校准证书", page)
        self.assertNotIn("检定证书", page)
        self.assertNotIn("有效日期", page)

    def _of_four_pages(self):
        """Return a certificate to be approved that has four pages."""
        certificate = self._draft("P-4")
        for lines in range(10, 200, 10):
            certificate.note = "\n".join(f"说明 {index}" for index in range(lines))
            copy = certificate.sudo()._get_reading_copy()
            if len(self._pages(copy)) == 4:
                break
        self._act(certificate, "action_submit", self.anna)
        self._act(certificate, "action_check", self.carl)
        return certificate

    @requirement("S2-6.3b-2")
    def test_quarters_of_the_seal(self):
        """Each of four pages shows its quarter of the seal at its edge; a certificate
        of several pages is not approved without the straddling seal."""
        certificate = self._of_four_pages()
        pades = type(self.env["report.pades"])
        with patch.object(
            pades, "_add_straddle_seal", lambda self, pdf, seal, y=None: pdf
        ):
            self._refused(
                "without the straddling seal on page 1, 2, 3, 4",
                self._act,
                certificate,
                "action_approve",
                self.erna,
            )
        self.assertEqual(certificate.state, "approving")
        self.assertFalse(certificate.pdf_sha256)
        self.seals[0].sudo()._guard_open().state = "destroyed"
        self._refused(
            "no seal in use", self._act, certificate, "action_approve", self.erna
        )
        self.seals[0].sudo()._guard_open().state = "active"
        self._act(certificate, "action_approve", self.erna)
        pdf = certificate.sudo()._get_issued_pdf()
        self.assertFalse(seal_tools.pages_without_straddle(pdf))
        diameter = seal_tools.DIAMETER_MM * seal_tools.MM
        with pikepdf.open(io.BytesIO(pdf)) as document:
            self.assertEqual(len(document.pages), 4)
            for position, page in enumerate(document.pages):
                right = float(page.cropbox[2])
                clip, shift = self._slice(page)
                self.assertAlmostEqual(clip[2], diameter / 4, 1)
                self.assertAlmostEqual(clip[0] + clip[2], right, 1)
                # The seal lies so that its quarter number `position` meets the edge.
                self.assertAlmostEqual(
                    shift[4], right - diameter / 4 * (position + 1), 1
                )

    @staticmethod
    def _slice(page):
        """Return (clip rectangle, matrix) with which a page draws its slice."""
        clip = shift = None
        for operation in pikepdf.parse_content_stream(page):
            operator = str(operation.operator)
            if operator == "re":
                clip = [float(value) for value in operation.operands]
            elif operator == "cm":
                shift = [float(value) for value in operation.operands]
            elif operator == "Do" and "StraddleSeal" in str(operation.operands[0]):
                return clip, shift
        raise AssertionError("no slice")

    @requirement("S3-5.8.5")
    def test_checking(self):
        """The checker signs and it goes to approval, or returns it with a reason: then
        the signatures hold no more and stay in the history; neither the verifier nor
        the editor checks."""
        self.otto.group_ids += self.env.ref("metrology.group_checker")
        certificate = self._draft(user=self.otto)
        self._act(certificate, "action_submit", self.otto)
        self._act(certificate, "action_confirm", self.anna)
        self.assertEqual(certificate.state, "checking")
        for user in (self.anna, self.otto):
            self._refused(
                "already signed", self._act, certificate, "action_check", user
            )
        for reason in ("", "  "):
            self._refused(
                "Say why", self._act, certificate, "action_return", self.carl, reason
            )
        self.assertEqual(certificate.state, "checking")
        signed = certificate.signature_ids
        self.assertEqual(set(signed.mapped("state")), {"valid"})
        self._act(certificate, "action_return", self.carl, "serial number")
        self.assertEqual(certificate.state, "editing")
        self.assertEqual(certificate.return_reason, "serial number")
        self.assertEqual(set(signed.mapped("state")), {"withdrawn"})
        self.assertEqual(set(signed.mapped("withdrawn_reason")), {"serial number"})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            signed[0].with_user(self.anna).unlink()
        self._act(certificate, "action_submit", self.anna)
        self._act(certificate, "action_check", self.carl)
        self.assertEqual(certificate.state, "approving")
        valid = certificate.signature_ids.filtered(lambda one: one.state == "valid")
        self.assertEqual(valid.mapped("role"), ["tester", "checker"])
        self.assertEqual(valid[-1].employee_id, self.carl_employee)
        self.assertLess(len(valid), len(certificate.signature_ids))

    @requirement("S1-7.6.2-a")
    def test_calibration_report(self):
        """A calibration may be titled report: number and controls are those of a
        calibration, and from a verification it is refused."""
        layouts = self.env["metrology.certificate.layout"].with_user(self.thea)
        usual = self.env.ref("metrology_certificate.layout_calibration")
        report = usual.with_user(self.thea).copy(
            {"name": "Report", "title": "校准报告", "sequence": 1}
        )
        self.assertEqual(layouts._find("calibration", self.company), report)
        record = self._new_calibration("weight_10kg", "EA-4/02 S2", WEIGHT, "W-1")
        self._authorize_signing(record.capability_id)
        self._checked(record, WEIGHT)
        certificate = record.with_user(self.anna)._make_certificate()
        self.assertEqual(certificate.layout_id.id, report.id)
        self._refused("", certificate.write, {"valid_until": "2030-01-01"})
        self._act(certificate, "action_submit", self.anna)
        self._refused(
            "already signed", self._act, certificate, "action_check", self.anna
        )
        self._act(certificate, "action_check", self.carl)
        self._act(certificate, "action_approve", self.erna)
        self.assertEqual(certificate.name[:2], "JZ")
        self.assertEqual(certificate.seal_id.kind, "calibration")
        page = self._pages(certificate.sudo()._get_issued_pdf())[0]
        self.assertIn("校准报告", page)
        verification = self._draft("V-1").with_user(self.anna)
        with self.assertRaisesRegex(ValidationError, "not for this kind"):
            verification.layout_id = report.id

    @requirement("S0-6.4.5-1")
    def test_seal_is_applied_by_approval_only(self):
        """Nobody but the approval puts a seal on a document: by hand it is refused to
        who is not its custodian; each use keeps seal, document, person and time."""
        certificate = self._to("approving")
        seal = self.seals[0]
        uses = self.env["metrology.seal.use"]
        vals = {
            "seal_id": seal.id,
            "certificate_id": certificate.id,
            "user_id": self.carl.id,
        }
        for user in (self.carl, self.boris, self.thea):
            self.assertNotEqual(seal.custodian_id, user)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                uses.with_user(user).create(vals)
            with self.assertRaises(UserError), self.env.cr.savepoint():
                seal.with_user(user).action_destroy()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            certificate.with_user(self.anna).write({"seal_id": seal.id})
        self._act(certificate, "action_approve", self.erna)
        use = seal.use_ids
        self.assertEqual(
            (use.seal_id, use.certificate_id, use.user_id),
            (seal, certificate, self.erna),
        )
        self.assertTrue(use.used_on)
        for method, arguments in (
            ("write", [{"user_id": self.carl.id}]),
            ("unlink", []),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                getattr(use.sudo(), method)(*arguments)
