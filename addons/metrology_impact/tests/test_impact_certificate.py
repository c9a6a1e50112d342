# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement
from odoo.addons.metrology_certificate.tests.common import CertificateCommon


@tagged("post_install", "-at_install")
class TestImpactCertificate(CertificateCommon):
    """What follows for certificates when a standard was found wrong."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quality = cls._new_user("ic_quality", "quality")
        cls.customer.write({"email": "steel@example.com", "lang": "en_US"})

    def _ranked(self, shift="-0.02"):
        analysis = (
            self.env["metrology.impact.analysis"]
            .with_user(self.quality)
            .create(
                {
                    "equipment_id": self.gauge_tester.id,
                    "shift_kind": "constant",
                    "shift_value": shift,
                }
            )
        )
        analysis.action_compute()
        return analysis

    def _lines(self, analysis):
        return {line.certificate_id: line for line in analysis.line_ids}

    @requirement("S0-5.5.3", "S1-7.3.3-7")
    def test_certificates_are_listed(self):
        """Stopping the equipment lists the certificates since the last good evidence;
        one that is void is none."""
        first = self._to("released", "N-1")
        second = self._to("checking", "N-2")
        gone = self._to("checking", "N-3")
        gone.with_user(self.erna).action_void("typing error")
        self.gauge_tester.with_user(self.keeper)._register_event(
            "suspend", "dropped on the floor"
        )
        analysis = self.env["metrology.impact.analysis"].search(
            [("equipment_id", "=", self.gauge_tester.id)]
        )
        self.assertEqual(analysis.line_ids.certificate_id, first | second)
        self.assertEqual(len(analysis.line_ids), 3)
        self.assertEqual(analysis.certificate_count, 2)

    def test_hold(self):
        """On hold, a certificate is neither made, approved, printed nor released; a
        decision lets it go on."""
        approving = self._to("approving", "H-1")
        printing = self._to("to_print", "H-2")
        record = self._record("H-3")
        analysis = self._ranked()
        analysis.line_ids.action_hold("the piston was bent")
        with self.assertRefused(UserError, "is on hold because of"):
            self._act(approving, "action_approve", self.erna)
        with self.assertRefused(UserError, "is on hold because of"):
            printing.with_user(self.boris).action_print()
        with self.assertRefused(UserError, "is on hold because of"):
            printing.sudo()._mark_released()
        with self.assertRefused(UserError, "is on hold because of"):
            record.with_user(self.anna)._make_certificate()
        lines = self._lines(analysis)
        lines[approving].action_no_effect("far below U")
        self._act(approving, "action_approve", self.erna)
        self.assertEqual(approving.state, "to_print")
        with self.assertRefused(UserError, "is not decided upon"):
            analysis.action_close("done")

    def test_recall_and_replacement(self):
        """What is still here is recalled, what is out replaced, by the ordinary change
        with its own review and approval; the decider does not approve it."""
        printed = self._to("printed", "R-1")
        released = self._to("released", "R-2")
        editing = self._draft("R-3")
        analysis = self._ranked()
        lines = self._lines(analysis)
        self.assertTrue(all(line.changes for line in analysis.line_ids))
        with self.assertRefused(UserError, "no certificate that is signed"):
            lines[editing].action_recall("wrong results")
        both = lines[printed] | lines[released]
        with self.assertRaises(AccessError):
            both.with_user(self.erna).action_recall("wrong results")
        both.action_recall("wrong results")
        self.assertEqual(lines[printed].decision, "recall")
        self.assertEqual(lines[released].decision, "replacement")
        recall, change = lines[printed].change_id, lines[released].change_id
        self.assertEqual((recall.kind, recall.state), ("recall", "requested"))
        self.assertEqual((change.kind, change.correction), ("issued", "replacement"))
        self.assertEqual(change.applicant_id, self.quality)
        self.assertIn(analysis.name, change.reason)
        with self.assertRefused(UserError, "not decided yet"):
            printed.with_user(self.boris).action_print("again")
        recall.with_user(self.erna).action_approve()
        self.assertEqual(printed.state, "editing")
        change.with_user(self.carl).action_review()
        change.with_user(self.erna).action_approve()
        self.assertEqual(change.result_id.relation, "replacement")

    def test_letters(self):
        """One draft a customer lists his certificates; sent by mail or noted as posted
        it stays as it is; an analysis with an unsent letter is not closed."""
        first = self._to("released", "L-1")
        second = self._to("released", "L-2")
        analysis = self._ranked("0.0001")
        analysis.line_ids.action_inform("The error is below a tenth of U.")
        letter = analysis.letter_ids
        self.assertEqual(letter.partner_id, self.customer)
        self.assertEqual(letter.line_ids.certificate_id, first | second)
        self.assertIn("below a tenth of U", letter.body)
        self.assertEqual(set(analysis.line_ids.mapped("decision")), {"inform"})
        with self.assertRefused(UserError, "was not sent yet"):
            analysis.action_close("informed")
        with self.assertRefused(UserError, "buttons"):
            letter.with_user(self.quality).write({"state": "sent"})
        with self.assertRaises(AccessError):
            letter.with_user(self.anna).action_send()
        self.customer.email = False
        with self.assertRefused(UserError, "no e-mail address"):
            letter.with_user(self.boris).action_send()
        self.customer.email = "steel@example.com"
        letter.with_user(self.boris).action_send()
        self.assertEqual((letter.state, letter.way), ("sent", "email"))
        message = letter.message_ids.filtered(lambda one: one.subject)
        self.assertEqual(message.partner_ids, self.customer)
        for certificate in (first, second):
            self.assertIn(certificate.name, message.body)
        with self.assertRefused(UserError, "sent already"):
            letter.with_user(self.boris).action_posted()
        with self.assertRefused(UserError, "cannot be changed"):
            letter.with_user(self.quality).write({"body": "<p>other</p>"})
        analysis.action_close("informed")
        self.assertEqual(analysis.state, "closed")

    def test_informed_after_a_replacement(self):
        """The customer of a certificate that is to be replaced is informed, too."""
        released = self._to("released", "I-1")
        analysis = self._ranked()
        line = self._lines(analysis)[released]
        line.action_recall("wrong results")
        line.action_inform("We replace it.")
        self.assertEqual(line.decision, "replacement")
        self.assertEqual(line.letter_id.line_ids, line)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "metrology_impact.report_impact_letter", line.letter_id.ids
        )
        self.assertIn(released.name, html.decode())

    def test_report_names_certificates(self):
        """The printed ranking names the certificate and its state beside the record."""
        released = self._to("released", "P-1")
        analysis = self._ranked()
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "metrology_impact.report_impact", analysis.ids
        )
        self.assertIn(released.name, html.decode())
        self.assertIn("证书编号", html.decode())

    def test_queries_of_follow_ups_do_not_grow(self):
        """Informing the customers of three certificates, or requesting their change,
        needs as many queries as for one."""
        for number in range(4):
            self._to("released", f"Y-{number}")
        for name in ("inform", "recall"):
            analysis = self._ranked("-0.02")
            first, rest = analysis.line_ids[:1], analysis.line_ids[1:]
            counts = []
            for lines in (first, rest):
                self.env.flush_all()
                self.env.invalidate_all()
                action = getattr(lines, f"action_{name}")
                counts.append(self._count(lambda action=action: action("reason")))
            self.assertLessEqual(counts[1], counts[0] + 2, (name, counts))
