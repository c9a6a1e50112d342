# SPDX-License-Identifier: AGPL-3.0-only
from datetime import date, timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.metrology.tools.requirement import requirement

from .common import CertificateCommon


@tagged("post_install", "-at_install")
class TestContent(CertificateCommon):
    """What a certificate says, and what keeps it from being submitted or issued."""

    def _codes(self, certificate, method="_get_submit_blockers"):
        certificate.invalidate_recordset()
        return [code for code, _text in getattr(certificate, method)()]

    def _refused_submission(self, certificate, text):
        with self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
            self._act(certificate, "action_submit", self.anna)

    def test_kind_by_verdict(self):
        """What fails gets a notice of rejection; a verification certificate of it, or
        words that say otherwise, are refused."""
        passed = self._draft()
        self.assertEqual(
            (passed.kind, passed.conclusion_text), ("verification", "合格")
        )
        failed = self._draft("F-1", self._failing())
        self.assertEqual((failed.kind, failed.conclusion_text), ("rejection", "不合格"))
        self.assertFalse(failed.valid_until)
        failed.conclusion_text = "合格"
        self._refused_submission(failed, "contradicts")
        failed.sudo()._step("test").write(
            {
                "name": "X-1",
                "kind": "verification",
                "layout_id": passed.layout_id.id,
            }
        )
        self._refused_submission(failed, "verdict of the record has changed")

    @requirement("S3-A-3")
    def test_valid_until(self):
        """2026-03-01 with 12 months is valid until 2027-02-28; not later than the day
        of test is refused; a rejection carries none."""
        certificate = self._draft().sudo()
        certificate._step("test").write(
            {"test_date": date(2026, 3, 1), "interval_months": 12}
        )
        self.assertEqual(certificate.valid_until, date(2027, 2, 28))
        with self.assertRaises(ValidationError):
            certificate._step("test").write({"interval_months": -1})
            certificate.flush_recordset()
        failed = self._draft("F-1", self._failing())
        self.assertFalse(failed.valid_until)

    @requirement("S3-7.1.1-1")
    def test_cover_is_that_of_the_order(self):
        """Another serial number on the cover than on the order is refused, with both."""
        certificate = self._draft()
        certificate.serial_number = "G-9"
        self._refused_submission(certificate, "'G-9', on the order 'G-1'")
        certificate.serial_number = "G-1"
        self._act(certificate, "action_submit", self.anna)

    @requirement("S3-7.1.1-2")
    def test_standard_expired_on_the_day(self):
        """A standard that had expired is refused; what a renewal changes later does not
        reach the certificate."""
        certificate = self._draft()
        snapshot = certificate.record_id.standard_snapshot
        row = snapshot["equipment"][0]
        old = {
            **snapshot,
            "equipment": [{**row, "valid_until": str(self.today - timedelta(days=1))}],
        }
        record = certificate.record_id.sudo()._guard_open()._sealed_unlock("test")
        record.write({"standard_snapshot": old})
        self._refused_submission(certificate, "was valid until")
        record.write({"standard_snapshot": snapshot})
        self._act(certificate, "action_submit", self.anna)
        self._new_certificate(self.gauge_tester, months_ago=0, number="NEW-1")
        self.assertEqual(certificate.content["equipment"], snapshot["equipment"])
        self.assertNotIn("NEW-1", str(certificate.content))

    @requirement("S3-A-6")
    def test_expired_standard_device(self):
        """A measurement standard whose certificate ended before the test is refused."""
        certificate = self._draft()
        snapshot = certificate.record_id.standard_snapshot
        self.assertTrue(snapshot["standards"])
        row = {**snapshot["standards"][0], "valid_until": "2020-01-01"}
        certificate.record_id.sudo()._guard_open()._sealed_unlock("test").write(
            {"standard_snapshot": {**snapshot, "standards": [row]}}
        )
        self._refused_submission(certificate, "was valid until 2020-01-01")

    @requirement("S3-A-7")
    def test_no_reference_equipment(self):
        """Without main reference equipment nothing is submitted."""
        certificate = self._draft()
        certificate.record_id.sudo()._guard_open()._sealed_unlock("test").write(
            {"standard_snapshot": {"standards": [], "equipment": []}}
        )
        self._refused_submission(certificate, "No reference equipment")

    @requirement("S3-A-5")
    def test_prescribed_environment(self):
        """A condition that is prescribed and missing is refused; one that is not
        prescribed prints '/'."""
        certificate = self._draft()
        self.assertNotIn("environment_pressure", self._codes(certificate))
        self._act(certificate, "action_submit", self.anna)
        page = self._pages(certificate.sudo()._get_reading_copy())[1]
        self.assertIn("大气压：/kPa", page)
        self.assertIn("温度：20.1℃", page)
        self._act(certificate, "action_return", self.carl, "humidity")
        certificate.record_id.sudo()._guard_open()._sealed_unlock("test").write(
            {"humidity": False}
        )
        self._refused_submission(certificate, "Relative Humidity")

    @requirement("S3-A-4")
    def test_authorization_in_force(self):
        """No authorisation in force on the day of test, no approval; the sentence of
        traceability stands on page 2."""
        certificate = self._to("approving")
        self.company.metrology_authorization_to = self.today - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "not in force"), self.env.cr.savepoint():
            self._act(certificate, "action_approve", self.erna)
        self.company.write(
            {
                "metrology_authorization_to": False,
                "metrology_authorization_number": False,
            }
        )
        with (
            self.assertRaisesRegex(UserError, "authorisation number"),
            self.env.cr.savepoint(),
        ):
            self._act(certificate, "action_approve", self.erna)
        self.company.metrology_authorization_number = "(2024) 0001"
        self._act(certificate, "action_approve", self.erna)
        page = self._pages(certificate.sudo()._get_issued_pdf())[1]
        self.assertIn("可溯源至国家计量基准", page)
        self.assertIn("(2024)0001", page)
        self.assertIn(certificate.name, page)

    @requirement("S3-A-8")
    def test_result_rows_are_whole(self):
        """A row without requirement or conclusion is refused, and one that did not pass
        makes no verification certificate."""
        certificate = self._draft()
        result = certificate.record_id.result
        record = certificate.record_id.sudo()._guard_open()._sealed_unlock("test")
        for change, text in (
            ({"requirement": ""}, "technical requirement is missing"),
            ({"verdict": ""}, "verdict is missing"),
            ({"verdict": "fail"}, "did not pass"),
        ):
            checks = [{**result["checks"][0], **change}, *result["checks"][1:]]
            record.write({"result": {**result, "checks": checks}})
            self._refused_submission(certificate, text)
        record.write({"result": result})
        self._act(certificate, "action_submit", self.anna)

    @requirement("S3-5.1-3")
    def test_content_is_that_of_the_record(self):
        """The certificate holds the values of the record, by the same digest; what
        cannot be taken over is named."""
        certificate = self._draft()
        certificate.partner_name = False
        self._refused_submission(certificate, "Customer on the Cover is empty")
        certificate.partner_name = "Steel Works"
        self._act(certificate, "action_submit", self.anna)
        record = certificate.record_id
        self.assertEqual(certificate.content["results"], record._certificate_blocks())
        self.assertEqual(certificate.content["record_digest"], record._get_digest())

    def test_record_changed_after_submission(self):
        """A record that changed meanwhile stops the check."""
        certificate = self._to("checking")
        record = certificate.record_id.sudo()._guard_open()._sealed_unlock("test")
        record.write({"data": {**record.data, "extra": {}}})
        with self.assertRaisesRegex(UserError, "has changed since"):
            self._act(certificate, "action_check", self.carl)

    def test_tester_did_the_work(self):
        """Nobody is named as tester who did not execute the job."""
        certificate = self._draft().with_user(self.anna)
        domain = safe_eval(
            certificate._fields["tester_id"].domain,
            {"executor_ids": certificate.executor_ids.ids},
        )
        offered = self.env["hr.employee"].with_user(self.anna).name_search("", domain)
        self.assertEqual(
            {id_ for id_, _name in offered},
            set((self.anna_employee | self.ben_employee).ids),
        )
        certificate.tester_id = self.dora_employee
        self._refused_submission(certificate, "has not done the work")

    def test_layout_of_another_kind(self):
        """A verification certificate is not printed as a calibration certificate."""
        certificate = self._draft()
        with self.assertRaisesRegex(ValidationError, "not for this kind"):
            certificate.layout_id = self.env.ref(
                "metrology_certificate.layout_calibration"
            )

    @requirement("S1-7.6.3")
    def test_kind_without_layout(self):
        """Without a layout for the kind nothing is made, and the remedy is named."""
        layouts = self.env["metrology.certificate.layout"].search(
            [("kind", "=", "verification")]
        )
        layouts.active = False
        with self.assertRaisesRegex(UserError, "Certificate Layouts"):
            self._draft()

    @requirement("S3-5.8.15")
    def test_used_layout_is_frozen(self):
        """A layout that was signed with is neither deleted nor changed, but archived;
        the certificate prints with its own."""
        certificate = self._to("checking")
        layout = certificate.layout_id.with_user(self.thea)
        with self.assertRaisesRegex(ValidationError, "Archive"):
            layout.unlink()
        with self.assertRaisesRegex(ValidationError, "Archive"):
            layout.title = "校准证书"
        new = layout.copy({"name": "Second version", "title": "检定证书（新版）"})
        layout.active = False
        self._act(certificate, "action_check", self.carl)
        self._act(certificate, "action_approve", self.erna)
        page = self._pages(certificate.sudo()._get_issued_pdf())[0]
        self.assertNotIn("新版", page)
        self.assertEqual(self._draft("L-1").layout_id, new)

    @requirement("S2-6.3c-2")
    def test_sentence_on_each_page(self):
        """Each page says that the certificate is electronic and where to verify it; a
        layout without the sentence is refused."""
        certificate = self._to("to_print")
        for page in self._pages(certificate.sudo()._get_issued_pdf()):
            self.assertIn("本证书为电子证书，请到发证机构官网验证", page)
        layout = self.env.ref("metrology_certificate.layout_testing")
        for sentence in (False, "电子证书"):
            with self.assertRaisesRegex(ValidationError, "each page must say"):
                layout.electronic_sentence = sentence

    @requirement("S2-6.3b-1")
    def test_seal_of_the_kind(self):
        """The seal of the kind is used and says that it is electronic; without it
        approval is refused, naming the seal."""
        certificate = self._to("to_print")
        self.assertEqual(certificate.seal_id, self.seals[0])
        with self.assertRaisesRegex(ValidationError, "electronic"):
            self.seals[1].title = "校准专用章"
        self.seals[0].action_destroy()
        other = self._to("approving", "S-2")
        with self.assertRaisesRegex(UserError, "检定电子证书专用章"):
            self._act(other, "action_approve", self.erna)

    def test_seal_that_was_used_stays(self):
        """What stands on certificates stays on file; a destroyed seal stays destroyed."""
        certificate = self._to("to_print")
        seal = certificate.seal_id
        self.assertEqual(seal.use_ids.certificate_id, certificate)
        self.assertEqual(seal.use_ids.user_id, self.erna)
        self.assertTrue(seal.use_ids.used_on)
        with self.assertRaisesRegex(UserError, "in use"):
            seal.title = "另一个电子章"
        with self.assertRaises(UserError):
            seal.use_ids.write({"user_id": self.anna.id})
        with self.assertRaises(UserError):
            seal.use_ids.unlink()
        with self.assertRaises(UserError):
            seal.unlink()
        administrator = self._new_user("ct_admin", "administrator")
        with self.assertRaisesRegex(UserError, "Only the custodian"):
            seal.with_user(administrator).action_destroy()
        seal.action_destroy()
        with self.assertRaises(UserError):
            seal.with_user(administrator).write({"state": "active"})
        with self.assertRaisesRegex(UserError, "destroyed"):
            seal._log_use(certificate)

    @requirement("S0-6.4.2.2")
    def test_calibration_states_uncertainty(self):
        """A calibration goes the same way, states each value with its uncertainty, has
        neither conclusion nor valid-until; a value without one is refused by its row."""
        data = {
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
        record = self._new_calibration("weight_10kg", "EA-4/02 S2", data, "W-1")
        self._authorize_signing(record.capability_id)
        self._checked(record, data)
        certificate = record.with_user(self.anna)._make_certificate()
        self.assertEqual(certificate.kind, "calibration")
        result = record.result
        budget = result["budgets"]["budget"][0]
        broken = {**budget, "reported": {**budget["reported"], "uncertainty": ""}}
        sealed = record.sudo()._guard_open()._sealed_unlock("test")
        sealed.write({"result": {**result, "budgets": {"budget": [broken]}}})
        self._refused_submission(certificate, "row 1: the uncertainty")
        sealed.write({"result": result})
        self._act(certificate, "action_submit", self.anna)
        self._act(certificate, "action_check", self.carl)
        self._act(certificate, "action_approve", self.erna)
        self.assertEqual(certificate.name[:2], "JZ")
        self.assertEqual(certificate.seal_id, self.seals[1])
        self.assertFalse(certificate.valid_until)
        pages = self._pages(certificate.sudo()._get_issued_pdf())
        self.assertNotIn("检定结论", pages[0])
        self.assertNotIn("有效日期", pages[0])
        self.assertIn("10000.025", "".join(pages))
        self.assertIn("0.059", "".join(pages))
