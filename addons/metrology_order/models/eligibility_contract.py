# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models

from .job import OPEN_STATES


class MetrologyEligibility(models.AbstractModel):
    """What a contract review asks beside scope, method, standard and persons.

    Environment: the room of the measurement standard is not stopped by an alarm.
    Workload: what the department has promised until the day fits into its working
    days (ISO/IEC 17025:2017 7.1.1; the seeds' 6.1.2).
    """

    _inherit = "metrology.eligibility"

    @api.model
    def _prepare_line_subject(self, line):
        return {**super()._prepare_line_subject(line), "line": line}

    @api.model
    def _collect(self, subjects, activity, day):
        facts = super()._collect(subjects, activity, day)
        lines = self.env["metrology.order.line"].sudo()
        lines = lines.browse([s["line"].id for s in subjects if s.get("line")])
        facts["stopped_rooms"] = {}
        facts["workload"] = {}
        if lines:
            standards = self.env["metrology.standard"].sudo().browse(facts["blockers"])
            facts["stopped_rooms"] = self.env[
                "metrology.environment.episode"
            ]._get_stopping(standards.room_id)
            facts["workload"] = self._collect_workload(lines, day)
        return facts

    @api.model
    def _collect_workload(self, lines, day):
        """Compare, for each line, the jobs promised until its day with the working days.

        Counted are the open jobs of the department and the lines asked about that have
        no job yet, all promised for the line's day or earlier.

        :return: {line.id: (open jobs and lines, possible jobs)} of those that do not fit
        """
        limited = lines.department_id.filtered("metrology_daily_jobs")
        if not limited:
            return {}
        promised = {}
        for department, due, count in (
            self.env["metrology.job"]
            .sudo()
            ._read_group(
                [
                    ("department_id", "in", limited.ids),
                    ("state", "in", OPEN_STATES),
                    ("due_date", "!=", False),
                    ("order_line_id", "not in", lines.ids),
                ],
                ["department_id", "due_date:day"],
                ["__count"],
            )
        ):
            promised.setdefault(department.id, []).append((due, count))
        for line in lines:
            if line.due_date and line.department_id in limited:
                promised.setdefault(line.department_id.id, []).append(
                    (line.due_date, 1)
                )
        days, refused = {}, {}
        calendar = self.env["metrology.calendar"]
        for line in lines:
            department, due = line.department_id, line.due_date
            if not due or department not in limited:
                continue
            key = (due, line.company_id.id)
            if key not in days:
                days[key] = calendar._count_working_days(day, due, line.company_id)
            possible = max(days[key], 0) * department.metrology_daily_jobs
            wanted = sum(
                count for date, count in promised[department.id] if date <= due
            )
            if wanted > possible:
                refused[line.id] = (wanted, possible)
        return refused

    @api.model
    def _judge(self, subject, facts, answer):
        super()._judge(subject, facts, answer)
        line = subject.get("line")
        if not line:
            return
        rooms = self.env["metrology.room"].browse(answer["rooms"])
        if rooms and all(room.id in facts["stopped_rooms"] for room in rooms):
            for room in rooms:
                for code, message in facts["stopped_rooms"][room.id]:
                    self._refuse(
                        answer,
                        code,
                        room,
                        self.env._(
                            "%(subject)s: %(reason)s",
                            subject=subject["label"],
                            reason=message,
                        ),
                    )
        if line.id in facts["workload"]:
            wanted, possible = facts["workload"][line.id]
            self._refuse(
                answer,
                "workload",
                line.department_id,
                self.env._(
                    "%(subject)s: until %(day)s %(department)s has %(wanted)s jobs, it "
                    "can do %(possible)s. Agree a later date.",
                    subject=subject["label"],
                    day=line.due_date,
                    department=line.department_id.display_name,
                    wanted=wanted,
                    possible=possible,
                ),
            )
