# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CertificateCommon


@tagged("post_install", "-at_install")
class TestEligibilityOfSignatures(CertificateCommon):
    """Changes of master data stop what is open, and never touch what was signed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.anna | cls.carl | cls.erna | cls.thea).lang = "en_US"

    def _commit(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()

    def _kept(self, certificate):
        """Everything signed, as the bytes the database holds."""
        self.env.flush_all()
        record, job = certificate.record_id, certificate.job_id
        rows = []
        for query, key in (
            (
                "SELECT state, evidence::text, data::text, result::text,"
                " standard_snapshot::text, draft_data::text, write_date::text,"
                " write_uid FROM metrology_record WHERE id = %s",
                record.id,
            ),
            (
                "SELECT state, content::text, content_digest, pdf_sha256, name,"
                " write_date::text FROM metrology_certificate WHERE id = %s",
                certificate.id,
            ),
            (
                "SELECT role, evidence::text, content_digest, withdrawn_on"
                " FROM metrology_certificate_signature WHERE certificate_id = %s"
                " ORDER BY id",
                certificate.id,
            ),
            ("SELECT state, evidence::text FROM metrology_job WHERE id = %s", job.id),
            (
                "SELECT * FROM metrology_revision WHERE model ="
                " 'metrology.certificate' AND res_id = %s ORDER BY id",
                certificate.id,
            ),
        ):
            self.env.cr.execute(query, [key])
            rows.append(self.env.cr.fetchall())
        rows.append(certificate.sudo().pdf_id.raw)
        return rows

    def _change_everything(self, certificate):
        """Suspend, revoke, replace and stop all that the certificate rests on."""
        standards = certificate.job_id.sudo().standard_ids
        standards.equipment_ids._guard_open().metrology_state = "suspended"
        self.capability._guard_open().state = "suspended"
        standards._guard_open().state = "suspended"
        self.env["metrology.authorization"].sudo().search(
            [("capability_id", "=", self.capability.id)]
        )._guard_open().write({"state": "revoked"})
        edition = self.env["metrology.method.edition"].sudo()
        edition.create(
            {
                "name": "JJG 52-2099",
                "method_id": self.capability.method_id.id,
                "date_from": self.today,
            }
        ).action_approve()
        self.anna_employee.sudo().birthday = "1950-01-01"
        self._commit()

    def test_what_was_signed_stays_byte_for_byte(self):
        """Whatever is suspended, revoked, replaced or stopped afterwards: the record,
        the certificate, its signatures and their evidence stay as they were."""
        certificate = self._to("to_print")
        self._commit()
        before = self._kept(certificate)
        self.assertIn("persons", before[2][0][1])
        self._change_everything(certificate)
        self.env["metrology.eligibility.notice"]._cron_reassess()
        self._commit()
        self.assertEqual(self._kept(certificate), before)
        self.assertFalse(certificate._sealed_check())

    def test_each_step_keeps_why_it_was_allowed(self):
        """Assigning, start, submit, check and both signatures keep their evidence."""
        certificate = self._to("to_print")
        record = certificate.record_id.sudo()
        self.assertLessEqual({"submit", "check"}, set(record.evidence))
        for step in ("submit", "check"):
            kept = record.evidence[step]
            self.assertTrue(kept["ok"])
            self.assertEqual(kept["standards"], certificate.job_id.standard_ids.ids)
            self.assertTrue(kept["persons"] and kept["edition"] and kept["capability"])
        self.assertIn("start", certificate.job_id.sudo().evidence)
        by_role = {one.role: one.evidence for one in certificate.signature_ids.sudo()}
        for role, activity in (
            ("tester", "author"),
            ("checker", "check"),
            ("approver", "approve"),
        ):
            self.assertEqual(by_role[role]["activity"], activity)

    def test_lost_signatory_is_told_to_the_head(self):
        """When nobody may sign any more, who leads there is told once; a new signatory
        settles it."""
        certificate = self._to("approving")
        self.env.company.metrology_technical_head_id = self.thea
        self._commit()
        Notice = self.env["metrology.eligibility.notice"].sudo()
        told = [("job_ids", "in", certificate.job_id.ids), ("closed_on", "=", False)]
        self.assertFalse(Notice.search(told))
        authorization = (
            self.env["metrology.authorization"]
            .sudo()
            .search(
                [
                    ("employee_id", "=", self.erna_employee.id),
                    ("activity", "=", "approve"),
                ]
            )
        )
        authorization.with_user(self.thea).action_suspend("Under examination")
        self._commit()
        notice = Notice.search(told)
        self.assertEqual(notice.code, "nobody")
        self.assertEqual(len(notice.activity_ids), 1)
        head = certificate.job_id.sudo().department_id.manager_id.user_id
        self.assertEqual(notice.user_id, head or self.thea)
        with self.assertRaises(UserError):
            self._act(certificate, "action_approve", self.erna)
        authorization._guard_open().state = "active"
        self._commit()
        self.assertFalse(Notice.search(told))
        self.assertFalse(notice.activity_ids)
        self._act(certificate, "action_approve", self.erna)
        self.assertEqual(certificate.state, "to_print")

    def test_check_counts_means_on_the_day_of_the_work(self):
        """A standard that lapses after the work does not stop the check; a checker
        whose authorization lapsed does not check."""
        record = self.record
        self._submit(record, self._readings())
        standard = record.job_id.sudo().standard_ids
        after = self.today + relativedelta(days=1)
        standard._guard_open().date_to = self.today
        with freeze_time(f"{after} 04:00:00"):
            record.with_user(self.carl).action_check(self.carl.login)
        self.assertIn(record.state, ("checked", "locked"))
        self.assertEqual(record.sudo().evidence["check"]["day"], str(self.today))
