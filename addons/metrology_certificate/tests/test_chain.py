# SPDX-License-Identifier: AGPL-3.0-only
from ast import literal_eval
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement

from ..wizards import metrology_certificate_sign
from .common import CertificateCommon


@tagged("post_install", "-at_install")
class TestChain(CertificateCommon):
    """The way of a certificate through its persons."""

    def _refused(self, text, method, *arguments):
        with self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
            method(*arguments)

    @requirement("S3-5.4.6-1")
    def test_order_of_signatures(self):
        """Tester, checker, signatory, one after another; nobody before his turn, and
        nobody in two roles."""
        certificate = self._draft()
        self._refused("Editing", self._act, certificate, "action_check", self.carl)
        self._act(certificate, "action_submit", self.anna)
        self._refused("Checking", self._act, certificate, "action_approve", self.erna)
        self._act(certificate, "action_check", self.carl)
        self.carl.group_ids += self.env.ref("metrology.group_signatory")
        self._refused(
            "already signed", self._act, certificate, "action_approve", self.carl
        )
        self._act(certificate, "action_approve", self.erna)
        signatures = certificate.signature_ids
        self.assertEqual(signatures.mapped("role"), ["tester", "checker", "approver"])
        self.assertEqual(len(signatures.employee_id), 3)
        self.assertEqual(set(signatures.mapped("state")), {"valid"})

    @requirement("S3-5.4.5-2")
    def test_wrong_password_signs_nothing(self):
        """A wrong password is refused and leaves no signature; a signature shows as
        invalid once the content is another."""
        certificate = self._draft()
        with mute_logger("odoo.addons.base.models.res_users"):
            self._refused(
                "password", self._act, certificate, "action_submit", self.anna, "wrong"
            )
        self.assertFalse(certificate.signature_ids)
        self.assertEqual(certificate.state, "editing")
        self._act(certificate, "action_submit", self.anna)
        self.assertEqual(certificate.signature_ids.state, "valid")
        certificate.sudo()._step("test").write({"content_digest": "0" * 64})
        self.assertEqual(certificate.signature_ids.state, "invalid")

    @requirement("S3-5.8.4")
    def test_first_check_by_the_tester(self):
        """What another person edited waits for the tester alone; the tester's own goes
        to the checker at once."""
        certificate = self._draft(user=self.otto)
        self._act(certificate, "action_submit", self.otto)
        self.assertEqual(certificate.state, "initial_review")
        self.assertEqual(certificate.activity_ids.user_id, self.anna)
        self._refused(
            "Only the tester", self._act, certificate, "action_confirm", self.ben
        )
        self._act(certificate, "action_confirm", self.anna)
        self.assertEqual(certificate.state, "checking")
        self.assertFalse(certificate.activity_ids)
        own = self._draft("G-2")
        self._act(own, "action_submit", self.anna)
        self.assertEqual(own.state, "checking")

    @requirement("S3-7.1.2-2")
    def test_submitted_twice(self):
        """The second submission is refused; the checkers' list holds it once."""
        certificate = self._draft()
        self._act(certificate, "action_submit", self.anna)
        self._refused("Checking", self._act, certificate, "action_submit", self.anna)
        step = next(
            step
            for step in self.env["metrology.work"].with_user(self.carl)._get_steps()
            if step["key"] == "certificate_check"
        )
        found = self.env["metrology.certificate"].with_user(self.carl)
        self.assertEqual(found.search(step["domain"]), certificate)
        self.assertEqual(len(certificate.signature_ids), 1)

    @requirement("S3-5.8.5")
    def test_return_from_checking(self):
        """A return needs a reason, goes to the tester and turns signatures into
        history; neither tester nor editor checks."""
        certificate = self._draft()
        self._act(certificate, "action_submit", self.anna)
        self._refused(
            "already signed", self._act, certificate, "action_check", self.anna
        )
        self._refused(
            "Say why", self._act, certificate, "action_return", self.carl, " "
        )
        self._act(certificate, "action_return", self.carl, "serial number")
        self.assertEqual(certificate.state, "editing")
        self.assertEqual(certificate.return_reason, "serial number")
        self.assertEqual(certificate.activity_ids.user_id, self.anna)
        self.assertEqual(certificate.signature_ids.state, "withdrawn")
        self.assertEqual(certificate.signature_ids.withdrawn_reason, "serial number")
        name = certificate.name
        self._act(certificate, "action_submit", self.anna)
        self.assertEqual(certificate.name, name)
        self.assertEqual(len(certificate.signature_ids), 2)

    def test_editor_does_not_check(self):
        """Who edited for the tester does not check either."""
        self.otto.group_ids += self.env.ref("metrology.group_checker")
        certificate = self._draft(user=self.otto)
        self._act(certificate, "action_submit", self.otto)
        self._act(certificate, "action_confirm", self.anna)
        self._refused(
            "already signed", self._act, certificate, "action_check", self.otto
        )

    def test_own_certificate_is_not_returned(self):
        """The tester asks for a recall; he does not return his own to himself."""
        certificate = self._draft()
        self._act(certificate, "action_submit", self.anna)
        self._refused(
            "already signed", self._act, certificate, "action_return", self.anna, "oops"
        )

    def test_editors_words_survive_a_return(self):
        """What the editor worded stays when the certificate is submitted again."""
        certificate = self._draft()
        certificate.conclusion_text = "符合1.6级"
        self._act(certificate, "action_submit", self.anna)
        self._act(certificate, "action_return", self.carl, "look again")
        self._act(certificate, "action_submit", self.anna)
        self.assertEqual(certificate.conclusion_text, "符合1.6级")

    @requirement("S3-5.8.6")
    def test_signatory_needs_authorization(self):
        """Whoever is tester or checker, or has no authorization in force on the day he
        signs, does not approve; what is approved is frozen with its digest."""
        certificate = self._to("approving")
        for user in (self.anna, self.carl):
            user.group_ids += self.env.ref("metrology.group_signatory")
            self._refused(
                "already signed", self._act, certificate, "action_approve", user
            )
        rights = (
            self.env["metrology.authorization"]
            .sudo()
            .search(
                [
                    ("employee_id", "=", self.erna_employee.id),
                    ("activity", "=", "approve"),
                ]
            )
        )
        rights.state = "suspended"
        self._refused("Erna", self._act, certificate, "action_approve", self.erna)
        rights.state = "active"
        self._act(certificate, "action_approve", self.erna)
        self.assertEqual(
            certificate.content_digest, certificate._get_digest(certificate.content)
        )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            certificate.with_user(self.anna).write({"serial_number": "X"})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            certificate.sudo().write({"serial_number": "X"})

    def test_authorization_of_the_day_of_signing(self):
        """An authorization that ended after the test, before the signature, is over."""
        certificate = self._to("approving")
        rights = (
            self.env["metrology.authorization"]
            .sudo()
            .search([("employee_id", "=", self.erna_employee.id)])
        )
        yesterday = self.today - timedelta(days=1)
        certificate.sudo()._step("test").write({"test_date": yesterday})
        rights._guard_open().write({"date_to": yesterday})
        self._refused("Erna", self._act, certificate, "action_approve", self.erna)

    @requirement("S3-7.3")
    def test_issued_only_by_approval(self):
        """Nothing is issued while it is checked; the issue date is not before the
        date of test."""
        certificate = self._draft()
        self._act(certificate, "action_submit", self.anna)
        self._refused("Checking", self._act, certificate, "action_approve", self.erna)
        self.assertFalse(certificate.issue_date)
        self.assertFalse(certificate.pdf_sha256)
        self._act(certificate, "action_check", self.carl)
        certificate.sudo()._step("test").write(
            {"test_date": self.today + timedelta(days=1)}
        )
        self._refused("future", self._act, certificate, "action_approve", self.erna)
        certificate.sudo()._step("test").write({"test_date": self.today})
        self._act(certificate, "action_approve", self.erna)
        self.assertGreaterEqual(certificate.issue_date, certificate.test_date)

    @requirement("S3-7.2.2-1")
    def test_batch_with_one_refused(self):
        """Of ten, nine are approved and one is reported with its reason."""
        certificates = self.env["metrology.certificate"]
        for number in range(10):
            certificates |= self._to("approving", f"B-{number}")
        other = certificates[3]
        other.sudo()._guard_open()._sealed_unlock("test").write(
            {"checker_id": self.erna_employee.id}
        )
        action = certificates.with_user(self.erna).action_open_sign()
        dialog = self.env[action["res_model"]].with_user(self.erna)
        dialog = dialog.browse(action["res_id"])
        result = dialog.with_context(signing_password=self.erna.login).action_sign()
        self.assertEqual(set((certificates - other).mapped("state")), {"to_print"})
        self.assertEqual(other.state, "approving")
        self.assertEqual(result["res_id"], dialog.id)
        self.assertIn(other.name, dialog.result)
        self.assertIn("already signed", dialog.result)
        to_print = self.env.ref("metrology_certificate.action_certificate_print")
        self.assertEqual(
            self.env["metrology.certificate"].search(
                [*literal_eval(to_print.domain), ("id", "in", certificates.ids)]
            ),
            (certificates - other).sorted("id", reverse=True),
        )

    def test_large_batch_is_queued(self):
        """More than ten are approved by jobs, as the person, and only what was seen."""
        certificates = self.env["metrology.certificate"]
        for number in range(2):
            certificates |= self._to("approving", f"Q-{number}")
        dialog = (
            self.env["metrology.certificate.sign"]
            .with_user(self.erna)
            .create({"step": "approve", "certificate_ids": certificates.ids})
        )
        self.patch(metrology_certificate_sign, "QUEUE_ABOVE", 1)
        dialog.with_context(signing_password=self.erna.login).action_sign()
        jobs = (
            self.env["queue.job"].sudo().search([("method_name", "=", "_job_approve")])
        )
        self.assertEqual(len(jobs), 2)
        self.assertEqual(jobs.user_id, self.erna)
        self.assertNotIn(self.erna.login, str(jobs.mapped("records")))
        first, second = certificates.with_user(self.erna)
        self.assertIn("Approved", first._job_approve(first.content_digest))
        self.assertEqual(first.state, "to_print")
        # A job that runs after it was approved by hand finds its work done.
        self.assertIn("Approved", first._job_approve(first.content_digest))
        self.assertFalse(first.activity_ids)
        second._job_approve("another digest")
        self.assertEqual(second.state, "approving")
        self.assertEqual(second.activity_ids.user_id, self.erna)

    def test_password_is_never_stored(self):
        """The dialog's password reaches no column."""
        dialog = self.env["metrology.certificate.sign"]
        self.assertFalse(dialog._fields["password"].store)
        self.env.cr.execute(
            "SELECT count(*) FROM information_schema.columns"
            " WHERE table_name = 'metrology_certificate_sign'"
            " AND column_name = 'password'"
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_number_is_unique(self):
        """A second certificate with the same number is refused by the database."""
        first, second = self._to("checking"), self._to("checking", "G-2")
        self.assertNotEqual(first.name, second.name)
        with (
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            second.sudo()._step("test").write({"name": first.name})
            second.flush_recordset()

    @requirement("S0-6.4.5-2")
    def test_register_of_numbers(self):
        """Three are issued and one is void: the numbers follow each other, the void one
        stays, and a number twice is refused."""
        certificates = self.env["metrology.certificate"]
        for number in range(3):
            certificates |= self._to("to_print", f"N-{number}")
        void = self._to("checking", "N-3")
        void.with_user(self.erna).action_void("not wanted")
        certificates |= void
        numbers = [int(name.split("-")[1]) for name in certificates.mapped("name")]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 4)))
        self.assertEqual(void.state, "void")
        with self.assertRaises(UserError):
            void.sudo().unlink()
        with (
            self.assertRaisesRegex(Exception, "name"),
            self.env.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            self.env.cr.execute(
                "INSERT INTO metrology_certificate (name, company_id, record_id, kind,"
                " layout_id, relation, state) SELECT name, company_id, record_id, kind,"
                " layout_id, 'supplement', 'editing' FROM metrology_certificate"
                " WHERE id = %s",
                [void.id],
            )

    def test_void_needs_reason_and_role(self):
        """Only the signatory or the technical head gives a certificate up, with why."""
        certificate = self._to("checking")
        with self.assertRaises(AccessError):
            certificate.with_user(self.anna).action_void("x")
        self._refused("reason", certificate.with_user(self.erna).action_void, " ")
        issued = self._to("to_print", "G-2")
        self._refused("To Print", issued.with_user(self.erna).action_void, "x")

    def test_one_certificate_a_record(self):
        """Making it again gives the one that is there."""
        certificate = self._draft()
        again = certificate.record_id.with_user(self.ben)._make_certificate()
        self.assertEqual(again, certificate)

    @requirement("S3-5.8.3")
    def test_no_certificate_without_record(self):
        """Without a submitted record there is no certificate to submit; the preview of
        a draft is marked."""
        with self.assertRaisesRegex(UserError, "Submit the technical record"):
            self.record.with_user(self.anna)._make_certificate()
        certificate = self._draft()
        action = certificate.action_preview()
        pdf, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.anna)
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(action["report_name"], certificate.ids)
        )
        self.assertTrue(all("DRAFT" in page for page in self._pages(pdf)))
