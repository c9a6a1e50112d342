# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyTrainingPlan(models.Model):
    """The training plan of a year: what is needed, which courses, what they cost.

    Another person than its author approves it; courses that turn out to be needed
    later are added to the approved plan and are marked as added.
    """

    _name = "metrology.training.plan"
    _description = "Training Plan"
    _inherit = ["mail.thread", "mail.activity.mixin", "metrology.approval.mixin"]
    _order = "year desc, id desc"
    _rec_names_search = ["name"]

    name = fields.Char(compute="_compute_name", store=True)
    year = fields.Integer(
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today().year,
        aggregator=None,
        tracking=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
    )
    needs = fields.Text(
        string="Training Needs",
        help="What present and expected tasks ask of the staff: new methods and "
        "standards, findings, gaps against the profiles of the posts.",
    )
    budget = fields.Monetary(tracking=True)
    training_ids = fields.One2many("metrology.training", "plan_id", string="Courses")
    # The mixin's own states: only the labels of a model's own field are translated.
    approval_state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("submitted", "To Approve"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ]
    )
    training_count = fields.Integer(compute="_compute_figures")
    closed_count = fields.Integer(string="Closed", compute="_compute_figures")
    planned_cost = fields.Monetary(compute="_compute_figures")
    cost = fields.Monetary(string="Cost so Far", compute="_compute_figures")
    progress = fields.Float(compute="_compute_figures")

    _year_uniq = models.UniqueIndex(
        "(company_id, year)", "The institution has a training plan of this year."
    )

    @api.depends("year")
    def _compute_name(self):
        for plan in self:
            plan.name = self.env._("Training plan %(year)s", year=plan.year)

    @api.depends("training_ids.state", "training_ids.cost", "training_ids.planned_cost")
    def _compute_figures(self):
        for plan in self:
            trainings = plan.training_ids.filtered(lambda one: one.state != "cancelled")
            closed = trainings.filtered(lambda one: one.state == "closed")
            plan.training_count = len(trainings)
            plan.closed_count = len(closed)
            plan.planned_cost = sum(trainings.mapped("planned_cost"))
            plan.cost = sum(trainings.mapped("cost"))
            plan.progress = 100 * len(closed) / len(trainings) if trainings else 0.0

    def _approval_frozen_fields(self):
        return {"year", "needs", "budget", "company_id"}

    def action_open_trainings(self):
        """Open the courses of the plan."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_staff.action_training"
        )
        action["domain"] = [("plan_id", "=", self.id)]
        action["context"] = {"default_plan_id": self.id}
        return action
