# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models

from .job import OPEN_STATES


class MetrologyOrder(models.Model):
    """Jobs that exist follow the version of the order that the customer signed."""

    _inherit = "metrology.order"

    def _move_jobs(self):
        """Give open jobs the promised date and urgency their lines have by now.

        Jobs that are done or cancelled keep theirs: they are the history of what was
        promised. Each job that moves notes it, and its executors are told once for all
        jobs that moved. A number of queries that grows with the persons, not the jobs.
        """
        moved = {}
        for line in self.sudo().line_ids:
            job = line.job_id
            values = line._get_job_changes() if job.state in OPEN_STATES else {}
            if values:
                moved[job] = (values, line._describe_job_changes(values))
        if not moved:
            return
        groups = {}
        for job, (values, _text) in moved.items():
            groups.setdefault(tuple(sorted(values.items())), []).append(job.id)
        # The note says it; a tracked value for each job would say it again.
        jobs = self.env["metrology.job"].sudo().with_context(tracking_disable=True)
        for values, ids in groups.items():
            jobs.browse(ids)._guard_open().write(dict(values))
        all_moved = jobs.union(*moved)
        all_moved._message_log_batch(
            {job.id: text for job, (_values, text) in moved.items()}
        )
        for order in self:
            order._tell_executors(
                all_moved.filtered(lambda job, one=order: job.order_id == one)
            )

    def _tell_executors(self, jobs):
        """Tell each executor which jobs of the order have another date or urgency."""
        self.ensure_one()
        for employee in jobs.employee_ids:
            user = employee.user_id
            if not user or user == self.env.user:
                continue
            mine = jobs.filtered(lambda job, who=employee: who in job.employee_ids)
            self.sudo().message_notify(
                partner_ids=user.partner_id.ids,
                subject=self.env._("Order %(order)s has changed", order=self.name),
                body=self.env._(
                    "The customer signed version %(version)s of order %(order)s. "
                    "Promised date or urgency of %(count)s of your jobs have changed: "
                    "%(jobs)s.",
                    version=self.version,
                    order=self.name,
                    count=len(mine),
                    jobs=", ".join(mine[:20].mapped("name")),
                ),
            )


class MetrologyOrderLine(models.Model):
    _inherit = "metrology.order.line"

    def _get_job_changes(self):
        """Return what the job of this one line has otherwise than the line. Hook.

        :rtype: dict of values of metrology.job
        """
        self.ensure_one()
        wanted = {
            "due_date": self.due_date,
            "urgent": self.urgent or self.order_id.urgent,
        }
        return {
            name: value
            for name, value in wanted.items()
            if (self.job_id[name] or False) != (value or False)
        }

    def _describe_job_changes(self, values):
        """Return the note about ``values`` for the job's history."""
        self.ensure_one()
        parts = []
        if "due_date" in values:
            parts.append(
                self.env._(
                    "promised for %(new)s instead of %(old)s",
                    new=values["due_date"] or "–",
                    old=self.job_id.due_date or "–",
                )
            )
        if "urgent" in values:
            parts.append(
                self.env._("urgent now")
                if values["urgent"]
                else self.env._("not urgent any more")
            )
        return self.env._(
            "Version %(version)s of order %(order)s: %(changes)s",
            version=self.order_id.version,
            order=self.order_id.name,
            changes=", ".join(parts),
        )
