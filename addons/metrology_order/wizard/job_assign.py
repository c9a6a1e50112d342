# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyJobAssign(models.TransientModel):
    """Assigns jobs of one department to persons, all or none.

    Only persons who are authorised for every chosen job can be ticked; for the
    others the list says why not.
    """

    _name = "metrology.job.assign"
    _description = "Assign Jobs"

    job_ids = fields.Many2many(comodel_name="metrology.job", string="Jobs")
    job_count = fields.Integer(compute="_compute_job_count")
    department_id = fields.Many2one(
        comodel_name="hr.department", compute="_compute_job_count"
    )
    person_ids = fields.One2many(
        comodel_name="metrology.job.assign.person",
        inverse_name="wizard_id",
        string="Persons",
        compute="_compute_person_ids",
        store=True,
        readonly=False,
    )
    leader_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Responsible",
        domain="[('id', 'in', allowed_employee_ids)]",
        help="One of the ticked persons; by default the first.",
    )
    standard_ids = fields.Many2many(
        comodel_name="metrology.standard",
        string="Measurement Standards",
        domain="[('id', 'in', allowed_standard_ids)]",
        help="Leave empty to take the valid ones of each job's capability.",
    )
    allowed_employee_ids = fields.Many2many(
        comodel_name="hr.employee",
        string="Eligible Persons",
        compute="_compute_allowed_employee_ids",
        # The head need not read the files of persons to choose among them.
        compute_sudo=True,
    )
    allowed_standard_ids = fields.Many2many(
        comodel_name="metrology.standard", compute="_compute_answers"
    )
    refusal_text = fields.Text(compute="_compute_answers")

    @api.depends("job_ids")
    def _compute_job_count(self):
        for wizard in self:
            wizard.job_count = len(wizard.job_ids)
            departments = wizard.job_ids.department_id
            wizard.department_id = departments if len(departments) == 1 else False

    @api.depends("person_ids.eligible")
    def _compute_allowed_employee_ids(self):
        for wizard in self:
            wizard.allowed_employee_ids = wizard.person_ids.filtered(
                "eligible"
            ).employee_id

    @api.depends("job_ids")
    def _compute_answers(self):
        for wizard in self:
            answers = self.env["metrology.eligibility"]._evaluate(
                wizard.job_ids, "execute"
            )
            common = None
            sentences = []
            for answer in answers.values():
                standards = set(answer["standards"])
                common = standards if common is None else common & standards
                for refusal in answer["refusals"]:
                    if refusal["message"] not in sentences:
                        sentences.append(refusal["message"])
            wizard.allowed_standard_ids = sorted(common or ())
            wizard.refusal_text = "\n".join(sentences[:15]) or False

    @api.depends("job_ids")
    def _compute_person_ids(self):
        for wizard in self:
            persons = wizard.job_ids and self.env[
                "metrology.eligibility"
            ]._explain_persons(wizard.job_ids)
            wizard.person_ids = [
                fields.Command.clear(),
                *(fields.Command.create(values) for values in (persons or ())),
            ]

    def action_assign(self):
        """Assign all jobs to the ticked persons."""
        self.ensure_one()
        if not self.job_ids:
            raise UserError(self.env._("Choose the jobs first."))
        employees = self.person_ids.filtered("chosen").employee_id
        if self.leader_id:
            if self.leader_id not in employees:
                raise UserError(
                    self.env._(
                        "%(person)s is responsible, but not ticked.",
                        person=self.leader_id.display_name,
                    )
                )
            employees = self.leader_id | employees
        self.job_ids._assign(employees, self.standard_ids or None)
        return {"type": "ir.actions.act_window_close"}
