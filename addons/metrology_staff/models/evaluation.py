# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict

from odoo import api, fields, models


class MetrologyEvaluation(models.Model):
    """A competence evaluation or a supervision of a person, and when the next is due.

    The last confirmed one of a kind counts: when it found the person not competent, or
    when its next date has passed, the person's authorizations are not usable: for its
    capability, or for all where it names none.  JJF 1069 5.1.2, ISO/IEC 17025 6.2.5.
    """

    _name = "metrology.evaluation"
    _description = "Evaluation of Competence"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "metrology.finding.mixin",
        "metrology.expiry.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True
    _expiry_days = 30

    _guard_frozen_fields = (
        *("company_id", "employee_id", "capability_id", "kind", "method"),
        *("date", "date_to", "result", "evaluator_id", "finding"),
    )
    _finding_by = "evaluator_id"

    department_id = fields.Many2one(related="employee_id.department_id")
    capability_id = fields.Many2one(
        comodel_name="metrology.capability",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Empty: it is about the person's work as a whole.",
    )
    kind = fields.Selection(
        selection=[
            ("competence", "Evaluation of Competence"),
            ("supervision", "Supervision"),
            ("trainee", "Supervision in Training"),
        ],
        required=True,
        default="competence",
        tracking=True,
    )
    method = fields.Selection(
        selection=[
            ("witness", "Witnessed at Work"),
            ("records", "Review of Records and Certificates"),
            ("comparison", "Comparison of Persons"),
            ("blind", "Blind Sample"),
            ("questions", "Questions"),
        ],
        required=True,
        default="witness",
        tracking=True,
    )
    date = fields.Date(string="Evaluated on")
    date_to = fields.Date(
        string="Next until",
        required=True,
        tracking=True,
        help="The last day on which the next evaluation is in time.",
    )
    evaluator_id = fields.Many2one(
        comodel_name="hr.employee",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        default=lambda self: self.env.user.employee_id,
        tracking=True,
    )
    result = fields.Selection(
        selection=[
            ("competent", "Competent"),
            ("limited", "Competent with Remarks"),
            ("not", "Not Competent"),
        ],
        required=True,
        tracking=True,
    )
    finding = fields.Text(string="What Was Seen", tracking=True)
    measure = fields.Text(string="What Follows", tracking=True)
    is_last = fields.Boolean(
        string="The Last of Its Kind",
        compute="_compute_is_last",
        search="_search_is_last",
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date)", "The next evaluation cannot be due before this one."
    )

    @api.depends("employee_id", "kind", "date")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for record in self:
            record.display_name = ", ".join(
                str(part)
                for part in (
                    record.employee_id.display_name,
                    labels.get(record.kind),
                    record.capability_id.display_name,
                    record.date,
                )
                if part
            )

    @api.depends("state", "date", "employee_id", "capability_id", "kind")
    def _compute_is_last(self):
        last = self.sudo()._get_last(self.employee_id)
        for record in self:
            record.is_last = record._origin.id in last.ids

    def _search_is_last(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        employees = self.sudo().search([("state", "=", "confirmed")]).employee_id
        return [("id", "in", self.sudo()._get_last(employees).ids)]

    def _get_confirm_blockers(self):
        """Add: a result that is not plain without what was seen."""
        blockers = super()._get_confirm_blockers()
        if self.result != "competent" and not (self.finding or "").strip():
            blockers.append(
                (
                    "finding",
                    self.env._(
                        "%(evaluation)s: write down what was seen.",
                        evaluation=self.display_name,
                    ),
                )
            )
        return blockers

    @api.model
    def _get_last(self, employees, day=None):
        """Return the last confirmed evaluation of each person, capability and kind.

        :param datetime.date day: only those made until then
        """
        domain = [("employee_id", "in", employees.ids), ("state", "=", "confirmed")]
        if day:
            domain.append(("date", "<=", day))
        last = {}
        for record in self.search(domain, order="date, id"):
            last[record.employee_id, record.capability_id, record.kind] = record.id
        return self.browse(last.values())

    @api.model
    def _get_blockers(self, employees, day):
        """Say what the last evaluations speak against on ``day``.

        :return: {(employee id, capability id or False): [(code, message)]}
        :rtype: dict[tuple[int, int | bool], list[tuple[str, str]]]

        Two queries for any number of persons.
        """
        blockers = defaultdict(list)
        # What only falls due in future can still be done in time.
        due = min(day, self.env["metrology.calendar"]._today(self.env.company))
        for record in self._get_last(employees, day):
            key = (record.employee_id.id, record.capability_id.id)
            values = {
                "person": record.employee_id.name,
                "on": record.date,
                "until": record.date_to,
                "what": record.capability_id.display_name
                or self.env._("the work as a whole"),
            }
            if record.result == "not":
                blockers[key].append(
                    (
                        "person_not_competent",
                        self.env._(
                            "%(person)s was found not competent on %(on)s: %(what)s. A "
                            "new evaluation must lift this.",
                            **values,
                        ),
                    )
                )
            elif record.date_to < due:
                blockers[key].append(
                    (
                        "person_evaluation_overdue",
                        self.env._(
                            "The evaluation of %(person)s is overdue since %(until)s: "
                            "%(what)s.",
                            **values,
                        ),
                    )
                )
        return blockers

    # Expiry (metrology.expiry.mixin) ------------------------------------------

    def _expiry_is_wanted(self):
        return self.state == "confirmed" and self.is_last

    def _get_expiry_user(self):
        return self.evaluator_id.user_id or super()._get_expiry_user()

    def _get_expiry_summary(self):
        return self.env._(
            "%(person)s is to be evaluated until %(day)s",
            person=self.employee_id.name,
            day=self.date_to,
        )
