# SPDX-License-Identifier: AGPL-3.0-only
from markupsafe import escape

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.metrology.tools import rounding

#: What JJF 1033 asks of a standard in use: its kinds of trial.
KINDS = [
    ("repeatability", "Repeatability"),
    ("stability", "Stability"),
    ("verification", "Verification of Results"),
]


class MetrologyStandardPlan(models.Model):
    """What is tried on a standard at one point, against what, and how often.

    JJF 1033: the repeatability is compared with the one in the evaluated uncertainty,
    the stability with the MPE or with U of the correction, results with those of
    others; every year, or as the plan says.
    """

    _name = "metrology.standard.plan"
    _description = "Plan of a Standard's Trials"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "metrology.guard.mixin",
        "metrology.expiry.mixin",
    ]
    _order = "standard_id, kind, sequence, id"
    _rec_names_search = ["name", "standard_id.name"]

    _expiry_days = 30

    # A new repeatability is adopted by the new evaluation on its record.
    _guard_frozen_fields = (
        "standard_id",
        "kind",
        "method",
        "unit_id",
        "s_initial",
        "limit",
        "used_with_correction",
    )

    standard_id = fields.Many2one(
        comodel_name="metrology.standard",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    company_id = fields.Many2one(
        related="standard_id.company_id", store=True, index=True
    )
    leader_id = fields.Many2one(related="standard_id.leader_id")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        selection=KINDS, required=True, default="repeatability", tracking=True
    )
    name = fields.Char(string="Point", required=True, help='For example "10 MPa".')
    object_text = fields.Char(
        string="Measured Object",
        help="The common instrument that is measured repeatedly, or the stable check "
        "standard.",
    )
    equipment_id = fields.Many2one(
        comodel_name="maintenance.equipment",
        string="Check Standard",
        ondelete="restrict",
        domain="[('metrology_use', '!=', 'none')]",
    )
    unit_id = fields.Many2one(comodel_name="metrology.unit", ondelete="restrict")
    readings = fields.Integer(
        default=10, help="How many readings a group has (JJF 1033: at least 10)."
    )
    s_initial = fields.Char(
        string="Repeatability in the Evaluated Uncertainty",
        tracking=True,
        help="s of one reading, as the uncertainty was evaluated with. Empty for a new "
        "standard: the first approved record sets it.",
    )
    method = fields.Selection(
        selection=[
            ("groups", "New standard: groups of one examination"),
            ("years", "Established standard: year against year"),
            ("chart", "Control chart"),
        ],
        string="Way of Judging",
        default="years",
        tracking=True,
    )
    used_with_correction = fields.Boolean(
        string="Used with Corrections",
        tracking=True,
        help="The change must be within U of the correction, otherwise within the MPE.",
    )
    limit = fields.Char(
        string="|MPE| or U of the Correction",
        tracking=True,
        help="In the unit of the readings; a number as it is written.",
    )
    interval_months = fields.Integer(string="Interval (months)", default=12)
    first_due = fields.Date(
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
        help="When the first record is due.",
    )
    test_ids = fields.One2many("metrology.standard.test", "plan_id")
    last_test_id = fields.Many2one(
        comodel_name="metrology.standard.test",
        string="Last Approved Record",
        compute="_compute_last_test_id",
        store=True,
    )
    last_conclusion = fields.Selection(
        selection=[("pass", "Conforms"), ("fail", "Does Not Conform")],
        string="Last Conclusion",
        compute="_compute_last_test_id",
        store=True,
    )
    date_to = fields.Date(
        string="Next Due",
        compute="_compute_last_test_id",
        store=True,
        index="btree_not_null",
    )
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    chart = fields.Text(compute="_compute_chart")

    _interval_positive = models.Constraint(
        "CHECK(interval_months > 0)", "The interval is at least one month."
    )
    _readings_enough = models.Constraint(
        "CHECK(readings BETWEEN 2 AND 100)", "A group has 2 to 100 readings."
    )

    @api.depends("standard_id", "kind", "name")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for plan in self:
            plan.display_name = " · ".join(
                part
                for part in (
                    plan.standard_id.name,
                    kinds.get(plan.kind),
                    plan.name,
                )
                if part
            )

    @api.depends(
        "test_ids.state",
        "test_ids.date",
        "test_ids.conclusion",
        "interval_months",
        "first_due",
    )
    def _compute_last_test_id(self):
        for plan in self:
            last = plan.test_ids.filtered(lambda test: test.state == "approved")
            last = last.sorted(lambda test: (test.date, test.id))[-1:]
            plan.last_test_id = last
            plan.last_conclusion = last.conclusion
            plan.date_to = (
                fields.Date.add(last.date, months=plan.interval_months)
                if last
                else plan.first_due
            )

    @api.depends("date_to")
    def _compute_is_overdue(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        for plan in self:
            plan.is_overdue = bool(plan.date_to and plan.date_to < today)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env["metrology.calendar"]._today(self.env.company)
        wanted = True in value
        return [("date_to", "<" if wanted else ">=", today)]

    @api.depends("test_ids.groups", "test_ids.state", "s_initial", "limit", "kind")
    def _compute_chart(self):
        for plan in self:
            tests = plan.test_ids.filtered(lambda test: test.state == "approved")
            plan.chart = self.env["metrology.standard.test"]._draw(plan, tests)

    def _get_chart_title(self):
        """Return the escaped heading of this one plan's charts."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return escape(f"{kinds[self.kind]} · {self.name}")

    @api.constrains("s_initial", "limit", "kind", "method")
    def _check_numbers(self):
        labels = self.fields_get(["s_initial", "limit"], ["string"])
        for plan in self:
            for name in ("s_initial", "limit"):
                text = plan[name]
                try:
                    valid = not text or rounding.exact(text) > 0
                except ValueError:
                    valid = False
                if not valid:
                    raise ValidationError(
                        self.env._(
                            '%(plan)s, %(field)s: "%(text)s" is not a positive number.',
                            plan=plan.display_name,
                            field=labels[name]["string"],
                            text=text,
                        )
                    )
            if plan.kind == "stability" and plan.method != "chart" and not plan.limit:
                raise ValidationError(
                    self.env._(
                        "%(plan)s: give the |MPE|, or U of the correction where the "
                        "standard is used with corrections.",
                        plan=plan.display_name,
                    )
                )

    def _guard_is_frozen(self):
        """What approved records were judged by stays."""
        return bool(self.last_test_id)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_tried(self):
        for plan in self:
            if plan.test_ids:
                raise UserError(
                    self.env._(
                        "%(plan)s has records and stays on file. Archive it instead.",
                        plan=plan.display_name,
                    )
                )

    def action_new_test(self):
        """Open a new record of this plan."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "metrology.standard.test",
            "view_mode": "form",
            "context": {"default_plan_id": self.id},
        }

    def _adopt_repeatability(self, test):
        """Take s of an approved record as the one in the evaluated uncertainty."""
        self.ensure_one()
        spread = test.kept_result["s"]
        if spread:
            # Upwards, so that what was measured conforms to what is adopted.
            text = rounding.round_significant(repr(spread), 3, "up")
            self._guard_open().s_initial = text

    # Expiry (metrology.expiry.mixin) ------------------------------------------

    def _expiry_is_wanted(self):
        return self.active and self.standard_id.state in ("active", "suspended")

    def _get_expiry_user(self):
        return self.standard_id.leader_id.user_id or super()._get_expiry_user()

    def _get_expiry_summary(self):
        return self.env._(
            "%(plan)s is due on %(date)s", plan=self.display_name, date=self.date_to
        )
