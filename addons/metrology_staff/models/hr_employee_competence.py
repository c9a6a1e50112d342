# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict

from odoo import api, fields, models

from odoo.addons.metrology_method.const import DISCIPLINES

from ..const import ROLE_OF_ACTIVITY


class HrEmployee(models.Model):
    """What is on file of a person's training, competence and conduct."""

    _inherit = "hr.employee"

    role_type_ids = fields.Many2many(
        comodel_name="metrology.role.type",
        relation="metrology_employee_role_type_rel",
        column1="employee_id",
        column2="role_type_id",
        string="Types of Role",
        groups="hr.group_hr_user",
        help="By these the staffing is counted; without one no job can be given.",
    )
    metrology_discipline = fields.Selection(
        selection=DISCIPLINES,
        string="Discipline",
        groups="hr.group_hr_user",
        tracking=True,
        help="The discipline the person is counted in.",
    )
    workload_limit = fields.Integer(
        string="Most Open Jobs",
        groups="hr.group_hr_user",
        help="Above it an assignment needs the head's confirmation; 0: the limit of the "
        "institution.",
    )
    training_participant_ids = fields.One2many(
        "metrology.training.participant", "employee_id", groups="hr.group_hr_user"
    )
    assessment_ids = fields.One2many(
        "metrology.assessment", "employee_id", groups="hr.group_hr_user"
    )
    evaluation_ids = fields.One2many(
        "metrology.evaluation", "employee_id", groups="hr.group_hr_user"
    )
    commitment_ids = fields.One2many(
        "metrology.commitment", "employee_id", groups="hr.group_hr_user"
    )
    deputy_ids = fields.One2many(
        "metrology.deputy", "principal_id", groups="hr.group_hr_user"
    )

    @api.model_create_multi
    def create(self, vals_list):
        employees = super().create(vals_list)
        for company, members in employees.sudo().grouped("company_id").items():
            days = company.metrology_induction_days
            if days:
                today = self.env["metrology.calendar"]._today(company)
                self.env["metrology.commitment"]._ask(
                    members, "induction", fields.Date.add(today, days=days)
                )
        return employees

    @api.model
    def _get_person_blockers(self, employees, activities, day):
        """Add: type of role, evaluations of the work as a whole, yearly commitment."""
        result = super()._get_person_blockers(employees, activities, day)
        persons = employees.sudo().with_context(active_test=False)
        evaluations = (
            self.env["metrology.evaluation"].sudo()._get_blockers(persons, day)
        )
        commitments = (
            self.env["metrology.commitment"].sudo()._get_blockers(persons, day)
        )
        types = self.env["metrology.role.type"].sudo().search([])
        roles = {one.code: one.name for one in types}
        for person in persons:
            common = [
                *evaluations.get((person.id, False), ()),
                *commitments.get(person.id, ()),
            ]
            for activity in activities:
                result[person.id, activity] = [
                    *result[person.id, activity],
                    *person._role_type_blockers(activity, roles),
                    *common,
                ]
        return result

    @api.model
    def _get_capability_blockers(self, employees, day):
        """Say what speaks against persons under single capabilities on ``day``. Hook.

        :return: {(employee id, capability id): [(code, message)]}, only where there is
            something
        :rtype: dict[tuple[int, int], list[tuple[str, str]]]

        A fixed number of queries for any number of persons.
        """
        result = defaultdict(list)
        persons = employees.sudo().with_context(active_test=False)
        found = self.env["metrology.evaluation"].sudo()._get_blockers(persons, day)
        for (employee_id, capability_id), blockers in found.items():
            if capability_id:
                result[employee_id, capability_id] += blockers
        return result

    def _role_type_blockers(self, activity, roles):
        """Return what this one person's types of role speak against an activity.

        :param dict roles: names of all types of role by code
        """
        self.ensure_one()
        wanted = ROLE_OF_ACTIVITY.get(activity)
        codes = set(self.role_type_ids.mapped("code"))
        if not wanted or wanted in codes:
            return []
        if not codes:
            return [
                (
                    "person_unclassified",
                    self.env._(
                        "%(person)s has no type of role (unclassified), so no job can "
                        "be given. Enter it on the person.",
                        person=self.name,
                    ),
                )
            ]
        return [
            (
                "person_role_type",
                self.env._(
                    "%(person)s does not have the type of role “%(role)s”.",
                    person=self.name,
                    role=roles.get(wanted, wanted),
                ),
            )
        ]

    def _get_experienced(self):
        """Return those whose résumé tells of practical experience."""
        kind = self.env.ref(
            "hr_skills.resume_type_experience", raise_if_not_found=False
        )
        if not kind:
            return self.browse()
        lines = (
            self.env["hr.resume.line"]
            .sudo()
            .search([("employee_id", "in", self.ids), ("line_type_id", "=", kind.id)])
        )
        return lines.employee_id & self

    def action_ask_commitment(self):
        """Lay the yearly commitment before the chosen persons, to sign in 14 days."""
        self.env["metrology.commitment"].check_access("create")
        today = self.env["metrology.calendar"]._today(self.env.company)
        self.env["metrology.commitment"]._ask(
            self, "ethics", fields.Date.add(today, days=14)
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Commitments"),
            "res_model": "metrology.commitment",
            "view_mode": "list,form",
            "domain": [("employee_id", "in", self.ids), ("state", "=", "draft")],
        }
