# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class MetrologyEligibility(models.AbstractModel):
    """What stands against work that is open, seen without a click."""

    _inherit = "metrology.eligibility"

    #: Refusals that come from where the work stands, not from what it needs.
    _passing_codes = ("order_open", "sample_not_here")

    @api.model
    def _evaluate_open(self, jobs, activity="execute", day=None):
        """Answer for open jobs as they stand: with the persons and standards they have.

        ``_evaluate`` asks whether somebody could do a job; this asks whether those who
        have it may still do it with what they were given.

        :param jobs: metrology.job
        :param str activity: ``execute``, ``author``, ``check`` or ``approve``
        :param datetime.date day: by default today at the institution
        :return: as ``_evaluate``; a fixed number of queries for any number of jobs
        """
        day = day or self.env["metrology.calendar"]._today(self.env.company)
        subjects = []
        for job in jobs.sudo().with_prefetch():
            subject = self._prepare_job_subject(job)
            if activity == "execute" and job.employee_ids:
                subject["employees"] = job.employee_ids
            subjects.append(subject)
        return self._answer(subjects, activity, day)

    @api.model
    def _get_open_work(self, jobs):
        """Return which step each of some jobs waits for. Hook.

        Later addons add the steps of their documents: a record to be checked, a
        certificate to be approved.

        :param jobs: metrology.job, superuser's
        :return: {activity: jobs}
        :rtype: dict[str, recordset]
        """
        return {"execute": jobs.filtered(lambda job: job._is_open())}

    @api.model
    def _stops_open_work(self, activity, code):
        """Tell whether a refusal is a reason to tell somebody of.

        What is only signed any more was done with what was valid on that day
        (``eligibility_signing``): then it matters whether anybody may sign.
        """
        if activity == "execute":
            return code not in self._passing_codes
        return code == "nobody"

    @api.model
    def _reason_of(self, label, message):
        """Return a refusal without the name of the job it was said of."""
        return message.removeprefix(label or "").lstrip(" :：") or message
