# SPDX-License-Identifier: AGPL-3.0-only
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: The elements of one look at a job, in the order in which they are shown.
ELEMENTS = (
    "process",
    "equipment",
    "people",
    "environment",
    "method",
    "data",
    "security",
)

#: Where a refusal that names no record of its own belongs.
_ELEMENT_OF_CODE = {
    "no_standard": "equipment",
    "nobody": "people",
    "too_few": "people",
    "no_capability": "method",
    "limits_unapproved": "environment",
    "room_incompatible": "environment",
}

_ELEMENT_OF_MODEL = {
    "metrology.order": "process",
    "metrology.sample": "process",
    "metrology.standard": "equipment",
    "maintenance.equipment": "equipment",
    "metrology.traceability": "equipment",
    "hr.employee": "people",
    "metrology.authorization": "people",
    "metrology.room": "environment",
    "metrology.environment.episode": "environment",
}

#: States of a job that has not begun, for which the light is shown.
READINESS_STATES = ("new", "assigned", "ready", "paused")


class MetrologyEligibility(models.AbstractModel):
    _inherit = "metrology.eligibility"

    @api.model
    def _evaluate_start(self, jobs, day=None):
        """Answer for jobs as if their executors wanted to start them now.

        :return: as ``_evaluate``; a fixed number of queries for any number of jobs
        """
        day = day or self.env["metrology.calendar"]._today(self.env.company)
        subjects = []
        for job in jobs.sudo().with_prefetch():
            subject = self._prepare_job_subject(job)
            subject["step"] = "start"
            if job.employee_ids:
                subject["employees"] = job.employee_ids
            subjects.append(subject)
        return self._answer(subjects, "execute", day)


class MetrologyJob(models.Model):
    """Process, equipment, people, environment, method, data and security together.

    One light: green where nothing stands against starting, red otherwise, with the
    reason at its element.  Starting is refused for the same reasons (S2-4.1).
    """

    _inherit = "metrology.job"

    readiness = fields.Selection(
        selection=[("green", "Ready to Start"), ("red", "Not Ready")],
        compute="_compute_readiness",
        search="_search_readiness",
        help="One light over process, equipment, people, environment, method, data and "
        "security. Empty once the work has begun.",
    )
    readiness_table = fields.Html(
        string="Elements", compute="_compute_readiness", sanitize=False
    )

    @api.depends("state", "employee_ids", "standard_ids", "sample_id.state")
    @api.depends_context("lang")
    def _compute_readiness(self):
        waiting = self.filtered(lambda job: job.id and job.state in READINESS_STATES)
        found = waiting._get_readiness()
        for job in self:
            elements = found.get(job.id)
            if elements is None:
                job.readiness = job.readiness_table = False
                continue
            job.readiness = "red" if any(elements.values()) else "green"
            job.readiness_table = job._readiness_html(elements)

    @api.model
    def _search_readiness(self, operator, value):
        if operator != "in":
            return NotImplemented
        waiting = Domain("state", "in", READINESS_STATES)
        wanted = {light for light in value if light}
        ids = []
        if wanted:
            found = self.search(waiting)._get_readiness()
            ids = [
                job_id
                for job_id, elements in found.items()
                if ("red" if any(elements.values()) else "green") in wanted
            ]
        domain = Domain("id", "in", ids)
        if False in value:
            domain |= ~waiting
        return domain

    def _get_readiness(self):
        """Say for each job what stands against starting it, by element.

        :return: ``{job.id: {element: [message]}}`` with every element of ``ELEMENTS``;
            a fixed number of queries for any number of jobs
        :rtype: dict[int, dict[str, list[str]]]
        """
        found = {job.id: {name: [] for name in ELEMENTS} for job in self}
        if not self:
            return found
        answers = self.env["metrology.eligibility"]._evaluate_start(self)
        for job_id, answer in answers.items():
            for refusal in answer["refusals"]:
                element = self._readiness_element(refusal)
                found[job_id][element].append(refusal["message"])
        for element, job, message in (
            self.sudo().with_prefetch()._get_readiness_problems()
        ):
            if message not in found[job.id][element]:
                found[job.id][element].append(message)
        return found

    @api.model
    def _readiness_element(self, refusal):
        """Return the element a refusal of the eligibility belongs to."""
        return _ELEMENT_OF_CODE.get(refusal["code"]) or _ELEMENT_OF_MODEL.get(
            refusal["model"], "method"
        )

    def _get_readiness_problems(self):
        """Return what is no question of eligibility: ``[(element, job, message)]``. Hook.

        Superuser's jobs.  Later addons add the template of the record (data), and what
        else protects their documents (security).
        """
        problems = []
        for job in self:
            if job.state == "new":
                problems.append(
                    (
                        "process",
                        job,
                        self.env._(
                            "%(job)s has not been assigned yet.", job=job.display_name
                        ),
                    )
                )
        return problems + self._get_data_problems() + self._get_login_problems()

    def _get_data_problems(self):
        """What record and certificate print of the instrument must be known."""
        names = ("name", "model_text", "serial_number")
        labels = self.env["metrology.instrument"].fields_get(names, ["string"])
        problems = []
        for job in self:
            missing = [n for n in names if not (job.instrument_id[n] or "").strip()]
            if missing:
                problems.append(
                    (
                        "data",
                        job,
                        self.env._(
                            "%(job)s: %(missing)s of the instrument is missing. Write "
                            "无 where it bears none.",
                            job=job.display_name,
                            missing=", ".join(labels[n]["string"] for n in missing),
                        ),
                    )
                )
        return problems

    def _get_login_problems(self):
        """An executor whose login was blocked neither works nor signs."""
        return [
            (
                "security",
                job,
                self.env._(
                    "%(job)s: the login of %(persons)s is blocked.",
                    job=job.display_name,
                    persons=", ".join(blocked.mapped("name")),
                ),
            )
            for job in self
            if (
                blocked := job.employee_ids.filtered(
                    lambda person: person.user_id and not person.user_id.active
                )
            )
        ]

    def action_start(self):
        """Begin the work; refused while data or security stand against it.

        What stands against it otherwise, the eligibility refuses with the step.
        """
        self = self._lock()
        sentences = [
            message
            for element, _job, message in self.sudo()
            .with_prefetch()
            ._get_readiness_problems()
            if element in ("data", "security")
        ]
        if sentences:
            raise UserError("\n".join(dict.fromkeys(sentences)))
        return super().action_start()

    def _readiness_labels(self):
        return {
            "process": self.env._("Process"),
            "equipment": self.env._("Equipment"),
            "people": self.env._("People"),
            "environment": self.env._("Environment"),
            "method": self.env._("Method"),
            "data": self.env._("Data"),
            "security": self.env._("Security"),
        }

    def _readiness_html(self, elements):
        """Return one row for each element: a light, its name, what stands against it."""
        rows = Markup()
        for name, label in self._readiness_labels().items():
            messages = elements[name]
            rows += Markup(
                '<tr><td class="pe-2"><i class="fa fa-circle %s" role="img"'
                ' aria-label="%s"></i></td><th class="pe-3 text-nowrap">%s</th>'
                "<td>%s</td></tr>"
            ) % (
                "text-danger" if messages else "text-success",
                self.env._("Not in order") if messages else self.env._("In order"),
                label,
                Markup("<br/>").join(messages),
            )
        return (
            Markup(
                '<table class="o_metrology_readiness table table-sm mb-0">%s</table>'
            )
            % rows
        )
