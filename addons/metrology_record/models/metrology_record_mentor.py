# SPDX-License-Identifier: AGPL-3.0-only
import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.data import clean
from .metrology_record import OPEN_STATES
from .metrology_record_template_version import canonical


class MetrologyRecord(models.Model):
    """What a person in training records counts with the mentor's signature only.

    The mentor signs what is typed; then the person in training submits exactly that.
    Changed afterwards, it is signed again. Source: JJF 1069 7.1 g).
    """

    _inherit = "metrology.record"

    is_mentored = fields.Boolean(compute="_compute_is_mentored")

    @api.depends("executor_ids", "state")
    @api.depends_context("uid")
    def _compute_is_mentored(self):
        """Whether somebody in training executes it under the caller's supervision."""
        open_ones = self.filtered(lambda one: one.id and one.state in OPEN_STATES)
        mentored = open_ones._get_mentored() if open_ones else {}
        for record in self:
            record.is_mentored = record.id in mentored

    def _get_mentors(self):
        """Return the mentors without whom the caller records nothing: only in training.

        :return: {record id: (hr.employee of the caller, hr.employee of the mentor)},
            without the records that need none; a fixed number of queries
        """
        records = self.sudo()
        mine = self.env.user.employee_ids
        capabilities = records.job_id.capability_id
        today = self.env["metrology.calendar"]._today(self.env.company)
        mentors = self.env["metrology.mentoring"]._get_mentors(
            mine, capabilities.ids, today
        )
        if not mentors:
            return {}
        authorized = self.env["metrology.authorization"]._get_authorized(
            capabilities.ids, {job._job_activity() for job in records.job_id}, today
        )
        result = {}
        for record in records:
            job = record.job_id
            key = (job.capability_id.id, job._job_activity())
            person = (mine & record.executor_ids)[:1]
            mentor = mentors.get((person.id, job.capability_id.id), person.browse())
            mentor &= record.executor_ids
            if mentor and person not in authorized[key]:
                result[record.id] = (person, mentor)
        return result

    def _check_still_authorized(self):
        """Let a person in training type beside the mentor, who executes the job too."""
        return None if self._get_mentors() else super()._check_still_authorized()

    def _get_typed_digest(self):
        """Return the SHA-256 of what is typed in this one record, or was sealed."""
        self.ensure_one()
        version = self.version_id.sudo()
        data = self.data
        if self.state in OPEN_STATES:
            data, _problems = clean(version._get_definition(), self.draft_data)
        text = canonical([version.definition_hash, data])
        return hashlib.sha256(text.encode()).hexdigest()

    def action_mentor_sign(self, password=None):
        """Sign, as the mentor of an executor in training, what is typed now.

        :param str password: of the caller; without it the signing dialog opens
        :raises AccessError: the caller is nobody's mentor in one of the records
        """
        if password is None:
            return self._open_signing("mentor")
        self.check_access("write")
        self._lock()
        self._require_state(*OPEN_STATES)
        self._check_executor()
        mentored = self._get_mentored()
        for record in self:
            if record.id not in mentored:
                raise AccessError(
                    self.env._(
                        "%(record)s: nobody in training executes it under your "
                        "supervision.",
                        record=record.display_name,
                    )
                )
        self.env["metrology.signing"]._authenticate(password)
        now = fields.Datetime.now()
        rows = self.env["metrology.record.signature"]._with_key()
        former = rows.search(
            [
                ("record_id", "in", self.ids),
                ("role", "=", "mentor"),
                ("user_id", "=", self.env.uid),
                ("valid", "=", True),
            ]
        )
        former._with_key().write({"valid": False})
        # One valid signature of a person in a role: the former ends first.
        former.flush_recordset()
        employee = self.env.user.employee_ids
        rows.create(
            [
                {
                    "record_id": record.id,
                    "role": "mentor",
                    "employee_id": (employee & record.executor_ids)[:1].id,
                    "user_id": self.env.uid,
                    "name": (employee & record.executor_ids)[:1].name,
                    "signed_on": now,
                    "digest": record._get_typed_digest(),
                }
                for record in self.sudo()
            ]
        )
        for record in self.sudo():
            record.message_post(
                body=self.env._("Signed by the mentor: it can be submitted.")
            )
        return True

    def _get_mentored(self):
        """Return the executors in training whom the caller supervises today.

        :return: {record id: hr.employee}, only where there are some
        """
        records = self.sudo()
        mentors = self.env["metrology.mentoring"]._get_mentors(
            records.executor_ids,
            records.job_id.capability_id.ids,
            self.env["metrology.calendar"]._today(self.env.company),
        )
        mine = self.env.user.employee_ids
        result = {}
        for record in records:
            capability = record.job_id.capability_id
            supervised = record.executor_ids.filtered(
                lambda one, of=capability: (
                    mentors.get((one.id, of.id), one.browse()) & mine
                )
            )
            if supervised:
                result[record.id] = supervised
        return result

    def action_submit(self, password=None, reason=None):
        """Refuse a person in training without the mentor's signature (JJF 1069 7.1 g).

        :raises UserError: naming the record, the person and the mentor
        """
        if password is not None:
            # Who comes second waits here; what was typed until then counts.
            self._lock()
            messages = []
            mentors = self._get_mentors()
            for record in self.filtered(lambda one: one.id in mentors):
                person, mentor = mentors[record.id]
                if record._is_signed_by_mentor(mentor):
                    continue
                messages.append(
                    self.env._(
                        "%(record)s: %(person)s is in training and cannot submit it "
                        "alone. %(mentor)s must sign what is typed first, and again "
                        "after a change.",
                        record=record.display_name,
                        person=person.sudo().name,
                        mentor=mentor.sudo().name,
                    )
                )
            if messages:
                raise UserError("\n".join(messages))
        return super().action_submit(password, reason)

    def _is_signed_by_mentor(self, mentor):
        """Tell whether a mentor signed what this one record says."""
        self.ensure_one()
        digest = self._get_typed_digest()
        return any(
            one.valid
            and one.role == "mentor"
            and one.employee_id == mentor
            and one.digest == digest
            for one in self.sudo().signature_ids
        )

    def _get_own(self):
        """Add: who signed as the mentor does not check."""
        signed = self.filtered(
            lambda record: record.sudo().signature_ids.filtered(
                lambda one: (
                    one.valid and one.role == "mentor" and one.user_id == self.env.user
                )
            )
        )
        return super()._get_own() | signed
