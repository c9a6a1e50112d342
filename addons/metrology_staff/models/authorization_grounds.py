# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models

from ..const import TRAINING_SUBJECTS


class MetrologyAuthorization(models.Model):
    """On what grounds it is issued: training, then assessment, then confirmation."""

    _inherit = "metrology.authorization"

    training_ids = fields.Many2many(
        comodel_name="metrology.training",
        relation="metrology_authorization_training_rel",
        column1="authorization_id",
        column2="training_id",
        string="Training",
        compute="_compute_grounds",
        store=True,
        readonly=False,
        check_company=True,
        help="Closed trainings the person attended that cover the capability.",
    )
    assessment_ids = fields.Many2many(
        comodel_name="metrology.assessment",
        relation="metrology_authorization_assessment_rel",
        column1="authorization_id",
        column2="assessment_id",
        string="Assessments",
        compute="_compute_grounds",
        store=True,
        readonly=False,
        check_company=True,
        help="Assessments the person passed for this capability and activity.",
    )

    @api.depends("employee_id", "capability_id", "activity")
    def _compute_grounds(self):
        """Take what is on file; whoever issues it judges whether it is enough."""
        employees = self.employee_id._origin
        trainings = self.env["metrology.training"].sudo()._get_attended(employees)
        assessments = self.env["metrology.assessment"].sudo()
        passed = assessments.search(
            [
                ("employee_id", "in", employees.ids),
                ("state", "=", "confirmed"),
                ("result", "=", "passed"),
            ]
        ).grouped("employee_id")
        for record in self:
            if record.state != "draft":
                # On file as it was issued.
                record.training_ids = record.training_ids
                record.assessment_ids = record.assessment_ids
                continue
            employee = record.employee_id._origin
            capability = record.capability_id._origin
            record.training_ids = (
                trainings.get(employee.id, self.env["metrology.training"])
                .filtered(lambda one, of=capability: one._covers(of))
                .ids
            )
            record.assessment_ids = (
                passed.get(employee.sudo(), assessments)
                .filtered(
                    lambda one, paper=record, of=capability, who=employee: (
                        one._is_passed_for(who, of, paper.activity)
                    )
                )
                .ids
            )

    def action_find_grounds(self):
        """Link what is on file by now: trainings attended, assessments passed."""
        self.check_access("write")
        drafts = self.filtered(lambda one: one.state == "draft")
        drafts._compute_grounds()
        for record in drafts.filtered(lambda one: not one.competence_confirmed_on):
            days = record.sudo().assessment_ids.mapped("date")
            record.competence_confirmed_on = max(days, default=False)
        return True

    def _get_activation_blockers(self, day):
        """Add: training, assessment, kinds of training on file, commitment, and what
        evaluations say of the person's competence for the capability."""
        result = super()._get_activation_blockers(day)
        employees = self.employee_id.sudo()
        attended = self.env["metrology.training"].sudo()._get_attended(employees)
        experienced = employees._get_experienced()
        uncommitted = (
            self.env["metrology.commitment"].sudo()._get_missing(employees, day)
        )
        competence = employees._get_capability_blockers(employees, day)
        for record in self.sudo():
            employee = record.employee_id
            blockers = result[record.id]
            blockers += record._training_blockers(attended[employee.id])
            blockers += record._assessment_blockers()
            blockers += record._subject_blockers(
                attended[employee.id], employee in experienced
            )
            blockers += competence.get((employee.id, record.capability_id.id), ())
            codes = {code for code, _message in blockers}
            if employee in uncommitted and not codes & {
                "person_commitment_expired",
                "person_commitment_overdue",
            }:
                blockers.append(
                    (
                        "person_commitment_missing",
                        self.env._(
                            "%(person)s has not signed the yearly commitment on "
                            "professional ethics.",
                            person=employee.name,
                        ),
                    )
                )
        return result

    def _training_blockers(self, attended):
        """Return what the linked trainings of this one lack."""
        self.ensure_one()
        good = (self.training_ids & attended).filtered(
            lambda one: one._covers(self.capability_id)
        )
        values = {
            "authorization": self.display_name,
            "person": self.employee_id.name,
            "capability": self.capability_id.display_name,
        }
        blockers = [
            (
                "authorization_training_wrong",
                self.env._(
                    "%(authorization)s: the training %(training)s is no ground: it "
                    "must be closed, effective, attended by %(person)s and cover "
                    "%(capability)s.",
                    training=training.name,
                    **values,
                ),
            )
            for training in self.training_ids - good
        ]
        if not good:
            blockers.append(
                (
                    "authorization_training",
                    self.env._(
                        "%(authorization)s: no training of %(person)s that covers "
                        "%(capability)s is linked.",
                        **values,
                    ),
                )
            )
        return blockers

    def _assessment_blockers(self):
        """Return what the linked assessments of this one lack."""
        self.ensure_one()
        good = self.assessment_ids.filtered(
            lambda one: one._is_passed_for(
                self.employee_id, self.capability_id, self.activity
            )
        )
        values = {
            "authorization": self.display_name,
            "person": self.employee_id.name,
            "capability": self.capability_id.display_name,
        }
        blockers = [
            (
                "authorization_assessment_wrong",
                self.env._(
                    "%(authorization)s: the assessment %(assessment)s is no ground: it "
                    "must be confirmed, passed and be of %(person)s for %(capability)s "
                    "and this activity.",
                    assessment=assessment.display_name,
                    **values,
                ),
            )
            for assessment in self.assessment_ids - good
        ]
        if not good:
            blockers.append(
                (
                    "authorization_assessment",
                    self.env._(
                        "%(authorization)s: no passed assessment of %(person)s for "
                        "%(capability)s is linked.",
                        **values,
                    ),
                )
            )
        elif self.competence_confirmed_on and self.competence_confirmed_on < max(
            good.mapped("date")
        ):
            blockers.append(
                (
                    "authorization_competence_early",
                    self.env._(
                        "%(authorization)s: the competence cannot be confirmed on "
                        "%(confirmed)s, before the assessment of %(assessed)s.",
                        confirmed=self.competence_confirmed_on,
                        assessed=max(good.mapped("date")),
                        **values,
                    ),
                )
            )
        return blockers

    def _subject_blockers(self, attended, experienced):
        """Return which kinds of training are not on file of this one's person.

        :param attended: the person's trainings
        :param bool experienced: practical experience stands in the résumé
        """
        self.ensure_one()
        missing = [
            name
            for name in TRAINING_SUBJECTS
            if not any(attended.mapped(name))
            and not (name == "practical" and experienced)
        ]
        if not missing:
            return []
        described = attended.fields_get(missing, ["string"])
        return [
            (
                "authorization_subjects",
                self.env._(
                    "%(person)s has no training on file in: %(subjects)s.",
                    person=self.employee_id.name,
                    subjects=", ".join(described[name]["string"] for name in missing),
                ),
            )
        ]
