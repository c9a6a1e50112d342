# SPDX-License-Identifier: AGPL-3.0-only
import io
import json
import os
import re
from unittest.mock import patch

import pikepdf

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement
from odoo.addons.report_weasyprint.tools.pdfa import check
from odoo.addons.report_weasyprint.tools.qr import qr_matrix, qr_svg

from .common import CertificateCommon

# Annex A of the specification, from top to bottom.
COVER = (
    "检定证书",
    "证书编号",
    "送检单位",
    "计量器具名称",
    "型号/规格",
    "出厂编号",
    "制造单位",
    "检定依据",
    "检定结论",
    "批准人",
    "核验员",
    "检定员",
    "检定日期",
    "有效日期",
)
SECOND_PAGE = (
    "证书编号",
    "检定机构授权说明",
    "计量检定机构授权证书号",
    "本证书出具的数据通过国家计量检定系统，可溯源至国家计量基准。",
    "检定环境条件",
    "温度",
    "相对湿度",
    "大气压",
    "检定使用的计量标准装置",
    "计量标准证书号",
    "检定使用的主要计量标准器",
    "检定结果",
)


@tagged("post_install", "-at_install")
class TestDocument(CertificateCommon):
    """The file that is issued."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("run_nothing")
        cls.certificate = case._to("to_print")
        cls.pdf = cls.certificate.sudo()._get_issued_pdf()
        cls.pages = case._pages(cls.pdf)

    def run_nothing(self):
        """Let setUpClass use the methods of a test."""

    @requirement("S3-A-1")
    def test_cover_in_the_order_of_annex_a(self):
        """All labels of annex A in their order, an empty value prints '/', a mandatory
        one is refused."""
        page, place = self.pages[0], 0
        for label in COVER:
            place = page.index(label, place)
        self.assertRegex(page, r"制造单位(Manufacturer)?/")
        draft = self._draft("G-5")
        draft.instrument_name = False
        with self.assertRaisesRegex(UserError, "Instrument Name is empty"):
            self._act(draft, "action_submit", self.anna)

    def test_second_page_in_the_order_of_annex_a(self):
        """Page 2 has authorisation, traceability, environment, standards, results."""
        page, place = self.pages[1], 0
        for label in SECOND_PAGE:
            place = page.index(label, place)
        text = "".join(self.pages[1:])
        for label in ("序号", "检定项目", "技术要求", "实测值", "检定结论"):
            self.assertIn(label, text)

    def test_dates_are_printed_in_chinese(self):
        """Dates print as year, month and day."""
        until = self.certificate.valid_until
        self.assertIn(f"{until:%Y年%m月%d日}", self.pages[0])

    @requirement("S3-A-2")
    def test_three_signers(self):
        """Three distinct persons are printed; without one of them nothing is issued."""
        for name in ("Anna", "Carl", "Erna"):
            self.assertIn(name, self.pages[0])
        other = self._to("approving", "G-6")
        checker = other.signature_ids.filtered(lambda one: one.role == "checker")
        checker.sudo()._withdraw("test")
        with self.assertRaisesRegex(UserError, "'Checker' is missing"):
            self._act(other, "action_approve", self.erna)

    def test_number_and_page_on_every_page(self):
        """Number, page x of y on each page; the end is marked."""
        for number, page in enumerate(self.pages, 1):
            self.assertIn(self.certificate.name, page)
            self.assertIn(f"第{number}页共{len(self.pages)}页", page)
        self.assertIn("Endofcertificate", self.pages[-1])

    def test_archive_standard(self):
        """The file is PDF/A-3, with its fonts."""
        self.assertEqual(check(self.pdf), [])
        with pikepdf.open(io.BytesIO(self.pdf)) as document:
            fonts = [
                item
                for item in document.objects
                if isinstance(item, pikepdf.Dictionary)
                and item.get("/Type") == "/FontDescriptor"
            ]
            self.assertTrue(fonts)
            for font in fonts:
                self.assertTrue(
                    any(
                        name in font
                        for name in ("/FontFile", "/FontFile2", "/FontFile3")
                    )
                )

    @requirement("S2-6.3a-1")
    def test_fixed_layout_and_one_certificate(self):
        """No script, action, media or form to fill; two are not joined in one file."""
        with pikepdf.open(io.BytesIO(self.pdf)) as document:
            for item in document.objects:
                if isinstance(item, pikepdf.Dictionary):
                    self.assertNotIn("/JavaScript", item)
                    self.assertNotIn("/AA", item)
                    self.assertNotEqual(item.get("/Subtype"), "/RichMedia")
            for field in document.Root.AcroForm.Fields:
                self.assertEqual(field.FT, "/Sig")
        numbers = set(re.findall(r"JD\d{4}-\d{6}", "".join(self.pages)))
        self.assertEqual(numbers, {self.certificate.name})
        other = self._to("to_print", "G-7")
        with self.assertRaisesRegex(UserError, "file of its own"):
            self.env["ir.actions.report"].with_context(
                force_report_rendering=True
            )._render_qweb_pdf(
                "metrology_certificate.report_certificate",
                (self.certificate | other).ids,
            )

    @requirement("S2-6.3a-2")
    def test_signature_breaks_with_one_byte(self):
        """The signature is valid, with one byte changed it is not; without a key
        nothing is approved."""
        pades = self.env["report.pades"]
        self.assertTrue(pades._verify_pdf(self.pdf)["valid"])
        broken = bytearray(self.pdf)
        broken[len(broken) // 2] ^= 1
        self.assertFalse(pades._verify_pdf(bytes(broken))["valid"])
        other = self._to("approving", "G-8")
        with (
            patch.dict(os.environ, {"PADES_KEY_FILE": ""}),
            self.assertRaisesRegex(UserError, "pades_key_file"),
            self.env.cr.savepoint(),
        ):
            self._act(other, "action_approve", self.erna)
        other.invalidate_recordset()
        self.assertEqual(other.state, "approving")
        self.assertFalse(other.pdf_sha256)

    @requirement("S3-5.4.6-2")
    def test_qr_code_leads_to_the_public_page(self):
        """The QR code on the cover is that of the public address; before approval there
        is none."""
        url = self.certificate._get_public_url()
        self.assertTrue(url.endswith(f"/c/{self.certificate.sudo().token}"))
        drawn = []
        report = self.env["ir.actions.report"]
        self.patch(
            type(report),
            "_render_template",
            self._spying_on_qr(type(report)._render_template, drawn),
        )
        self.certificate.sudo()._render()
        self.assertEqual(drawn, [url])
        self.assertEqual(self._read_matrix(qr_svg(url)), qr_matrix(url))
        draft = self._draft("G-9")
        with self.assertRaisesRegex(UserError, "no QR code"):
            draft._get_public_url()

    @staticmethod
    def _spying_on_qr(original, drawn):
        def render(self, template, values=None):
            def spy(url, **options):
                drawn.append(url)
                return qr_svg(url, **options)

            return original(self, template, {**(values or {}), "qr_svg": spy})

        return render

    @staticmethod
    def _read_matrix(svg):
        """Return the modules that the outline in ``svg`` fills (even-odd)."""
        size = int(re.search(r'viewBox="0 0 (\d+)', str(svg)).group(1))
        edges, x, y = [], 0, 0
        for letter, numbers in re.findall(
            r"([MHVZ])([\d ]*)", re.search(r' d="([^"]+)"', str(svg)).group(1)
        ):
            values = [int(number) for number in numbers.split()]
            if letter == "M":
                x, y = first = values
            elif letter == "H":
                x = values[0]
            else:
                end = values[0] if letter == "V" else first[1]
                edges.append((x, min(y, end), max(y, end)))
                y = end
                x = x if letter == "V" else first[0]
        return [
            [
                sum(x <= column for x, low, high in edges if low <= row < high) % 2 == 1
                for column in range(size)
            ]
            for row in range(size)
        ]

    @requirement("S2-6.3b-2")
    def test_straddling_seal(self):
        """Each page of a certificate of several pages carries its part of the seal."""
        self.assertGreater(len(self.pages), 1)
        sealed = self._count_drawings(self.pdf)
        bare = self._count_drawings(self.certificate.sudo()._render())
        self.assertEqual(len(sealed), len(bare))
        for with_seal, without in zip(sealed, bare, strict=True):
            self.assertGreater(with_seal, without)
        called = []
        pades = self.env["report.pades"]

        def refuse(self, *args, **kwargs):
            called.append(1)
            raise RuntimeError("no straddling seal")

        other = self._to("approving", "G-10")
        self.patch(type(pades), "_add_straddle_seal", refuse)
        with (
            self.assertRaisesRegex(RuntimeError, "straddling"),
            self.env.cr.savepoint(),
        ):
            self._act(other, "action_approve", self.erna)
        self.assertTrue(called)
        self.assertEqual(other.state, "approving")

    @staticmethod
    def _count_drawings(pdf):
        """Return for each page how often it draws an object such as a seal."""
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return [
                sum(
                    str(operation.operator) == "Do"
                    for operation in pikepdf.parse_content_stream(page)
                )
                for page in document.pages
            ]

    def test_attached_data(self):
        """The content is attached as JSON, the same that was signed."""
        with pikepdf.open(io.BytesIO(self.pdf)) as document:
            data = document.attachments["certificate.json"].get_file().read_bytes()
        self.assertEqual(json.loads(data), self.certificate.content)

    def test_calibration_has_no_conclusion(self):
        """A calibration certificate has neither conclusion nor valid-until, and they
        cannot be put there."""
        content = {**self.certificate.content, "kind": "calibration"}
        calibration = self._draft("G-11")
        calibration.sudo()._step("test").write({"content": content})
        page = self._pages(calibration.sudo()._get_reading_copy())[0]
        self.assertNotIn("检定结论", page)
        self.assertNotIn("有效日期", page)
        self.assertIn("校准员", page)
        with self.assertRaises(UserError):
            calibration.with_user(self.anna).write({"valid_until": "2030-01-01"})

    def test_layout_is_whole(self):
        """Number and page n of m on each page, an end mark on the last; a layout that
        does not say where to verify, or whose report is another, cannot be used."""
        for number, page in enumerate(self.pages, 1):
            self.assertIn(self.certificate.name, page)
            self.assertIn(f"Page{number}of{len(self.pages)}", page)
        self.assertIn("以下空白", self.pages[-1])
        layout = self.env.ref("metrology_certificate.layout_testing")
        with self.assertRaisesRegex(UserError, "does not print certificates"):
            layout.report_id = self.env.ref("web.action_report_internalpreview")

    def test_tampered_file_is_not_handed_out(self):
        """Stored bytes that are not the issued ones are refused."""
        attachment = self.certificate.sudo().pdf_id
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = NULL, db_datas = %s WHERE id = %s",
            [b"%PDF-1.7 forged", attachment.id],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "not the one that was issued"):
            self.certificate.sudo()._get_issued_pdf()

    def test_issued_file_cannot_be_changed(self):
        """Neither bytes nor place nor name of an issued file change, whoever asks."""
        attachment = self.certificate.sudo().pdf_id
        for vals in (
            {"raw": b"x"},
            {"datas": "eA=="},
            {"res_id": 0},
            {"type": "url", "url": "/x"},
            {"public": True},
            {"access_token": "abc"},
        ):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                attachment.write(vals)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            attachment.unlink()
        attachment.write({"raw": attachment.raw})
        self.assertEqual(self.certificate.sudo()._get_issued_pdf(), self.pdf)

    @requirement("S0-6.4.4.1")
    def test_issued_content_is_immutable(self):
        """Nobody writes on an issued certificate, the superuser and SQL included."""
        for user in (self.anna, self.erna, self.env.ref("base.user_admin")):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.certificate.with_user(user).write({"serial_number": "X"})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.certificate.sudo().write({"content_digest": "x"})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.certificate.sudo().unlink()
        change = self.env["metrology.certificate.change"]
        self.assertEqual(
            set(change._fields["correction"].get_values(self.env)),
            {"supplement", "replacement"},
        )
