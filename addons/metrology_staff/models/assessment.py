# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import ACTIVITIES


class MetrologyAssessment(models.Model):
    """What somebody else found a person to know or to be able to do, for one capability.

    draft → confirmed; a confirmed one is evidence and does not change.  Wrong ones are
    followed by a new assessment.
    """

    _name = "metrology.assessment"
    _description = "Assessment"
    _inherit = ["mail.thread", "metrology.guard.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["employee_id.name", "capability_id.name"]
    _check_company_auto = True

    _guard_action_fields = ("state", "confirmed_by_id")
    _guard_frozen_fields = (
        "company_id",
        "employee_id",
        "capability_id",
        "activity",
        "kind",
        "date",
        "score",
        "result",
        "assessor_id",
    )

    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    user_id = fields.Many2one(related="employee_id.user_id", string="Login", store=True)
    capability_id = fields.Many2one(
        comodel_name="metrology.capability",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    activity = fields.Selection(
        selection=ACTIVITIES,
        help="Only where it was about one activity; empty for all of them.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(
        selection=[
            ("theory", "Theory"),
            ("practice", "Practice"),
            ("both", "Theory and Practice"),
        ],
        required=True,
        default="both",
        tracking=True,
    )
    date = fields.Date(
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
        tracking=True,
    )
    score = fields.Float(aggregator="avg", tracking=True)
    result = fields.Selection(
        selection=[("passed", "Passed"), ("failed", "Failed")],
        required=True,
        tracking=True,
    )
    assessor_id = fields.Many2one(
        comodel_name="hr.employee",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        default=lambda self: self.env.user.employee_id,
        tracking=True,
    )
    note = fields.Text(help="What was asked and shown.")
    paper = fields.Binary(string="Paper / Record", attachment=True)
    paper_name = fields.Char()
    state = fields.Selection(
        selection=[("draft", "Draft"), ("confirmed", "Confirmed")],
        required=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    confirmed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )

    @api.depends("employee_id", "capability_id", "date")
    def _compute_display_name(self):
        for record in self:
            record.display_name = ", ".join(
                str(part)
                for part in (
                    record.employee_id.display_name,
                    record.capability_id.display_name,
                    record.date,
                )
                if part
            )

    @api.constrains("employee_id", "assessor_id")
    def _check_assessor(self):
        for record in self:
            if record.assessor_id == record.employee_id:
                raise ValidationError(
                    self.env._(
                        "Nobody assesses himself: another person must be the assessor "
                        "of %(person)s.",
                        person=record.employee_id.display_name,
                    )
                )

    @api.constrains("date")
    def _check_date(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        for record in self:
            if record.date > today:
                raise ValidationError(
                    self.env._(
                        "%(assessment)s: an assessment cannot be in the future.",
                        assessment=record.display_name,
                    )
                )

    def _guard_is_frozen(self):
        return self.state == "confirmed"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for record in self:
            if record.state == "confirmed":
                raise UserError(
                    self.env._(
                        "%(assessment)s is confirmed and stays on file.",
                        assessment=record.display_name,
                    )
                )

    def action_confirm(self):
        """Confirm the results; nobody confirms his own.

        :raises UserError: somebody's own, or confirmed already
        """
        self._guard_check_group(
            "metrology.group_staff_manager,metrology.group_technical_head"
        )
        self.check_access("write")
        self.lock_for_update()
        for record in self:
            if record.state != "draft":
                raise UserError(
                    self.env._(
                        "%(assessment)s is confirmed already.",
                        assessment=record.display_name,
                    )
                )
            if record.employee_id.user_id == self.env.user:
                raise UserError(
                    self.env._(
                        "%(assessment)s is about yourself: another person confirms it.",
                        assessment=record.display_name,
                    )
                )
        self._guard_open().write(
            {"state": "confirmed", "confirmed_by_id": self.env.uid}
        )
        return True

    def _is_passed_for(self, employee, capability, activity):
        """Tell whether this is a confirmed pass of a person for an activity."""
        self.ensure_one()
        return (
            self.state == "confirmed"
            and self.result == "passed"
            and self.employee_id == employee
            and self.capability_id == capability
            and self.activity in (False, activity)
        )
