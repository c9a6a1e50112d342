# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import CertificateCommon


@tagged("post_install", "-at_install")
class TestRecordCheck(CertificateCommon):
    """The technical record is checked before, or together with, its certificate."""

    def _refused(self, text, method, *arguments, error=UserError):
        with self.assertRaisesRegex(error, text), self.env.cr.savepoint():
            method(*arguments)

    def _submitted(self, serial=None):
        """Return a submitted certificate of a record only its executor signed."""
        record = self.record
        if serial:
            job = self._new_job(self.capability, "verification", serial=serial)
            job.with_user(self.anna).action_start()
            record = job.record_ids
        self._submit(record, self._readings())
        self.assertEqual(record.signature_ids.mapped("role"), ["execute"])
        certificate = record.with_user(self.anna)._make_certificate()
        self._act(certificate, "action_submit", self.anna)
        return certificate.with_env(self.env)

    def _roles(self, certificate):
        """Return who signed what: of the record, then of the certificate."""
        return (
            certificate.record_id.signature_ids.filtered("valid").mapped("role"),
            certificate.signature_ids.filtered(lambda one: one.state == "valid").mapped(
                "role"
            ),
        )

    @requirement("S1-7.5-2")
    def test_no_certificate_without_both_signatures(self):
        """Whoever executed does not check, neither the record nor, with it, its
        certificate; a record without both signatures feeds none: its certificate gets
        no checker's signature and is not approved."""
        certificate = self._submitted()
        record = certificate.record_id
        record.with_user(self.ben).action_cosign("rec_benx")
        # Anna submitted, Ben signed as executor, too: neither of them checks.
        for user in (self.anna, self.ben):
            self._refused(
                "your own record",
                record.with_user(user).action_check,
                user.login,
                error=AccessError,
            )
            user.group_ids += self.env.ref("metrology.group_checker")
            self._refused(
                "already signed", self._act, certificate, "action_check", user
            )
        # Carl may sign certificates, but not check records of this capability.
        rights = self.env["metrology.authorization"].search(
            [("employee_id", "=", self.carl_employee.id), ("activity", "=", "check")]
        )
        rights._guard_open().write({"state": "suspended"})
        self._refused("Carl", self._act, certificate, "action_check", self.carl)
        self.assertEqual(certificate.state, "checking")
        self.assertEqual(record.state, "submitted")
        self.assertEqual(self._roles(certificate), (["execute"] * 2, ["tester"]))
        self._refused("Checking", self._act, certificate, "action_approve", self.erna)
        self._refused(
            "", certificate.with_user(self.anna).write, {"state": "approving"}
        )
        rights._guard_open().write({"state": "active"})
        # However it came there, without the check of the record it is not approved.
        certificate.sudo()._step("test").write(
            {"checker_id": self.carl_employee.id, "state": "approving"}
        )
        self._refused(
            "has not been checked", self._act, certificate, "action_approve", self.erna
        )
        self.assertFalse(certificate.pdf_sha256)

    @requirement("S1-7.5-2")
    def test_checked_together(self):
        """One password of the checker signs the record, which is filed, and the
        certificate; what was checked before is not signed again."""
        certificate = self._submitted()
        action = certificate.with_user(self.carl).action_open_sign()
        dialog = self.env[action["res_model"]].with_user(self.carl)
        dialog = dialog.browse(action["res_id"])
        self.assertEqual(dialog.record_ids, certificate.record_id)
        dialog.with_context(signing_password=self.carl.login).action_sign()
        self.assertEqual(certificate.state, "approving")
        self.assertEqual(certificate.record_id.state, "locked")
        self.assertTrue(certificate.record_id.result_ids)
        self.assertEqual(
            self._roles(certificate), (["execute", "check"], ["tester", "checker"])
        )
        self.assertTrue(certificate.record_id.evidence["check"])
        self._act(certificate, "action_approve", self.erna)
        self.assertEqual(certificate.state, "to_print")
        before = self._to("checking", "G-2")
        self._act(before, "action_check", self.carl)
        self.assertEqual(
            before.record_id.signature_ids.mapped("role"), ["execute", "check"]
        )

    def test_equal_readings_hold_up_both(self):
        """Readings equal to another instrument's are explained in the same dialog;
        until then neither the record nor the certificate is signed."""
        self._submit(self.record, self._readings())
        job = self._new_job(self.capability, "verification", serial="G-2")
        job.with_user(self.anna).action_start()
        self._submit(job.record_ids, self.record.data)
        certificate = job.record_ids.with_user(self.anna)._make_certificate()
        self._act(certificate, "action_submit", self.anna)
        self._refused(
            "exactly the readings", self._act, certificate, "action_check", self.carl
        )
        self.assertEqual(self._roles(certificate), (["execute"], ["tester"]))
        action = certificate.with_user(self.carl).action_open_sign()
        dialog = self.env[action["res_model"]].with_user(self.carl)
        dialog = dialog.browse(action["res_id"])
        self.assertIn(self.record.name, dialog.duplicate_text)
        dialog.duplicate_answer = "One batch, seen by me"
        dialog.with_context(signing_password=self.carl.login).action_sign()
        self.assertEqual(certificate.state, "approving")
        self.assertEqual(
            certificate.record_id.duplicate_answer, "One batch, seen by me"
        )

    def test_returned_record_takes_its_certificate_back(self):
        """A record that goes back to its executor takes its certificate along, and
        stays as it is once the certificate was issued."""
        certificate = self._submitted()
        certificate.record_id.with_user(self.carl).action_check("rec_carl", lock=False)
        self._act(certificate, "action_check", self.carl)
        self.assertEqual(certificate.state, "approving")
        self.assertEqual(certificate.record_id.state, "checked")
        certificate.record_id.with_user(self.carl).action_return("0.4 looks wrong")
        self.assertEqual(certificate.state, "editing")
        self.assertEqual(certificate.return_reason, "0.4 looks wrong")
        self.assertEqual(set(certificate.signature_ids.mapped("state")), {"withdrawn"})
        self._refused(
            "has not been submitted",
            self._act,
            certificate,
            "action_submit",
            self.anna,
        )
        certificate.record_id.with_user(self.anna).action_submit("rec_anna", "again")
        self._act(certificate, "action_submit", self.anna)
        self._act(certificate, "action_check", self.carl)
        self._act(certificate, "action_approve", self.erna)
        record = certificate.record_id
        self.assertEqual(record.state, "locked")
        self._refused("was issued from", record.sudo()._return, "too late")

    def test_checked_records_are_filed_by_the_approval(self):
        """A record that was checked but not locked is locked with the issue."""
        certificate = self._submitted()
        certificate.record_id.with_user(self.carl).action_check("rec_carl", lock=False)
        self._act(certificate, "action_check", self.carl)
        self._act(certificate, "action_approve", self.erna)
        self.assertEqual(certificate.record_id.state, "locked")
        self._refused(
            "Locked", certificate.record_id.with_user(self.carl).action_return, "late"
        )

    def test_the_list_of_the_checker_names_it_once(self):
        """A record that is checked with its certificate waits in one list only."""
        certificate = self._submitted()
        steps = {
            step["key"]: step
            for step in self.env["metrology.work"].with_user(self.carl)._get_steps()
        }
        records = self.env["metrology.record"].with_user(self.carl)
        found = records.search(steps["record_check"]["domain"])
        self.assertNotIn(certificate.record_id, found)
        certificates = self.env["metrology.certificate"].with_user(self.carl)
        self.assertIn(
            certificate, certificates.search(steps["certificate_check"]["domain"])
        )
