# SPDX-License-Identifier: AGPL-3.0-only
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
            files = env["ir.attachment"].search(
                [
                    ("res_model", "=", certificate._name),
                    ("res_id", "=", certificate.id),
                    ("res_field", "=", "pdf_id"),
                ]
            )
            self.assertEqual(files, certificate.pdf_id)
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
