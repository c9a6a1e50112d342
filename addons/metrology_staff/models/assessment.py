# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models

from ..const import ACTIVITIES


class MetrologyAssessment(models.Model):
    """What somebody else found a person to know or to be able to do, for one capability.

    draft → confirmed; a confirmed one is evidence and does not change.  Wrong ones are
    followed by a new assessment.
    """

    _name = "metrology.assessment"
    _description = "Assessment"
    _inherit = ["mail.thread", "metrology.finding.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    _guard_frozen_fields = (
        *("company_id", "employee_id", "capability_id", "activity", "kind"),
        *("date", "score", "result", "assessor_id", "note", "paper", "paper_name"),
    )
    _finding_by = "assessor_id"
    _finding_roles = "metrology.group_staff_manager,metrology.group_technical_head"

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
