# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import TRAINING_SUBJECTS


class MetrologyTraining(models.Model):
    """A training: planned, held with attendance, closed with the judgement of its effect.

    draft → held → closed.  Closing posts it to the résumé of everybody who attended;
    a closed one is on file and does not change.
    """

    _name = "metrology.training"
    _description = "Training"
    _inherit = ["mail.thread", "mail.activity.mixin", "metrology.guard.mixin"]
    _order = "date_from desc, id desc"
    _rec_names_search = ["name", "trainer"]
    _check_company_auto = True

    _guard_action_fields = ("state", "state_reason", "closed_on", "evaluated_by_id")
    _guard_frozen_fields = (
        "name",
        "company_id",
        "plan_id",
        "need",
        "kind",
        "technical",
        "legal",
        "practical",
        "capability_ids",
        "trainer",
        "date_from",
        "date_to",
        "hours",
        "participant_ids",
        "effect",
        "effect_method",
        "effect_text",
        "material",
        "material_name",
    )
    _guard_reason_actions = ("action_cancel",)

    # 1. What and why
    name = fields.Char(string="Course", required=True, tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    plan_id = fields.Many2one(
        comodel_name="metrology.training.plan",
        string="Training Plan",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    is_added = fields.Boolean(
        string="Added Later",
        compute="_compute_is_added",
        store=True,
        help="Not in the plan when it was approved.",
    )
    need = fields.Char(help="Why it is needed.")
    kind = fields.Selection(
        selection=[
            ("internal", "In-house"),
            ("external", "External"),
            ("awareness", "Awareness"),
            ("self", "Self-study"),
        ],
        required=True,
        default="internal",
        tracking=True,
    )
    technical = fields.Boolean(string="Technical Knowledge", tracking=True)
    legal = fields.Boolean(string="Legal Knowledge", tracking=True)
    practical = fields.Boolean(string="Practical Experience", tracking=True)
    capability_ids = fields.Many2many(
        comodel_name="metrology.capability",
        relation="metrology_training_capability_rel",
        column1="training_id",
        column2="capability_id",
        string="Capabilities",
        check_company=True,
        help="What it qualifies for; empty for general training.",
    )

    # 2. Who, when, what it costs
    trainer = fields.Char(string="Trainer / Provider", tracking=True)
    place = fields.Char()
    date_from = fields.Date(string="From", tracking=True)
    date_to = fields.Date(string="Until", tracking=True)
    hours = fields.Float()
    participant_ids = fields.One2many(
        "metrology.training.participant", "training_id", string="Participants"
    )
    participant_count = fields.Integer(
        string="Participants Expected", compute="_compute_attendance"
    )
    attended_count = fields.Integer(string="Attended", compute="_compute_attendance")
    currency_id = fields.Many2one(related="company_id.currency_id")
    planned_cost = fields.Monetary(tracking=True)
    cost = fields.Monetary(tracking=True)
    material = fields.Binary(string="Course Material", attachment=True)
    material_name = fields.Char()

    # 3. What came of it
    state = fields.Selection(
        selection=[
            ("draft", "Planned"),
            ("held", "Held"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    state_reason = fields.Char(string="Reason", readonly=True, copy=False)
    effect_method = fields.Selection(
        selection=[
            ("exam", "Assessment"),
            ("observation", "Observation at Work"),
            ("comparison", "Comparison of Results"),
            ("talk", "Talk"),
        ],
        string="How Judged",
        copy=False,
    )
    effect = fields.Selection(
        selection=[
            ("effective", "Effective"),
            ("partly", "Partly Effective"),
            ("ineffective", "Not Effective"),
        ],
        copy=False,
        tracking=True,
    )
    effect_text = fields.Text(string="Evaluation of the Effect", copy=False)
    evaluated_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    closed_on = fields.Date(readonly=True, copy=False)

    _dates_in_order = models.Constraint(
        "CHECK(date_from IS NULL OR date_to IS NULL OR date_to >= date_from)",
        "A training cannot end before it starts.",
    )
    _costs_not_negative = models.Constraint(
        "CHECK(COALESCE(cost, 0) >= 0 AND COALESCE(planned_cost, 0) >= 0 "
        "AND COALESCE(hours, 0) >= 0)",
        "Costs and hours cannot be negative.",
    )

    @api.depends("plan_id")
    def _compute_is_added(self):
        # Whether the plan was approved already when the course came into it.
        for training in self:
            training.is_added = training.plan_id.approval_state == "approved"

    @api.depends("participant_ids.attended")
    def _compute_attendance(self):
        for training in self:
            training.participant_count = len(training.participant_ids)
            training.attended_count = len(training.participant_ids.filtered("attended"))

    @api.constrains("plan_id", "date_from")
    def _check_year(self):
        for training in self:
            plan = training.plan_id
            if plan and training.date_from and training.date_from.year != plan.year:
                raise ValidationError(
                    self.env._(
                        "%(training)s is on %(day)s, which is not in the year of "
                        "%(plan)s.",
                        training=training.name,
                        day=training.date_from,
                        plan=plan.name,
                    )
                )

    def _guard_is_frozen(self):
        return self.state in ("closed", "cancelled")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        for training in self:
            if training.state != "draft":
                raise UserError(
                    self.env._(
                        "%(training)s was held and stays on file.",
                        training=training.name,
                    )
                )

    # Actions ------------------------------------------------------------------

    def action_hold(self):
        """Say that the training took place, with who attended. draft → held."""
        self._step("draft")
        today = self.env["metrology.calendar"]._today(self.env.company)
        for training in self:
            training._require(
                training.date_from and training.date_to,
                self.env._("enter from when until when it took place."),
            )
            training._require(
                training.date_to <= today,
                self.env._("it ends on %(day)s only.", day=training.date_to),
            )
            training._require(
                any(training[name] for name in TRAINING_SUBJECTS)
                or training.kind == "awareness",
                self.env._(
                    "say what it teaches: technical knowledge, legal knowledge or "
                    "practical experience."
                ),
            )
            training._require(
                training.attended_count,
                self.env._("tick who attended; nobody is."),
            )
        self._guard_open().write({"state": "held"})
        return True

    def action_close(self):
        """Close trainings whose effect was judged. held → closed.

        Everybody who attended gets a line in the résumé.
        """
        self._step("held")
        today = self.env["metrology.calendar"]._today(self.env.company)
        for training in self:
            training._require(
                training.effect
                and training.effect_method
                and (training.effect_text or "").strip(),
                self.env._(
                    "judge its effect first: how it was judged, the judgement and a "
                    "sentence on it."
                ),
            )
        self._guard_open().write(
            {"state": "closed", "closed_on": today, "evaluated_by_id": self.env.uid}
        )
        self._post_resumes()
        return True

    def action_cancel(self, reason=None):
        """Give up planned trainings, for a reason."""
        if reason is None:
            return self._guard_ask_reason("action_cancel")
        reason = self._guard_check_reason(reason)
        self._step("draft")
        self._guard_open().write({"state": "cancelled", "state_reason": reason})
        return True

    def _step(self, state):
        """Lock the trainings and require that all are in ``state``."""
        self._guard_check_group(
            "metrology.group_staff_manager,metrology.group_technical_head"
        )
        self.check_access("write")
        self._lock()
        labels = dict(self._fields["state"]._description_selection(self.env))
        for training in self:
            training._require(
                training.state == state,
                self.env._(
                    "this step needs “%(wanted)s”, it is “%(state)s”.",
                    wanted=labels[state],
                    state=labels[training.state],
                ),
            )

    def _require(self, fulfilled, message):
        self.ensure_one()
        if not fulfilled:
            raise UserError(
                self.env._(
                    "%(training)s: %(reason)s", training=self.name, reason=message
                )
            )

    def _post_resumes(self):
        """Post closed trainings to the résumés of who attended; as the suite itself."""
        kind = (
            self.env.ref("hr_skills.resume_type_training", raise_if_not_found=False)
            or self.env["hr.resume.line.type"].browse()
        )
        self.env["hr.resume.line"].sudo().create(
            [
                {
                    "employee_id": participant.employee_id.id,
                    "name": training.name,
                    "date_start": training.date_from,
                    "date_end": training.date_to,
                    "line_type_id": kind.id,
                    "duration": round(training.hours),
                    "description": training.trainer,
                }
                for training in self
                for participant in training.participant_ids
                if participant.attended
            ]
        )

    def _covers(self, capability):
        """Tell whether this training qualifies for ``capability``."""
        self.ensure_one()
        return not self.capability_ids or capability in self.capability_ids

    @api.model
    def _get_attended(self, employees):
        """Return the closed trainings that persons attended and that had effect.

        :return: {employee id: metrology.training}, with an entry for each employee
        :rtype: dict[int, recordset]
        """
        result = {employee.id: self.browse() for employee in employees}
        for participant in self.env["metrology.training.participant"].search(
            [
                ("employee_id", "in", employees.ids),
                ("attended", "=", True),
                ("training_id.state", "=", "closed"),
                ("training_id.effect", "in", ("effective", "partly")),
            ]
        ):
            result[participant.employee_id.id] |= participant.training_id
        return result
