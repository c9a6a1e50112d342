# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.metrology_record.models.metrology_record import SEALED_STATES

from .metrology_certificate import SIGNING_STATES


class MetrologyCertificate(models.Model):
    """The chain of signatures: submit, confirm, check, approve, return."""

    _inherit = "metrology.certificate"

    def _submit(self):
        employee = self._get_employee()
        self._require_group("metrology.group_tester", "metrology.group_office")
        self._lock()
        for certificate in self:
            certificate._check_state("editing")
            certificate._refresh_from_record()
            certificate._raise_blockers(certificate._get_submit_blockers())
        self._assign_numbers()
        for certificate in self:
            content = certificate._prepare_content()
            certificate._step(self.env._("Submitted")).write(
                {
                    "editor_id": employee.id,
                    "content": content,
                    "content_digest": self._get_digest(content),
                    "return_reason": False,
                }
            )
            if certificate.tester_id == employee:
                evidence = certificate._check_eligible("author", employee)
                certificate._sign("tester", employee, evidence)
                certificate._move_to("checking")
            else:
                certificate._sign("editor", employee, {})
                certificate._move_to("initial_review")
                certificate._notify_tester(
                    self.env._(
                        "Confirm the certificate that %(name)s edited.",
                        name=employee.name,
                    )
                )
        self._done_activities()

    def _refresh_from_record(self):
        """Take over what the record says by now: it may have gone back meanwhile."""
        if self.record_id.state not in SEALED_STATES:
            return
        vals = self.record_id._prepare_certificate_result()
        if vals["kind"] == self.kind:
            # Chosen or worded by the editor: his words stay.
            for name in ("layout_id", "conclusion_text"):
                vals.pop(name)
        elif self.name:
            # A number belongs to the series of its kind (see the submit blockers).
            for name in ("kind", "layout_id"):
                vals.pop(name)
        self._step(self.env._("Taken over from the record")).write(vals)

    def _confirm(self):
        employee = self._get_employee()
        self._lock()
        for certificate in self:
            certificate._check_state("initial_review")
            certificate._check_is_tester(employee)
            certificate._check_content_unchanged()
            evidence = certificate._check_eligible("author", employee)
            certificate._sign("tester", employee, evidence)
            certificate._move_to("checking")
        self._done_activities()

    def _check_step(self):
        employee = self._get_employee()
        self._require_group("metrology.group_checker")
        self._lock()
        for certificate in self:
            certificate._check_state("checking")
            certificate._check_other_person(
                employee,
                certificate.tester_id
                | certificate.editor_id
                | certificate._get_executors(),
            )
            certificate._check_content_unchanged()
        self._check_records()
        for certificate in self:
            evidence = certificate._check_eligible("check", employee)
            certificate._step(self.env._("Checked")).write({"checker_id": employee.id})
            certificate._sign("checker", employee, evidence)
            certificate._move_to("approving")

    def _get_executors(self):
        """Return the employees who signed the record as executors."""
        self.ensure_one()
        signatures = self.record_id.sudo().signature_ids
        return signatures.filtered(
            lambda one: one.valid and one.role == "execute"
        ).employee_id

    def _check_records(self):
        """Check and sign the records that wait for it, with the same signature act.

        The checker reads the record together with the certificate made of it; both
        are signed or none. A record that was checked before stays as it is.

        :raises UserError: a record has not both signatures in the end (S1-7.5-2)
        """
        records = self.record_id.with_env(self.env)
        records._lock()
        waiting = records.filtered(lambda record: record.state == "submitted")
        if waiting:
            waiting.check_access("write")
            waiting._check_and_sign(waiting._get_checker())
        for certificate in self:
            certificate._raise_blockers(certificate.record_id._get_signature_blockers())

    def _approve(self):
        employee = self._get_employee()
        self._require_group("metrology.group_signatory")
        self._lock()
        for certificate in self:
            certificate._check_state("approving")
            certificate._check_other_person(
                employee,
                certificate.tester_id | certificate.editor_id | certificate.checker_id,
            )
            certificate._check_content_unchanged()
            certificate._raise_blockers(certificate._get_approve_blockers())
            evidence = certificate._check_eligible("approve", employee)
            certificate._sign("approver", employee, evidence)
            # Nothing is taken back any more from under what is issued.
            certificate.record_id.sudo()._file()
            certificate._issue(employee)

    def _return(self, reason):
        employee = self._get_employee()
        self._lock()
        for certificate in self:
            certificate._check_state(*SIGNING_STATES)
            certificate._check_may_return(employee)
        self._give_back(reason)
        self._done_activities()

    def _give_back(self, reason):
        """Open signed certificates for editing again, by a return of them or of their
        record; the signatures become history."""
        for certificate in self:
            certificate.sudo().signature_ids._withdraw(reason)
            certificate._step(reason).write(
                {
                    "state": "editing",
                    "return_reason": reason,
                    "checker_id": False,
                    "content": False,
                    "content_digest": False,
                }
            )
            certificate.message_post(
                body=self.env._("Returned: %(reason)s", reason=reason)
            )
            certificate._notify_tester(reason)
        self.env["metrology.certificate.change"]._after_return(self, reason)

    def _check_may_return(self, employee):
        """Whose turn it is may give it back: tester, checker or signatory (S3-5.8.5)."""
        self.ensure_one()
        if self.state == "initial_review":
            self._check_is_tester(employee)
            return
        self._require_group(
            "metrology.group_checker"
            if self.state == "checking"
            else "metrology.group_signatory"
        )
        self._check_other_person(employee, self.tester_id | self.editor_id)

    def _check_content_unchanged(self):
        """The content must still be what was signed, and the record what it was."""
        self.ensure_one()
        if self.record_id.state not in SEALED_STATES:
            raise UserError(
                self.env._(
                    "The technical record %(record)s of the certificate %(name)s is "
                    "being corrected. Return the certificate to the tester.",
                    record=self.record_id.display_name,
                    name=self.display_name,
                )
            )
        if (self.content or {}).get("record_digest") != self.record_id._get_digest():
            raise UserError(
                self.env._(
                    "The technical record %(record)s has changed since the certificate "
                    "%(name)s was submitted. Return the certificate to the tester.",
                    record=self.record_id.display_name,
                    name=self.display_name,
                )
            )
        if self.content_digest != self._get_digest(self.content):
            raise UserError(
                self.env._(
                    "The content of the certificate %(name)s is not what was signed. "
                    "Return it to the tester.",
                    name=self.display_name,
                )
            )

    def _check_eligible(self, activity, employee):
        """Method and standards count on the day of test, the person on that of signing."""
        self.ensure_one()
        today = self.env["metrology.calendar"]._today(self.company_id)
        return (
            self.env["metrology.eligibility"]
            .with_context(metrology_signing_day=today)
            ._check(self.job_id, activity, employee=employee, day=self.test_date)[
                self.job_id.id
            ]
        )

    def _sign(self, role, employee, evidence):
        self.ensure_one()
        self.env["metrology.certificate.signature"].sudo().create(
            self._prepare_signature(role, employee, evidence)
        )

    def _prepare_signature(self, role, employee, evidence):
        """Return the values of the caller's signature in a role. Hook."""
        return {
            "certificate_id": self.id,
            "role": role,
            "employee_id": employee.id,
            "user_id": self.env.uid,
            "person_name": employee.name,
            "signed_on": fields.Datetime.now(),
            "content_digest": self.content_digest,
            "evidence": evidence,
        }

    def _move_to(self, state):
        self._step(self._label("state", state)).write({"state": state})

    def _notify_tester(self, note):
        self.ensure_one()
        user = self.tester_id.user_id
        if user:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.display_name,
                note=note,
                user_id=user.id,
            )

    def _done_activities(self):
        self.activity_ids.filtered(lambda a: a.user_id == self.env.user).action_done()
