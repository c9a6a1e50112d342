# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyMethodValidation(models.Model):
    """The proof that a method may be used here: its confirmation or verification.

    Before use a standard method is verified (the institution can do it as written); one
    that is no standard is first confirmed (it serves the intended use), then verified
    (JJF 1069, 5.2.4; ISO/IEC 17025:2017, 7.2.1.5 and 7.2.2).
    """

    _name = "metrology.method.validation"
    _description = "Confirmation or Verification of a Method"
    _inherit = ["mail.thread", "metrology.four.eyes.mixin"]
    _order = "edition_id, date, id"

    _guard_frozen_fields = (
        *("edition_id", "kind", "date", "conclusion", "file", "intended_use"),
        *("persons_note", "equipment_note", "environment_note", "result_note"),
        *("employee_ids", "file_name"),
    )

    edition_id = fields.Many2one(
        comodel_name="metrology.method.edition",
        required=True,
        index=True,
        # An approved proof would go with its edition, without being asked.
        ondelete="restrict",
    )
    method_id = fields.Many2one(related="edition_id.method_id", store=True, index=True)
    company_id = fields.Many2one(related="edition_id.company_id", store=True)
    kind = fields.Selection(
        selection=[
            ("confirm", "Method confirmation"),
            ("verify", "Method verification"),
        ],
        required=True,
        default="verify",
        tracking=True,
    )
    date = fields.Date(
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
        tracking=True,
    )
    employee_ids = fields.Many2many(
        comodel_name="hr.employee",
        relation="metrology_method_validation_employee_rel",
        string="Done by",
    )
    intended_use = fields.Text(
        help="What the method is to serve, and what it must achieve for that."
    )
    persons_note = fields.Text(string="Persons", help="Trained and able to do it.")
    equipment_note = fields.Text(
        string="Standards and Equipment", help="Range, accuracy and traceability."
    )
    environment_note = fields.Text(string="Facilities and Environment")
    result_note = fields.Text(
        string="Results",
        help="What was measured: repeatability, uncertainty, comparison with others.",
    )
    conclusion = fields.Selection(
        selection=[("fit", "Fit for use"), ("unfit", "Not fit for use")], tracking=True
    )
    file = fields.Binary(string="Report", attachment=True, copy=False)
    file_name = fields.Char()
    approved_on = fields.Date(tracking=True)
    state = fields.Selection(
        selection=[("draft", "Draft"), ("approved", "Approved")],
        compute="_compute_state",
        store=True,
    )

    @api.depends("approved_on")
    def _compute_state(self):
        for record in self:
            record.state = "approved" if record.approved_on else "draft"

    @api.depends("kind", "edition_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for record in self:
            record.display_name = self.env._(
                "%(kind)s of %(edition)s",
                kind=labels.get(record.kind, ""),
                edition=record.edition_id.name or "",
            )

    def _get_approval_blockers(self, day):
        """Add: conclusion and report are there, and the day is not to come."""
        result = super()._get_approval_blockers(day)
        for record in self:
            missing = [
                name
                for name in ("conclusion", "file", "result_note")
                if not record[name]
            ]
            if record.kind == "confirm" and not record.intended_use:
                missing.append("intended_use")
            if missing:
                result[record.id].append(
                    (
                        "incomplete",
                        self.env._(
                            "%(name)s: fill in %(fields)s first.",
                            name=record.display_name,
                            fields=self._guard_labels(missing),
                        ),
                    )
                )
            if record.date > day:
                result[record.id].append(
                    (
                        "future",
                        self.env._(
                            "%(name)s is dated %(date)s, which is still to come.",
                            name=record.display_name,
                            date=record.date,
                        ),
                    )
                )
        return result
