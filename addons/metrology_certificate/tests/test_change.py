# SPDX-License-Identifier: AGPL-3.0-only
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement

from .common import CertificateCommon


@tagged("post_install", "-at_install")
class TestChange(CertificateCommon):
    """Recall, supplement, replacement."""

    def _request(self, certificate, user=None, **values):
        change = (
            self.env["metrology.certificate.change"]
            .with_user(user or self.anna)
            .create(
                {"certificate_id": certificate.id, "reason": "wrong range", **values}
            )
        )
        change.action_request()
        return change

    def _again(self, certificate):
        self._act(certificate, "action_submit", self.anna)
        self._act(certificate, "action_check", self.carl)
        self._act(certificate, "action_approve", self.erna)

    def _replace(self, certificate, correction="replacement"):
        change = self._request(certificate, correction=correction)
        change.with_user(self.carl).action_review()
        change.with_user(self.erna).action_approve()
        return change.with_env(self.env)

    @requirement("S3-5.8.8")
    def test_recall_before_release(self):
        """After consent it is edited again under its number and the old file is kept;
        one that was handed over cannot be recalled."""
        certificate = self._to("printed")
        name, old = certificate.name, certificate.sudo()._get_issued_pdf()
        change = self._request(certificate)
        self.assertEqual(change.kind, "recall")
        change.with_user(self.erna).action_approve()
        self.assertEqual(certificate.state, "editing")
        self.assertEqual(change.with_user(self.erna)._get_old_pdf(), old)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            change.sudo().old_pdf_id.unlink()
        self._again(certificate)
        self.assertEqual((certificate.name, certificate.revision), (name, 1))
        self.assertEqual(change.state, "closed")
        self.assertNotEqual(certificate.sudo()._get_issued_pdf(), old)
        released = self._to("released", "C-2")
        change = self.env["metrology.certificate.change"].create(
            {"certificate_id": released.id, "reason": "x", "correction": "supplement"}
        )
        change._guard_open().write({"kind": "recall"})
        with self.assertRaisesRegex(UserError, "handed over and cannot be recalled"):
            change.with_user(self.anna).action_request()

    @requirement("S3-7.2.2-2")
    def test_pending_recall_holds_up(self):
        """While a recall waits, nothing is approved, printed or released; refusing it
        needs a reason."""
        certificate = self._to("approving")
        change = self._request(certificate)
        with (
            self.assertRaisesRegex(UserError, "not decided yet"),
            self.env.cr.savepoint(),
        ):
            self._act(certificate, "action_approve", self.erna)
        with self.assertRaisesRegex(UserError, "reason"):
            change.with_user(self.erna).action_refuse("")
        change.with_user(self.erna).action_refuse("it is right")
        self._act(certificate, "action_approve", self.erna)
        self._request(certificate)
        with self.assertRaisesRegex(UserError, "not decided yet"):
            certificate.with_user(self.boris).action_print()
        with self.assertRaisesRegex(UserError, "not decided yet"):
            certificate.sudo()._mark_released()

    def test_applicant_does_not_decide(self):
        """Nobody consents to his own request, and no tester to any."""
        certificate = self._to("to_print")
        change = self._request(certificate, self.erna)
        with self.assertRaisesRegex(UserError, "yourself"):
            change.with_user(self.erna).action_approve()
        with self.assertRaises(AccessError):
            change.with_user(self.anna).action_approve()

    def test_one_request_at_a_time(self):
        """A second request for the same certificate is refused."""
        certificate = self._to("to_print")
        self._request(certificate)
        with (
            self.assertRaisesRegex(Exception, "open_uniq|being changed"),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._request(certificate, self.carl)

    @requirement("S3-5.8.9")
    def test_change_after_release(self):
        """Only what was handed over, with a reason, reviewed and approved by two others
        than the applicant; the result has a new number."""
        printed = self._to("printed")
        early = self.env["metrology.certificate.change"].with_user(self.anna)
        early = early.create(
            {"certificate_id": printed.id, "reason": "x", "correction": "replacement"}
        )
        early.sudo()._guard_open().write({"kind": "issued"})
        with self.assertRaisesRegex(UserError, "use a recall"):
            early.action_request()
        certificate = self._to("released", "C-2")
        change = self._request(certificate, self.carl, correction="replacement")
        with self.assertRaisesRegex(UserError, "yourself"):
            change.with_user(self.carl).action_review()
        with self.assertRaisesRegex(UserError, "does not fit"):
            change.with_user(self.erna).action_approve()
        checker = self._new_user("ct_checker", "checker")
        change.with_user(checker).action_review()
        change.with_user(self.erna).action_approve()
        successor = change.result_id.with_env(self.env)
        self._again(successor)
        self.assertNotEqual(successor.name, certificate.name)
        self.assertEqual(certificate.state, "superseded")
        with (
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            early.create({"certificate_id": successor.id, "reason": False})

    @requirement("S0-6.4.4.3-1", "S1-7.6.4-2")
    def test_replacement(self):
        """The new one has a new number and both declarations, the old one verifies as
        replaced by it; its number is not used again, nor is it replaced twice."""
        certificate = self._to("released")
        change = self._replace(certificate)
        successor = change.result_id
        self._again(successor)
        page = self._pages(successor.sudo()._get_issued_pdf())[0]
        self.assertIn(f"代替证书（报告）编号{certificate.name}的检定证书", page)
        self.assertIn(f"编号{certificate.name}的检定证书作废", page)
        values = certificate.sudo()._get_public_values()
        self.assertEqual(values["status"], "superseded")
        self.assertEqual(values["replaced_by"], successor.name)
        with (
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            successor.sudo()._step("test").write({"name": certificate.name})
            successor.flush_recordset()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._request(certificate, correction="replacement")
        second = self._to("released", "C-2")
        draft = self._replace(second).result_id
        self._act(draft, "action_submit", self.anna)
        self._act(draft, "action_check", self.carl)
        second.sudo()._step("test").write({"state": "superseded"})
        with self.assertRaisesRegex(UserError, "cannot be replaced"):
            self._act(draft, "action_approve", self.erna)

    @requirement("S0-6.4.4.2")
    def test_supplement(self):
        """It carries the declaration, the original stays valid; for wrong content it is
        refused."""
        certificate = self._to("released")
        change = self._replace(certificate, "supplement")
        supplement = change.result_id
        self.assertEqual(supplement.state, "editing")
        with self.assertRaisesRegex(UserError, "Note is empty"):
            self._act(supplement, "action_submit", self.anna)
        supplement.with_user(self.anna).note = "补充：量程上限 1.6 MPa"
        self._again(supplement)
        pages = self._pages(supplement.sudo()._get_issued_pdf())
        self.assertIn(f"对编号为{certificate.name}的检定证书的补充文件", pages[0])
        self.assertIn("量程上限1.6MPa", "".join(pages))
        self.assertEqual(certificate.state, "released")
        values = certificate.sudo()._get_public_values()
        self.assertEqual(values["status"], "valid")
        self.assertEqual(values["supplements"], [supplement.name])
        with self.assertRaisesRegex(ValidationError, "choose a replacement"):
            self.env["metrology.certificate.change"].create(
                {
                    "certificate_id": certificate.id,
                    "reason": "x",
                    "correction": "supplement",
                    "content_wrong": True,
                }
            )

    @requirement("S3-5.8.13")
    def test_direct_change(self):
        """Only the technical head, with a reason; the old file stays, the public page
        shows the replacement, the order's chatter says to tell the customer."""
        certificate = self._to("released")
        old = certificate.sudo()._get_issued_pdf()
        for user in (self.anna, self.erna, self.boris):
            with self.assertRaises(AccessError):
                certificate.with_user(user).action_change_directly("replacement", "x")
        with self.assertRaisesRegex(UserError, "reason"):
            certificate.with_user(self.thea).action_change_directly("replacement", " ")
        certificate.with_user(self.thea).action_change_directly("replacement", "class")
        change = certificate.change_ids
        self.assertEqual((change.kind, change.state), ("direct", "modifying"))
        self.assertIn("Tell the customer", certificate.order_id.message_ids[0].body)
        self._again(change.result_id)
        self.assertEqual(change.with_user(self.thea)._get_old_pdf(), old)
        self.assertEqual(
            certificate.sudo()._get_public_values()["replaced_by"],
            change.result_id.name,
        )
        with self.assertRaises(AccessError):
            change.with_user(self.boris)._get_old_pdf()

    def test_closing_needs_the_original(self):
        """A replacement is closed once the void original is back, or with the reason why
        not; then nothing of it changes."""
        change = self._replace(self._to("released"))
        self._again(change.result_id)
        change = change.with_user(self.anna)
        with self.assertRaisesRegex(UserError, "take it back"):
            change.action_close()
        change.write({"recovered": True})
        with self.assertRaisesRegex(UserError, "take it back"):
            change.action_close()
        change.write({"recovered_on": self.today, "recovered_place": "Archive 2"})
        change.action_close()
        with self.assertRaisesRegex(UserError, "closed"):
            change.write({"recovered_place": "elsewhere"})

    def test_void_replacement_frees_the_original(self):
        """A replacement that is given up leaves the original valid and changeable."""
        certificate = self._to("released")
        change = self._replace(certificate)
        change.result_id.with_user(self.erna).action_void("not needed")
        self.assertEqual(change.state, "refused")
        self.assertEqual(certificate.state, "released")
        self._replace(certificate, "supplement")

    def test_return_settles_a_recall(self):
        """A certificate that was returned has no recall pending any more."""
        certificate = self._to("checking")
        change = self._request(certificate)
        self._act(certificate, "action_return", self.carl, "see the request")
        self.assertEqual(change.state, "refused")
        self._again(certificate)

    def test_requests_stay(self):
        """A request is neither deleted nor reworded."""
        change = self._request(self._to("to_print"))
        with self.assertRaises(UserError):
            change.unlink()
        with self.assertRaisesRegex(UserError, "in use"):
            change.write({"reason": "something else"})
        with self.assertRaises(UserError):
            change.write({"state": "closed"})

    def test_supplement_goes_the_whole_way(self):
        """A supplement starts at editing and is not released before its approval."""
        supplement = self._replace(self._to("released"), "supplement").result_id
        self.assertEqual(supplement.state, "editing")
        with self.assertRaises(UserError):
            supplement.sudo()._mark_released()
        self.assertIn("的补充文件", supplement._prepare_declarations()[0])
