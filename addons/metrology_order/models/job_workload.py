# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.exceptions import UserError

#: Jobs that a person still has to do.
BUSY_STATES = ("assigned", "ready", "running", "paused")

#: Who may confirm an assignment above the limit.
CONFIRMING_GROUPS = "metrology.group_department_head,metrology.group_technical_head"


class MetrologyJob(models.Model):
    """The open jobs of a person have a limit; above it the head confirms."""

    _inherit = "metrology.job"

    @api.model
    def _get_overloads(self, employees, jobs):
        """Say who would have more open jobs than the limit.

        :param employees: persons to be assigned
        :param jobs: the jobs, which they may hold already
        :return: {employee id: sentence}, only where it is above
        :rtype: dict[int, str]

        Two queries for any number of persons and jobs.
        """
        held = dict(
            self.sudo()._read_group(
                [
                    ("employee_ids", "in", employees.ids),
                    ("state", "in", BUSY_STATES),
                    ("id", "not in", jobs.ids),
                ],
                ["employee_ids"],
                ["__count"],
            )
        )
        result = {}
        for employee in employees.sudo():
            limit = (
                employee.workload_limit or employee.company_id.metrology_workload_limit
            )
            count = held.get(employee, 0) + len(jobs)
            if limit and count > limit:
                result[employee.id] = self.env._(
                    "%(person)s would have %(count)s open jobs; the limit is %(limit)s.",
                    person=employee.name,
                    count=count,
                    limit=limit,
                )
        return result

    def _assign(self, employees, standards=None):
        """Refuse what is above a person's limit, unless a head has confirmed it.

        The confirmation comes with the dialog (context ``workload_confirmed``) and is
        the caller's: it counts only where he is a head, and is written to the jobs.
        """
        overloads = self._get_overloads(employees, self)
        if not overloads:
            return super()._assign(employees, standards)
        sentences = "\n".join(overloads.values())
        if not self.env.context.get("workload_confirmed"):
            raise UserError(
                self.env._(
                    "%(sentences)s\nThe head of the department must confirm this.",
                    sentences=sentences,
                )
            )
        self._guard_check_group(CONFIRMING_GROUPS)
        result = super()._assign(employees, standards)
        for job in self:
            job.message_post(
                body=self.env._(
                    "Assigned above the limit, confirmed by %(user)s: %(sentences)s",
                    user=self.env.user.name,
                    sentences=sentences,
                )
            )
        return result
