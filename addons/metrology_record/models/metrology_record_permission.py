# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models
from odoo.exceptions import UserError

#: What a person writes on the record's form beside its sheet.
_OBSERVED = frozenset(("temperature", "humidity", "pressure", "environment_note"))


class MetrologyRecord(models.Model):
    """Whoever types is authorised at this moment, not only when the work began.

    Submitting asks ``metrology.eligibility`` for everything; saving, which happens
    every few seconds, asks for the person alone (S2-6.4e).
    """

    _inherit = "metrology.record"

    def save_draft(self, data, token, source="keyboard"):
        self.ensure_one()
        self.check_access("write")
        self._check_still_authorized()
        return super().save_draft(data, token, source=source)

    def write(self, vals):
        if _OBSERVED & set(vals) and self._guard_is_closed():
            mine = self.filtered(
                lambda one: self.env.user.employee_ids & one.executor_ids
            )
            # One question for each kind of work, however many records.
            for same in mine.grouped(
                lambda one: (one.company_id, one.job_id.sudo().capability_id)
            ).values():
                same[:1]._check_still_authorized()
        return super().write(vals)

    def _check_still_authorized(self):
        """Refuse who executes the job and has lost the authorization for it meanwhile.

        :raises UserError: with every reason
        """
        self.ensure_one()
        job = self.job_id.sudo()
        mine = self.env.user.employee_ids & self.executor_ids
        # Who is no executor is refused by the entry itself.
        if not mine or not job.capability_id:
            return
        today = self.env["metrology.calendar"]._today(self.company_id)
        refusals = self.env["metrology.authorization"]._get_refusals(
            mine[:1], job.capability_id, job._job_activity(), today
        )
        reasons = [text for _code, text in refusals[mine[:1].id]]
        if reasons:
            raise UserError(
                self.env._(
                    "%(record)s cannot be typed into any more, nothing was saved:\n"
                    "%(reasons)s",
                    record=self.display_name,
                    reasons="\n".join(reasons),
                )
            )
