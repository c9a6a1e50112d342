# SPDX-License-Identifier: AGPL-3.0-only
import os
from unittest.mock import patch

from odoo import SUPERUSER_ID, api

from odoo.addons.metrology.tests.concurrency import ConcurrencyCase

from .laboratory import Laboratory


class TestCertificateConcurrency(ConcurrencyCase):
    """Two signatories at once, or one who clicks twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(Laboratory.doClassCleanups)
        with cls.registry.cursor() as cr:
            laboratory = Laboratory.build(api.Environment(cr, SUPERUSER_ID, {}))
            cls.approving_id = laboratory._to("approving").id
            cls.draft_ids = [laboratory._draft(f"CC-{n}").id for n in range(2)]
            cls.printing_id = laboratory._to("approving", "CC-K").id
            cls.to_print_id = laboratory._to("to_print", "CC-P").id
            cls.joint_id, cls.cosign_id = (
                cls._unchecked(laboratory, serial) for serial in ("CC-J", "CC-S")
            )
            job = laboratory._new_job(
                laboratory.capability, "verification", serial="CC-O"
            )
            job.state = "running"
            cls.job_id = job.id
            cls.bare_id = laboratory._record("CC-B").id

    @classmethod
    def _unchecked(cls, laboratory, serial):
        """Return the id of a certificate to check whose record is to be checked, too."""
        job = laboratory._new_job(laboratory.capability, "verification", serial=serial)
        job.with_user(laboratory.anna).action_start()
        laboratory._submit(job.record_ids, laboratory._readings())
        certificate = job.record_ids.with_user(laboratory.anna)._make_certificate()
        certificate.action_submit("rec_anna")
        return certificate.id

    def _one_of_two(self, function, login):
        """Run ``function`` twice at once; return the environment's outcomes, one won."""
        outcomes = self.in_processes(2, function, login=login)
        self.assertEqual([one.ok for one in outcomes].count(True), 1, outcomes)
        loser = next(one for one in outcomes if not one.ok)
        self.assertIn(loser.error, ("UserError", "LockError"), loser)

    def test_record_opened_twice_at_once(self):
        """Two clicks open one record of the job."""
        outcomes = self.in_processes(
            2,
            lambda env, number: (
                env["metrology.job"].browse(self.job_id).action_open_record()["res_id"]
            ),
            login="rec_anna",
        )
        self.assertTrue(all(one.ok for one in outcomes), outcomes)
        self.assertEqual(len({one.value for one in outcomes}), 1)
        with self.committed() as env:
            self.assertEqual(
                len(env["metrology.job"].browse(self.job_id).record_ids), 1
            )

    def test_certificate_made_twice_at_once(self):
        """Two clicks make one certificate of the record."""
        outcomes = self.in_processes(
            2,
            lambda env, number: (
                env["metrology.record"]
                .browse(self.bare_id)
                .action_make_certificate()["res_id"]
            ),
            login="rec_anna",
        )
        self.assertTrue(all(one.ok for one in outcomes), outcomes)
        self.assertEqual(len({one.value for one in outcomes}), 1)

    def test_cosigned_twice_at_once(self):
        """The second executor who clicks twice signs once."""
        with self.committed() as env:
            record = env["metrology.certificate"].browse(self.cosign_id).record_id
            record_id = record.id
        self._one_of_two(
            lambda env, number: (
                env["metrology.record"].browse(record_id).action_cosign("rec_benx")
            ),
            "rec_benx",
        )
        with self.committed() as env:
            record = env["metrology.record"].browse(record_id)
            self.assertEqual(
                record.signature_ids.mapped("user_id.login"), ["rec_anna", "rec_benx"]
            )

    def test_checked_twice_at_once(self):
        """One check of record and certificate, one set of results."""
        self._one_of_two(
            lambda env, number: (
                env["metrology.certificate"]
                .browse(self.joint_id)
                .action_check("rec_carl")
            ),
            "rec_carl",
        )
        with self.committed() as env:
            certificate = env["metrology.certificate"].browse(self.joint_id)
            self.assertEqual(certificate.state, "approving")
            record = certificate.record_id
            self.assertEqual(record.signature_ids.mapped("role"), ["execute", "check"])
            self.assertEqual(
                certificate.signature_ids.mapped("role"), ["tester", "checker"]
            )
            self.assertEqual(len(record.result_ids), 16)

    def test_printed_twice_at_once(self):
        """The first print needs no reason; the second click is asked for one."""
        self._one_of_two(
            lambda env, number: (
                env["metrology.certificate"].browse(self.to_print_id).action_print()
            ),
            "rec_boris",
        )
        with self.committed() as env:
            certificate = env["metrology.certificate"].browse(self.to_print_id)
            self.assertEqual(
                (certificate.state, certificate.print_count), ("printed", 1)
            )

    def test_killed_while_it_is_issued(self):
        """A worker that dies after the file was made leaves nothing behind; approved
        again there is one file, one line in the register of the seal, one number."""

        def die(env, number):
            model = type(env["metrology.certificate.change"])
            with patch.object(model, "_after_issue", lambda *_args: os._exit(9)):
                env["metrology.certificate"].browse(self.printing_id).action_approve(
                    "rec_erna"
                )

        [outcome] = self.in_processes(1, die, login="rec_erna")
        self.assertEqual(outcome.error, "Killed")
        with self.committed() as env:
            certificate = env["metrology.certificate"].browse(self.printing_id)
            number = certificate.name
            self.assertEqual(certificate.state, "approving")
            self.assertFalse(certificate.pdf_id or certificate.token)
            self.assertEqual(self._files(certificate), certificate.pdf_id)
            self.assertNotIn("approver", certificate.signature_ids.mapped("role"))
        with self.committed(login="rec_erna") as env:
            env["metrology.certificate"].browse(self.printing_id).action_approve(
                "rec_erna"
            )
        with self.committed() as env:
            certificate = env["metrology.certificate"].browse(self.printing_id)
            self.assertEqual(
                (certificate.state, certificate.name), ("to_print", number)
            )
            self.assertEqual(self._files(certificate), certificate.pdf_id)
            self.assertEqual(
                env["metrology.seal.use"].search_count(
                    [("certificate_id", "=", certificate.id)]
                ),
                1,
            )

    def _files(self, certificate):
        return certificate.env["ir.attachment"].search(
            [
                ("res_model", "=", certificate._name),
                ("res_id", "=", certificate.id),
                ("res_field", "=", "pdf_id"),
            ]
        )

    def test_approved_twice_at_once(self):
        """One file, one line in the register of the seal; the other is told."""
        outcomes = self.in_processes(
            2,
            lambda env, number: (
                env["metrology.certificate"]
                .browse(self.approving_id)
                .action_approve("rec_erna")
            ),
            login="rec_erna",
        )
        self.assertEqual([o.ok for o in outcomes].count(True), 1, outcomes)
        loser = next(o for o in outcomes if not o.ok)
        self.assertIn(loser.error, ("UserError", "LockError"), loser)
        with self.committed() as env:
            certificate = env["metrology.certificate"].browse(self.approving_id)
            self.assertEqual(certificate.state, "to_print")
            self.assertEqual(self._files(certificate), certificate.pdf_id)
            self.assertEqual(
                env["metrology.seal.use"].search_count(
                    [("certificate_id", "=", certificate.id)]
                ),
                1,
            )
            self.assertTrue(certificate._get_issued_pdf())

    def test_two_numbers_at_once(self):
        """Two submitted at the same time get two numbers that follow each other."""
        outcomes = self.in_processes(
            2,
            lambda env, number: (
                env["metrology.certificate"]
                .browse(self.draft_ids[number])
                .action_submit("rec_anna")
            ),
            login="rec_anna",
        )
        self.assertTrue(all(outcome.ok for outcome in outcomes), outcomes)
        with self.committed() as env:
            names = env["metrology.certificate"].browse(self.draft_ids).mapped("name")
            first, second = sorted(int(name.split("-")[1]) for name in names)
            self.assertEqual(second - first, 1)
