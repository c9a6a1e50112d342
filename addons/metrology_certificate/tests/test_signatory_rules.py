# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import CertificateCommon


@tagged("post_install", "-at_install")
class TestSignatoryRules(CertificateCommon):
    """Who may sign a certificate: title, authorization, age, deputy, opinions."""

    def _refused(self, word, certificate, user=None, action="action_approve"):
        before = certificate.state
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self._act(certificate, action, user or self.erna)
        self.assertIn(word, str(caught.exception))
        certificate.invalidate_recordset()
        self.assertEqual(certificate.state, before)

    def _rights(self, employee, activity="approve"):
        return (
            self.env["metrology.authorization"]
            .sudo()
            .search([("employee_id", "=", employee.id), ("activity", "=", activity)])
        )

    @requirement("S0-5.1.3")
    def test_signatory_of_this_capability_in_force_and_qualified(self):
        """Without an authorization for the certificate's own capability, with one that
        is over, or without title: refused, and the state is as before."""
        certificate = self._to("approving")
        right = self._rights(self.erna_employee)
        other = self.capability.sudo().copy({"code": "SIG-2"})
        right._guard_open().capability_id = other
        self._refused("not authorized", certificate)
        right._guard_open().capability_id = self.capability
        right._guard_open().date_to = self.today - timedelta(days=1)
        self._refused("ended on", certificate)
        right._guard_open().date_to = self.today
        self.erna_employee.professional_title = "assistant"
        self._refused("cannot be a signatory", certificate)
        # A registered metrologist in date may, without the title.
        self.erna_employee.write(
            {"metrologist_number": "R-1", "metrologist_date_to": self.today}
        )
        self._act(certificate, "action_approve", self.erna)
        self.assertEqual(certificate.state, "to_print")

    @requirement("S0-5.1.2-3")
    def test_age_on_the_day_of_signing(self):
        """66 since yesterday: the checker's and the signatory's signatures are refused;
        on the day before the 66th birthday both pass; no birthday, no signature."""
        certificate = self._draft()
        self._act(certificate, "action_submit", self.anna)
        sixty_six = self.today - relativedelta(years=66)
        for employee, user, action, reached in (
            (self.carl_employee, self.carl, "action_check", "approving"),
            (self.erna_employee, self.erna, "action_approve", "to_print"),
        ):
            employee.birthday = sixty_six - timedelta(days=1)
            self._refused("age limit", certificate, user, action)
            employee.birthday = False
            self._refused("birthday", certificate, user, action)
            employee.birthday = sixty_six + timedelta(days=1)
            self._act(certificate, action, user)
            self.assertEqual(certificate.state, reached)

    @requirement("S1-7.2-3")
    def test_opinions_need_their_own_authorization(self):
        """With opinions in it, a signatory who may sign and not give opinions is
        refused; authorized to give them, he signs, and they are printed as such."""
        certificate = self._draft()
        certificate.with_user(self.anna).opinions = "建议缩短检定周期"
        self._act(certificate, "action_submit", self.anna)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            certificate.with_user(self.anna).write({"opinions": "changed"})
        self._act(certificate, "action_check", self.carl)
        self._refused("Give Opinions", certificate)
        right = self._rights(self.erna_employee)[:1].copy({"activity": "opinion"})
        right._guard_open().state = "active"
        self._act(certificate, "action_approve", self.erna)
        self.assertEqual(certificate.state, "to_print")
        self.assertEqual(certificate.content["opinions"], "建议缩短检定周期")
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html(
                certificate.layout_id.report_id.report_name, certificate.ids
            )[0]
            .decode()
        )
        self.assertIn("意见和解释", html)
        self.assertIn("建议缩短检定周期", html)

    def test_without_opinions_none_is_asked(self):
        """A certificate without opinions is signed as ever; blanks are none."""
        certificate = self._draft()
        certificate.with_user(self.anna).opinions = "  "
        self._act(certificate, "action_submit", self.anna)
        self._act(certificate, "action_check", self.carl)
        self._act(certificate, "action_approve", self.erna)
        self.assertNotIn("opinions", certificate.content)

    def test_commitment_and_evaluation_of_the_signatory(self):
        """What stops a person stops the signature, too."""
        certificate = self._to("approving")
        evaluation = self.env["metrology.evaluation"].create(
            {
                "employee_id": self.erna_employee.id,
                "evaluator_id": self.carl_employee.id,
                "date_to": self.today + timedelta(days=100),
                "result": "not",
                "finding": "Did not read it.",
                "state": "confirmed",
            }
        )
        self._refused("not competent", certificate)
        evaluation._guard_open().result = "competent"
        self._act(certificate, "action_approve", self.erna)

    def test_deputy_of_a_signatory(self):
        """Appointed, the deputy signs in the period, if he is authorized himself; the
        signature says for whom; outside the period he is refused."""
        fritz, employee = self._new_person("rec_fritz", "tester")
        employee.professional_title = "engineer"
        certificate = self._to("approving")
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._act(certificate, "action_approve", fritz)
        deputy = self.env["metrology.deputy"].create(
            {
                "principal_id": self.erna_employee.id,
                "deputy_id": employee.id,
                "post_id": self.env.ref("metrology.group_signatory").id,
                "date_from": self.today + timedelta(days=1),
                "date_to": self.today + timedelta(days=3),
            }
        )
        deputy.with_user(self.thea).action_activate()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._act(certificate, "action_approve", fritz)
        deputy._guard_open().date_from = self.today
        self._refused("not authorized", certificate, fritz)
        self._rights(self.erna_employee)[:1].copy(
            {"employee_id": employee.id}
        )._guard_open().state = "active"
        self._act(certificate, "action_approve", fritz)
        signature = certificate.signature_ids.filtered(lambda s: s.role == "approver")
        self.assertEqual(signature.employee_id, employee)
        self.assertEqual(signature.on_behalf_of_id, self.erna)
        self.assertIn(
            "deputy for Erna", "".join(certificate.message_ids.mapped("body"))
        )
