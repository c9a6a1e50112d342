# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.fields import Domain

from .job import OPEN_STATES


class MetrologyJob(models.Model):
    """What stands against an open job today, shown, searched and told."""

    _inherit = "metrology.job"

    refusal_text = fields.Text(
        string="What Stands Against It", compute="_compute_refusal_text"
    )
    eligibility_state = fields.Selection(
        selection=[("ok", "In Order"), ("blocked", "Blocked")],
        string="Eligibility",
        compute="_compute_refusal_text",
        search="_search_eligibility_state",
        help="Whether persons, method, standards and equipment allow the work today. "
        "Empty once the job is done.",
    )

    def _is_open(self):
        self.ensure_one()
        return self.state in OPEN_STATES

    @api.depends("state", "employee_ids", "standard_ids", "sample_id.state")
    @api.depends_context("lang")
    def _compute_refusal_text(self):
        # Opening a job tells at once what a click would be refused for.
        open_jobs = self.filtered(lambda job: job.id and job._is_open())
        answers = (
            self.env["metrology.eligibility"]._evaluate_open(open_jobs)
            if open_jobs
            else {}
        )
        for job in self:
            answer = answers.get(job.id)
            refusals = answer["refusals"] if answer else ()
            job.refusal_text = "\n".join(r["message"] for r in refusals) or False
            job.eligibility_state = (
                ("blocked" if refusals else "ok") if answer else False
            )

    @api.model
    def _search_eligibility_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        open_domain = Domain("state", "in", OPEN_STATES)
        found = []
        wanted = {state for state in value if state}
        if wanted:
            jobs = self.with_context(active_test=False).search(open_domain)
            answers = self.env["metrology.eligibility"]._evaluate_open(jobs)
            found = [
                job_id
                for job_id, answer in answers.items()
                if ("ok" if answer["ok"] else "blocked") in wanted
            ]
        domain = Domain("id", "in", found)
        if False in value:
            domain |= ~open_domain
        return domain

    def write(self, vals):
        result = super().write(vals)
        if {"state", "employee_ids", "leader_id", "department_id"} & vals.keys():
            # What was told about a job ends with it, or goes to who has it now.
            self.env["metrology.eligibility.notice"]._touch(noticed_jobs=self.ids)
        return result

    def _get_amount_text(self):
        """Return what the jobs are worth, as text; '' where nothing is known. Hook."""
        return ""
