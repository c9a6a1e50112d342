# SPDX-License-Identifier: AGPL-3.0-only
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement
from odoo.addons.metrology_certificate.tests.common import CertificateCommon
from odoo.addons.metrology_order.tests.common import SIGNATURE


@tagged("post_install", "-at_install")
class TestReleaseChain(CertificateCommon):
    """Hand-over and change of certificates that went their whole way, signed by the
    persons themselves, and of instruments that stock really moved."""

    @classmethod
    def _new_job(cls, *args, **values):
        """Beside: the sample is received by the keeper and handed to the department."""
        job = super()._new_job(*args, **values)
        sample = job.sample_id
        sample.sudo()._guard_open().write({"state": "expected", "department_id": False})
        keeper = cls._get_keeper()
        sample.with_user(keeper)._receive(giver_name="Wang Wu")
        sample.with_user(keeper)._hand_to(cls.department, cls.anna_employee)
        return job

    @classmethod
    def _get_keeper(cls):
        if not hasattr(cls, "desk"):
            cls.desk, cls.desk_employee = cls._new_person("rec_desk", "sample_keeper")
        return cls.desk

    def _refused(self, text, method, *arguments):
        with self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
            method(*arguments)

    def _back_in_store(self, certificate):
        """Finish the job of a certificate and bring its instrument back."""
        job = certificate.job_id
        job.with_user(self.anna).action_finish()
        job.sample_id.with_user(self.desk)._return_to_store()
        return job.sample_id

    def _release(self, samples, certificates, **values):
        return (
            self.env["metrology.release"]
            .with_user(self.boris)
            .create(
                {
                    "partner_id": self.customer.id,
                    "sample_ids": [fields.Command.set(samples.ids)],
                    "certificate_ids": [fields.Command.set(certificates.ids)],
                    "way": "counter",
                    "order_checked": True,
                    "receiver_name": "Li Si",
                    "receiver_phone": "13800000000",
                    "signature": SIGNATURE,
                    **values,
                }
            )
        )

    def _released(self, serial=None):
        """Return a certificate that a clerk handed over alone."""
        certificate = self._to("printed", serial)
        self._release(self.env["metrology.sample"], certificate).action_done()
        self.assertEqual(certificate.state, "released")
        return certificate

    @requirement("S3-5.7.7")
    def test_both(self):
        """Instrument and certificate leave together with signature, confirmation,
        content, time and way; without signature or way it is refused, and so is a
        certificate that has not been printed."""
        certificate = self._to("to_print")
        sample = self._back_in_store(certificate)
        release = self._release(sample, certificate, signature=False)
        self._refused(f"{certificate.name}.*not been printed", release.action_done)
        certificate.with_user(self.boris).action_print()
        self._refused("receiver has not signed", release.action_done)
        release.write({"signature": SIGNATURE, "way": False})
        self._refused("way of the hand-over", release.action_done)
        release.write({"way": "counter", "order_checked": False})
        self._refused("tick the box", release.action_done)
        self.assertEqual(
            (sample.state, certificate.state), ("back_in_store", "printed")
        )
        release.order_checked = True
        before = fields.Datetime.now()
        release.action_done()
        self.assertEqual((release.kind, release.state), ("both", "done"))
        self.assertGreaterEqual(release.released_on, before.replace(microsecond=0))
        self.assertEqual(release.released_by_id, self.boris)
        for name in (sample.name, certificate.name):
            self.assertIn(name, release.content_text)
        self.assertEqual((sample.state, certificate.state), ("released", "released"))
        self.assertFalse(sample.sudo().location_id)
        last = sample.sudo().custody_ids.sorted("id")[-1]
        self.assertEqual((last.custody_step, last.receiver_name), ("release", "Li Si"))
        self._refused("stays as it was signed", release.write, {"signature": False})

    @requirement("S3-5.7.9")
    def test_certificate_only(self):
        """Collected, sent with a waybill or electronically; a courier without waybill
        and a certificate that is void or recalled are refused."""
        none = self.env["metrology.sample"]
        collected = self._to("printed")
        release = self._release(none, collected, signature=False)
        self._refused("receiver has not signed", release.action_done)
        release.signature = SIGNATURE
        release.action_done()
        self.assertEqual((release.kind, collected.state), ("certificate", "released"))
        sent = self._to("printed", "C-2")
        release = self._release(none, sent, way="courier", waybill=" ", signature=False)
        self._refused("number of the waybill", release.action_done)
        release.waybill = "SF1234567"
        release.action_done()
        self.assertEqual(sent.state, "released")
        electronic = self._to("to_print", "C-3")
        self._release(none, electronic, way="electronic", signature=False).action_done()
        self.assertEqual(electronic.state, "released")
        void = self._to("checking", "C-4")
        void.with_user(self.erna).action_void("wrong instrument")
        self._refused(void.name, self._release(none, void).action_done)
        recalled = self._to("printed", "C-5")
        change = (
            self.env["metrology.certificate.change"]
            .with_user(self.anna)
            .create({"certificate_id": recalled.id, "reason": "wrong range"})
        )
        change.action_request()
        release = self._release(none, recalled)
        self._refused("not decided yet", release.action_done)
        change.with_user(self.erna).action_approve()
        self.assertEqual(recalled.state, "editing")
        self._refused(recalled.name, release.action_done)
        self.assertEqual(release.state, "draft")

    @requirement("S3-5.8.9")
    def test_change_after_release(self):
        """Asked for, reviewed and approved by three persons once it was handed over,
        recalled and gone through the whole chain again; not yet collected, without a
        reason, or approved by the applicant it is refused; a replacement has a new
        number, a supplement refers to the original."""
        changes = self.env["metrology.certificate.change"]
        printed = self._to("printed")
        self._refused(
            "has not been handed over: use a recall",
            printed.with_user(self.thea).action_change_directly,
            "replacement",
            "class",
        )
        early = changes.with_user(self.anna).create(
            {"certificate_id": printed.id, "reason": "x", "correction": "replacement"}
        )
        self.assertEqual(early.kind, "recall")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            early.kind = "issued"
        certificate = self._released("C-2")
        vals = {"certificate_id": certificate.id, "correction": "replacement"}
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            changes.with_user(self.carl).create({**vals, "reason": False})
        blank = changes.with_user(self.carl).create({**vals, "reason": " "})
        self._refused("reason", blank.action_request)
        # Handed over when the change was drafted, brought back before it was asked for.
        drafted = changes.with_user(self.carl).create(
            {
                "certificate_id": certificate.id,
                "reason": "wrong range",
                "correction": "replacement",
            }
        )
        release = certificate.sudo().release_ids
        release.with_user(self.thea).action_reverse("wrong receiver")
        self._refused("has not been handed over: use a recall", drafted.action_request)
        self._release(self.env["metrology.sample"], certificate).action_done()
        drafted.action_request()
        self._refused("yourself", drafted.action_review)
        self._refused("does not fit", drafted.with_user(self.erna).action_approve)
        with self.assertRaises(AccessError):
            drafted.with_user(self.anna).action_approve()
        checker = self._new_user("rec_check", "checker")
        drafted.with_user(checker).action_review()
        checker.sudo().group_ids += self.env.ref("metrology.group_signatory")
        self._refused("two persons", drafted.with_user(checker).action_approve)
        self.carl.sudo().group_ids += self.env.ref("metrology.group_signatory")
        self._refused("yourself", drafted.with_user(self.carl).action_approve)
        drafted.with_user(self.erna).action_approve()
        successor = drafted.sudo().result_id
        self.assertEqual(successor.state, "editing")
        self._again(successor)
        self.assertNotEqual(successor.name, certificate.name)
        self.assertEqual((certificate.state, drafted.state), ("superseded", "reissued"))
        self._supplement(checker)

    def _again(self, certificate):
        certificate = certificate.with_env(self.env)
        self._act(certificate, "action_submit", self.anna)
        self._act(certificate, "action_check", self.carl)
        self._act(certificate, "action_approve", self.erna)

    def _supplement(self, checker):
        original = self._released("C-3")
        change = (
            self.env["metrology.certificate.change"]
            .with_user(self.anna)
            .create(
                {
                    "certificate_id": original.id,
                    "reason": "upper limit missing",
                    "correction": "supplement",
                }
            )
        )
        change.action_request()
        change.with_user(checker).action_review()
        change.with_user(self.erna).action_approve()
        supplement = change.sudo().result_id
        supplement.with_user(self.anna).note = "补充：量程上限 1.6 MPa"
        self._again(supplement)
        self.assertEqual(original.state, "released")
        page = self._pages(supplement.sudo()._get_issued_pdf())[0]
        self.assertIn(f"对编号为{original.name}的检定证书的补充文件", page)

    @requirement("S0-7.1.1")
    def test_everything_from_the_order(self):
        """From a finished order each document is reached and the counts match; a
        certificate that comes from no line of an order is refused."""
        certificate = self._to("printed")
        sample = self._back_in_store(certificate)
        self._release(sample, certificate).action_done()
        order = certificate.order_id.with_user(self.boris)
        for action, count, found in (
            ("action_view_samples", order.sample_count, sample),
            ("action_view_jobs", order.job_count, certificate.job_id),
            ("action_view_records", order.record_count, certificate.record_id),
            ("action_view_certificates", order.certificate_count, certificate),
            ("action_view_releases", order.release_count, certificate.release_ids),
        ):
            shown = getattr(order, action)()
            model = self.env[shown["res_model"]].with_user(self.boris)
            reached = (
                model.browse(shown["res_id"])
                if shown.get("res_id")
                else model.search(shown["domain"])
            )
            self.assertEqual(reached, found.with_user(self.boris), action)
            self.assertEqual(count, 1, action)
            self.assertTrue(reached.read(["display_name"]))
            self.assertIn(action, order.get_view(view_type="form")["arch"])
        vals = certificate.record_id.sudo()._prepare_certificate_vals()
        certificates = self.env["metrology.certificate"]
        self._refused(
            "made from its technical record",
            certificates.with_user(self.anna).create,
            {**vals, "record_id": False},
        )
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            certificates.sudo()._step("test").create({**vals, "record_id": False})

    @requirement("S1-7.6.4-1")
    def test_supplement_goes_the_whole_way(self):
        """A supplement begins at editing; before its approval it is not handed over,
        and without the words of what it adds it is not submitted."""
        original = self._released()
        change = (
            self.env["metrology.certificate.change"]
            .with_user(self.anna)
            .create(
                {
                    "certificate_id": original.id,
                    "reason": "upper limit missing",
                    "correction": "supplement",
                }
            )
        )
        change.action_request()
        change.with_user(self.carl).action_review()
        change.with_user(self.erna).action_approve()
        supplement = change.sudo().result_id.with_env(self.env)
        self.assertEqual(supplement.state, "editing")
        release = self._release(self.env["metrology.sample"], supplement)
        release.way = "electronic"
        self._refused("cannot be handed over", release.action_done)
        self._refused(
            "Note is empty", self._act, supplement, "action_submit", self.anna
        )
        supplement.with_user(self.anna).note = "补充：量程上限 1.6 MPa"
        for action, user, state in (
            ("action_submit", self.anna, "checking"),
            ("action_check", self.carl, "approving"),
        ):
            self._act(supplement, action, user)
            self.assertEqual(supplement.state, state)
            self._refused("cannot be handed over", release.action_done)
        self._act(supplement, "action_approve", self.erna)
        page = self._pages(supplement.sudo()._get_issued_pdf())[0]
        self.assertIn(f"对编号为{original.name}的检定证书的补充文件", page)
        release.action_done()
        self.assertEqual(supplement.state, "released")
        self.assertEqual(original.state, "released")
