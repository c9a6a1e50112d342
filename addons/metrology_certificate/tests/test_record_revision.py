# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CertificateCommon


@tagged("post_install", "-at_install")
class TestRecordRevision(CertificateCommon):
    """A certificate whose technical record was wrong."""

    def _refused(self, text, method, *arguments, error=UserError):
        with self.assertRaisesRegex(error, text), self.env.cr.savepoint():
            method(*arguments)

    def _request(self, certificate, **values):
        change = (
            self.env["metrology.certificate.change"]
            .with_user(self.anna)
            .create(
                {
                    "certificate_id": certificate.id,
                    "reason": "0.4 was read wrong",
                    "record_wrong": True,
                    **values,
                }
            )
        )
        change.action_request()
        return change

    def _replace(self, certificate):
        """Return the replacement of a released certificate and its corrected record."""
        change = self._request(certificate, correction="replacement")
        change.with_user(self.carl).action_review()
        change.with_user(self.erna).action_approve()
        successor = change.with_env(self.env).result_id
        return successor, successor.record_id

    def _correct(self, record, value="0.41"):
        """Type another value of the first point and submit, as the executor."""
        record = record.with_user(self.anna)
        sheet = record.get_entry_sheet()
        data = sheet["data"]
        data["tables"]["points"][0]["down_after"] = value
        record.save_draft(data, sheet["token"])
        record.action_submit("rec_anna", "Read one division too high")

    def test_replacement_from_a_corrected_record(self):
        """The old record stays as it was sealed; another of the same job begins with its
        values, shows the wrong one struck through, is signed and checked, and feeds the
        replacement. When that is issued, only its results count."""
        certificate = self._to("released")
        old = certificate.record_id
        kept = (old.state, old.data, old.result, old.sealed_head)
        replacement, record = self._replace(certificate)
        self.assertEqual((record.origin_id, record.job_id), (old, old.job_id))
        self.assertNotEqual(record.name, old.name)
        self.assertEqual((record.state, record.draft_data), ("running", old.data))
        self.assertEqual(replacement.relation, "replacement")
        self._refused(
            "has not been submitted", self._act, replacement, "action_submit", self.anna
        )
        self._refused("give the reason", self._submit_without_reason, record)
        self._correct(record)
        [change] = record.corrections
        self.assertEqual((change["old"], change["new"]), ("0.42", "0.41"))
        self.assertEqual(change["reason"], "Read one division too high")
        report = self.env["ir.actions.report"].with_user(self.anna)
        for one, text in ((record, "更正原始记录"), (old, "更正，保存备查")):
            html, _kind = report._render_qweb_html(
                "metrology_record.report_record", one.ids
            )
            self.assertIn(text, html.decode())
        self._act(replacement, "action_submit", self.anna)
        self._act(replacement, "action_check", self.carl)
        self.assertEqual(record.state, "locked")
        self.assertEqual(certificate.state, "released")
        self.assertFalse(any(old.result_ids.mapped("superseded")))
        self._act(replacement, "action_approve", self.erna)
        self.assertEqual(certificate.state, "superseded")
        self.assertTrue(all(old.result_ids.mapped("superseded")))
        self.assertFalse(any(record.result_ids.mapped("superseded")))
        self.env.invalidate_all()
        self.assertEqual((old.state, old.data, old.result, old.sealed_head), kept)
        self.assertFalse((old | record)._sealed_check())
        self.assertNotEqual(
            replacement.content["record_digest"], certificate.content["record_digest"]
        )

    def _submit_without_reason(self, record):
        record = record.with_user(self.anna)
        sheet = record.get_entry_sheet()
        sheet["data"]["tables"]["points"][0]["down_after"] = "0.41"
        record.save_draft(sheet["data"], sheet["token"])
        record.action_submit("rec_anna")

    def test_the_work_was_done_once(self):
        """Two weeks later the correction keeps day, equipment and time of the work; who
        signs it must be authorised on the day he signs."""
        certificate = self._to("released")
        old = certificate.record_id
        with freeze_time(self.today + timedelta(days=14)):
            replacement, record = self._replace(certificate)
            self._refused(
                "does not change",
                record.with_user(self.anna).write,
                {"environment_to": "2026-01-01 00:00:00"},
            )
            rights = self.env["metrology.authorization"].search(
                [
                    ("employee_id", "=", self.anna_employee.id),
                    ("activity", "=", "verify"),
                ]
            )
            kept = rights.date_to
            rights._guard_open().date_to = self.today
            self._refused("Anna", self._correct, record)
            rights._guard_open().date_to = kept
            self._correct(record)
            self._act(replacement, "action_submit", self.anna)
            self.assertEqual(replacement.test_date, certificate.test_date)
            self.assertEqual(replacement.valid_until, certificate.valid_until)
        self.assertEqual(record._get_day(), old._get_day())
        self.assertEqual(record.standard_snapshot, old.standard_snapshot)
        self.assertEqual(record.environment_to, old.environment_to)
        self.assertEqual(
            record.equipment_line_ids.mapped(lambda one: (one.equipment_id, one.day)),
            old.equipment_line_ids.mapped(lambda one: (one.equipment_id, one.day)),
        )

    def test_after_the_whole_order_is_out(self):
        """Sample and certificates are with the customer and the order is closed: what
        was wrong is replaced all the same."""
        certificate = self._to("released")
        self.patch(type(certificate.job_id), "_sample_is_here", lambda _self: False)
        certificate.order_id.sudo().write({"state": "closed"})
        replacement, record = self._replace(certificate)
        self._correct(record)
        for action, user in (
            ("action_submit", self.anna),
            ("action_check", self.carl),
            ("action_approve", self.erna),
        ):
            self._act(replacement, action, user)
        self.assertEqual(replacement.state, "to_print")

    def test_recalled_before_release(self):
        """A recall for a wrong record opens that record itself: it was not out."""
        certificate = self._to("to_print")
        record = certificate.record_id
        change = self._request(certificate)
        change.with_user(self.erna).action_approve()
        self.assertEqual((certificate.state, record.state), ("editing", "running"))
        self.assertFalse(record.revision_ids)
        self._correct(record)
        self._act(certificate, "action_submit", self.anna)
        self._act(certificate, "action_check", self.carl)
        self._act(certificate, "action_approve", self.erna)
        self.assertEqual((certificate.state, record.state), ("to_print", "locked"))
        self.assertEqual(len(record.corrections), 1)

    def test_given_up_with_its_certificate(self):
        """A replacement that is voided takes its corrected record along: it is not
        typed into or signed any more, and a new correction can be made."""
        certificate = self._to("released")
        replacement, record = self._replace(certificate)
        replacement.with_user(self.erna).action_void("it was right")
        self.assertEqual(record.given_up, "it was right")
        self._refused("given up", self._correct, record)
        step = next(
            one
            for one in self.env["metrology.work"].with_user(self.anna)._get_steps()
            if one["key"] == "record_mine"
        )
        self.assertNotIn(
            record,
            self.env["metrology.record"].with_user(self.anna).search(step["domain"]),
        )
        self._refused(
            "replacement of its certificate only",
            record.with_user(self.anna)._make_certificate,
        )
        _second, again = self._replace(certificate)
        self.assertNotEqual(again, record)
        self.assertEqual(again.origin_id, certificate.record_id)

    def test_only_the_change_opens_it(self):
        """No supplement for a wrong record; nobody writes what a record corrects, nor
        changes the request afterwards; a tester does not decide."""
        certificate = self._to("released")
        with self.assertRaisesRegex(ValidationError, "choose a replacement"):
            self._request(certificate, correction="supplement")
        change = self._request(certificate, correction="replacement")
        self._refused("in use", change.write, {"record_wrong": False})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            change.with_user(self.anna).action_approve()
        record = certificate.record_id.with_user(self.anna)
        for values in ({"origin_id": record.id}, {"given_up": "x"}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                record.write(values)
        other = self._record("G-2")
        with self.assertRaisesRegex(UserError, "opened from its job"):
            self.env["metrology.record"].with_user(self.anna).create(
                {
                    "job_id": record.job_id.id,
                    "version_id": record.version_id.id,
                    "origin_id": other.id,
                }
            )
