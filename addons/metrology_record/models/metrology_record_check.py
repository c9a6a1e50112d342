# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import AccessError

from .metrology_record import SEALED_STATES


class MetrologyRecord(models.Model):
    """Another person checks a record and signs it, or gives it back."""

    _inherit = "metrology.record"

    def action_check(self, password=None, lock=True):
        """Sign the records as checker, another person than who submitted.

        submitted → checked, and → locked unless ``lock`` is false.

        :param str password: of the caller; without it the signing dialog opens
        """
        if password is None:
            return self._open_signing("check")
        self._guard_check_group("metrology.group_checker")
        self.check_access("write")
        self._lock()
        self._require_state("submitted")
        employee = self._get_checker()
        self.env["metrology.signing"]._authenticate(password)
        self._check_and_sign(employee, lock)
        return True

    def _check_and_sign(self, employee, lock=True):
        """Check submitted, locked records as a person who has shown who he is.

        Called by the checker's own step and by that of the certificate, which the
        checker reads together with the record.

        :param employee: hr.employee of the caller, as ``_get_checker`` returns it
        :param bool lock: file the records at once
        :raises UserError: what stands against the check, nothing is signed
        """
        self._require_state("submitted")
        self._refuse(self._get_check_blockers())
        evidence = self._check_eligible("check", employee)
        now = fields.Datetime.now()
        self._write_each(
            {
                record.id: {
                    "state": "checked",
                    "checked_by_id": self.env.uid,
                    "checked_on": now,
                    "evidence": {
                        **(record.evidence or {}),
                        "check": evidence[record.job_id.id],
                    },
                }
                for record in self.sudo()
            },
            self.env._("Checked and signed"),
        )
        self._sign("check", now)
        if lock:
            self._file()

    def _check_eligible(self, activity, employee):
        """Ask whether a person may sign; the means count on the day of the work.

        What lapsed after the work was done does not make it undone; whose
        authorization lapsed does not sign.

        :return: {job id: evidence}
        """
        today = self.env["metrology.calendar"]._today(self.env.company)
        eligibility = self.env["metrology.eligibility"].with_context(
            metrology_signing_day=today
        )
        evidence = {}
        for day, records in self.grouped(lambda record: record._get_day()).items():
            evidence |= eligibility._check(
                records.job_id, activity, employee=employee, day=day
            )
        return evidence

    def _get_checker(self):
        """Return the caller's employee, who may check all records.

        :raises AccessError: he has signed one as executor or typed observations of it,
            or executes one where the institution does not let executors check
        """
        employee = self.env.user.employee_ids[:1]
        if not employee:
            raise AccessError(
                self.env._(
                    "%(user)s is not linked to an employee and cannot check.",
                    user=self.env.user.name,
                )
            )
        own = self._get_own()
        for record in self:
            mine = record in own
            if not mine and not record.company_id.metrology_executor_may_check:
                mine = bool(self.env.user.employee_ids & record.executor_ids)
            if mine:
                raise AccessError(
                    self.env._(
                        "%(record)s is your own record: another person checks it.",
                        record=record.display_name,
                    )
                )
        return employee

    def _get_own(self):
        """Return the records the caller has signed as executor, or typed into.

        Also in an earlier round: what he observed is still in them. One query.
        """
        typed = {
            record.id
            for (record,) in self.env["metrology.record.entry"]
            .sudo()
            ._read_group(
                [("record_id", "in", self.ids), ("user_id", "=", self.env.uid)],
                ["record_id"],
            )
        }
        return self.filtered(
            lambda record: (
                record.submitted_by_id == self.env.user
                or record.id in typed
                or self.env.user in record._get_signers("execute")
            )
        )

    def _get_check_blockers(self):
        """Return what stands against the check as (code, message)."""
        blockers = []
        for record in self:
            if record.duplicate_ids and not (record.duplicate_answer or "").strip():
                blockers.append(
                    (
                        "duplicate",
                        self.env._(
                            "%(record)s has exactly the readings of %(others)s, another "
                            "instrument: return it, or explain it in the record.",
                            record=record.display_name,
                            others=", ".join(record.duplicate_ids.mapped("name")),
                        ),
                    )
                )
            digests = record.signature_ids.filtered(
                lambda one: one.valid and one.role == "execute"
            ).mapped("digest")
            if record.sudo()._get_digest() not in digests:
                blockers.append(
                    (
                        "digest",
                        self.env._(
                            "%(record)s is not what its executor signed.",
                            record=record.display_name,
                        ),
                    )
                )
        return blockers

    def _get_duplicate_text(self):
        """Return a sentence for each record whose equal readings are not explained."""
        return (
            "\n".join(
                self.env._(
                    "%(record)s has exactly the readings of %(others)s.",
                    record=record.display_name,
                    others=", ".join(record.duplicate_ids.mapped("name")),
                )
                for record in self
                if record.duplicate_ids and not record.duplicate_answer
            )
            or False
        )

    def action_explain_duplicate(self, answer):
        """Keep the checker's explanation of readings equal to another instrument's."""
        self._guard_check_group("metrology.group_checker")
        self._lock()
        self._require_state("submitted")
        answer = self._guard_check_reason(answer)
        self.sudo()._guard_open()._sealed_unlock(answer).write(
            {"duplicate_answer": answer}
        )
        return True

    # ------------------------------------------------------------------- return
    def action_return(self, reason=None):
        """Give submitted or checked records back to the executors, with the reason.

        :raises UserError: no reason
        """
        if reason is None:
            return self._guard_ask_reason("action_return")
        self._guard_check_group(
            "metrology.group_checker,metrology.group_signatory,metrology.group_technical_head"
        )
        reason = self._guard_check_reason(reason)
        self._lock()
        self._require_state("submitted", "checked")
        self._return(reason)
        return True

    def _return(self, reason):
        """Open the records again; locked ones too (a recall asks through Python)."""
        self._lock()
        self._require_state(*SEALED_STATES)
        locked = self.filtered(lambda record: record.state == "locked")
        locked.sudo().result_ids._with_key().write({"superseded": True})
        signatures = self.sudo().signature_ids
        signatures._with_key().write({"valid": False})
        # The same person may sign again before this update is sent.
        signatures.flush_recordset(["valid"])
        for record in self.sudo():
            record._guard_open()._sealed_unlock(reason).write(
                {
                    "state": "running",
                    "return_count": record.return_count + 1,
                    "return_reason": reason,
                    "checked_by_id": False,
                    "checked_on": False,
                    "locked_on": False,
                    "draft_data": record.data,
                    "entry_token": record.entry_token + 1,
                }
            )
            record.message_post(
                body=self.env._("Returned: %(reason)s", reason=reason),
                partner_ids=record.executor_ids.user_id.partner_id.ids,
            )
