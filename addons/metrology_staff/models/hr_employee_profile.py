# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models

from ..const import TITLES, TRAINING_SUBJECTS

PROFILE_STATES = [
    ("none", "No Profile"),
    ("gap", "Gaps"),
    ("ok", "Fulfilled"),
]


class HrEmployee(models.Model):
    """The person against the profile of his post."""

    _inherit = "hr.employee"

    profile_state = fields.Selection(
        selection=PROFILE_STATES,
        string="Profile of the Post",
        compute="_compute_profile",
        search="_search_profile_state",
        groups="hr.group_hr_user",
    )
    profile_gaps = fields.Text(
        string="What Is Missing", compute="_compute_profile", groups="hr.group_hr_user"
    )

    @api.depends("job_id", "professional_title", "metrologist_number")
    def _compute_profile(self):
        gaps = self._get_profile_gaps()
        for employee in self:
            state, sentences = gaps[employee.id or employee._origin.id]
            employee.profile_state = state
            employee.profile_gaps = "\n".join(sentences)

    def _search_profile_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        gaps = self.search([])._get_profile_gaps()
        return [
            ("id", "in", [key for key, (state, _t) in gaps.items() if state in value])
        ]

    def _get_profile_gaps(self):
        """Compare each person with the profile of the post.

        :return: {employee id: (state, [sentence])}, with an entry for each; who has no
            post, or a post without profile, is told so
        :rtype: dict[int, tuple[str, list[str]]]

        A fixed number of queries for any number of persons.
        """
        employees = self._origin.sudo().with_context(active_test=False)
        today = self.env["metrology.calendar"]._today(self.env.company)
        attended = self.env["metrology.training"].sudo()._get_attended(employees)
        experienced = employees._get_experienced()
        levels = self._get_skill_levels(employees, today)
        result = {False: ("none", [])}
        for employee in employees:
            job = employee.job_id
            if not job.has_profile:
                result[employee.id] = (
                    "none",
                    [
                        self.env._("The post %(job)s has no profile yet.", job=job.name)
                        if job
                        else self.env._("No post is entered, so no profile applies.")
                    ],
                )
                continue
            sentences = [
                *employee._title_gaps(job, today),
                *employee._training_gaps(
                    job, attended[employee.id], employee in experienced
                ),
                *employee._skill_gaps(job, levels),
            ]
            result[employee.id] = ("gap" if sentences else "ok", sentences)
        return result

    def _get_skill_levels(self, employees, day):
        """Return {(employee id, skill id): progress} of the skills held on ``day``."""
        levels = {}
        for line in (
            self.env["hr.employee.skill"]
            .sudo()
            .search([("employee_id", "in", employees.ids)])
        ):
            if line.valid_from and line.valid_from > day:
                continue
            if line.valid_to and line.valid_to < day:
                continue
            key = (line.employee_id.id, line.skill_id.id)
            levels[key] = max(levels.get(key, -1), line.level_progress)
        return levels

    def _title_gaps(self, job, day):
        self.ensure_one()
        order = [key for key, _label in TITLES]
        labels = dict(
            self._fields["professional_title"]._description_selection(self.env)
        )
        sentences = []
        wanted = job.required_title or "none"
        held = self.professional_title or "none"
        if order.index(held) < order.index(wanted):
            sentences.append(
                self.env._(
                    "Professional title: %(wanted)s is needed, %(held)s is held.",
                    wanted=labels[wanted],
                    held=labels[held],
                )
            )
        if job.required_registration and not (
            self.metrologist_number
            and (not self.metrologist_date_to or self.metrologist_date_to >= day)
        ):
            sentences.append(
                self.env._("A valid registration as metrologist is missing.")
            )
        return sentences

    def _training_gaps(self, job, attended, experienced):
        """Return which kinds of training the post asks for and the person lacks."""
        described = attended.fields_get(TRAINING_SUBJECTS, ["string"])
        return [
            self.env._("Training: %(subject)s", subject=described[name]["string"])
            for name in TRAINING_SUBJECTS
            if job[f"required_{name}"]
            and not any(attended.mapped(name))
            and not (name == "practical" and experienced)
        ]

    def _skill_gaps(self, job, levels):
        """Return which skills the post asks for and the person lacks."""
        self.ensure_one()
        sentences = []
        for wanted in job.job_skill_ids:
            held = levels.get((self.id, wanted.skill_id.id))
            values = {
                "skill": wanted.skill_id.name,
                "level": wanted.skill_level_id.name,
            }
            if held is None:
                sentences.append(
                    self.env._("Skill: %(skill)s (%(level)s) is missing.", **values)
                )
            elif held < wanted.level_progress:
                sentences.append(
                    self.env._("Skill: %(skill)s is below %(level)s.", **values)
                )
        return sentences
