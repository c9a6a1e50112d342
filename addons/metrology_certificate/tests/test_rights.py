# SPDX-License-Identifier: AGPL-3.0-only
from ast import literal_eval

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tests.common import MetrologyCase
from odoo.addons.metrology.tools.requirement import requirement

from .common import CertificateCommon


@tagged("post_install", "-at_install")
class TestRights(CertificateCommon):
    """What nobody may do past the buttons."""

    tamper = MetrologyCase.tamper

    def test_no_writing_past_the_steps(self):
        """State, number, persons, content and computed dates are the steps' own."""
        certificate = self._draft()
        for name, value in {
            "state": "to_print",
            "name": "JD-1",
            "checker_id": self.carl_employee.id,
            "content": {"number": "x"},
            "content_digest": "x",
            "valid_until": "2099-01-01",
            "kind": "calibration",
            "pdf_sha256": "x",
            "token": "x",
            "order_id": False,
        }.items():
            with (
                self.subTest(name),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                certificate.with_user(self.anna).write({name: value})

    def test_not_made_or_copied_by_hand(self):
        """A certificate is made from its record only."""
        certificate = self._draft()
        with self.assertRaisesRegex(UserError, "from its technical record"):
            certificate.with_user(self.anna).copy()
        with self.assertRaises(UserError):
            self.env["metrology.certificate.signature"].with_user(self.erna).create(
                {"certificate_id": certificate.id, "role": "approver"}
            )

    def test_late_cover_change(self):
        """The cover is closed once it was submitted."""
        certificate = self._to("checking")
        with self.assertRaisesRegex(UserError, "returned to the tester"):
            certificate.with_user(self.anna).write({"note": "x"})

    def test_business_does_not_sign(self):
        """The clerk who prints neither submits, checks nor approves."""
        certificate = self._draft()
        with self.assertRaises(AccessError):
            self._act(certificate, "action_submit", self.boris)
        self._act(certificate, "action_submit", self.anna)
        with self.assertRaises(AccessError):
            self._act(certificate, "action_check", self.boris)
        self._act(certificate, "action_check", self.carl)
        with self.assertRaises(AccessError):
            self._act(certificate, "action_approve", self.boris)

    def test_context_makes_no_document(self):
        """No value a client can send makes the document itself: copies are marked, and
        carry no QR code and no attached data."""
        certificate = self._to("to_print")
        for flag in (True, 1, "x"):
            pdf, _kind = (
                self.env["ir.actions.report"]
                .with_user(self.boris)
                .with_context(force_report_rendering=True, metrology_official=flag)
                ._render_qweb_pdf(
                    "metrology_certificate.report_certificate", certificate.ids
                )
            )
            for page in self._pages(pdf):
                self.assertIn("COPY", page)
            self.assertNotIn(b"certificate.json", pdf)

    def test_issued_file_is_not_an_attachment_to_read(self):
        """The attachment of the issued file is not readable past the print list."""
        certificate = self._to("to_print")
        attachment = certificate.sudo().pdf_id
        for user in (self.anna, self.boris, self.erna):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attachment.with_user(user).read(["raw"])
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                certificate.with_user(user).read(["pdf_id"])

    @requirement("S3-5.8.7")
    def test_query_shows_the_holder(self):
        """By part of the serial number one finds the certificate and whom it waits for;
        who has no access finds and reads nothing."""
        certificate = self._to("checking", "SN-4711")
        found = self.env["metrology.certificate"].with_user(self.boris)
        found = found.search([("serial_number", "ilike", "471")])
        self.assertEqual(found, certificate)
        self.assertEqual(found.state, "checking")
        self.assertEqual(found.waits_for, self.env.ref("metrology.group_checker").name)
        stranger = certificate.with_user(self.stranger)
        with self.assertRaises(AccessError):
            stranger.search([("serial_number", "ilike", "471")])
        with self.assertRaises(AccessError):
            stranger.read(["name"])

    @requirement("S3-5.8.14")
    def test_query_of_issued(self):
        """The list of issued ones has no draft, shows the hand-over and is not written
        from."""
        draft, released = self._to("checking"), self._to("released", "R-2")
        action = self.env.ref("metrology_certificate.action_certificate_issued")
        domain = literal_eval(action.domain)
        found = self.env["metrology.certificate"].with_user(self.boris)
        self.assertFalse(found.search([*domain, ("name", "=", draft.name)]))
        one = found.search([*domain, ("name", "=", released.name)])
        self.assertTrue(one.released_on)
        with self.assertRaises(UserError):
            one.write({"note": "x"})
        self.assertIs(literal_eval(action.context)["edit"], False)

    @requirement("S3-5.8.11-1")
    def test_printing(self):
        """The first print makes it printed, a second one needs a reason and is counted;
        what is not approved cannot be printed and is not in the list."""
        draft, certificate = self._to("approving"), self._to("to_print", "P-2")
        with self.assertRaisesRegex(UserError, "not approved"):
            draft.with_user(self.boris).action_print()
        action = self.env.ref("metrology_certificate.action_certificate_print")
        self.assertNotIn(draft, draft.search(literal_eval(action.domain)))
        certificate.with_user(self.boris).action_print()
        self.assertEqual((certificate.state, certificate.print_count), ("printed", 1))
        with self.assertRaisesRegex(UserError, "Say why"):
            certificate.with_user(self.boris).action_print(" ")
        certificate.with_user(self.boris).action_print("paper jam")
        self.assertEqual(certificate.print_count, 2)
        self.assertIn("paper jam", certificate.message_ids[0].body)
        with self.assertRaises(AccessError):
            certificate.with_user(self.anna).action_print("x")

    def test_tampering_past_the_application_is_found(self):
        """What was changed in the database behind the triggers is found and named."""
        certificate = self._to("to_print")
        self.assertEqual(certificate._sealed_check(), [])
        self.tamper(
            "metrology_certificate",
            "UPDATE metrology_certificate SET serial_number = 'X' WHERE id = %s",
            certificate.id,
        )
        (problem,) = certificate._sealed_check()
        self.assertEqual(problem["name"], certificate.display_name)
        self.assertIn("Serial Number", problem["message"])

    def test_tampered_content_is_found(self):
        """Content that is not what was signed is found, and the public page vouches for
        nothing."""
        certificate = self._to("to_print")
        self.tamper(
            "metrology_certificate",
            "UPDATE metrology_certificate"
            " SET content = jsonb_set(content, '{conclusion}', '\"不合格\"')"
            " WHERE id = %s",
            certificate.id,
        )
        (problem,) = certificate._sealed_check()
        self.assertEqual(problem["kind"], "content")
        values = certificate.sudo()._get_public_values()
        self.assertEqual(values["status"], "unclear")

    def test_database_refuses_writing_issued(self):
        """The database itself refuses to change an issued certificate."""
        certificate = self._to("to_print")
        self.env.flush_all()
        with (
            self.assertRaises(psycopg2.Error),
            self.env.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            self.env.cr.execute(
                "UPDATE metrology_certificate SET serial_number = 'X' WHERE id = %s",
                [certificate.id],
            )
