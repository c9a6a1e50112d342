# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import workbook

#: How many days ahead each kind of work is put on its plan, unless configured.
LEAD_DAYS = {"calibration": 60, "check": 14, "maintenance": 14}


class MetrologyEquipmentPlan(models.Model):
    """A plan of calibrating and verifying our equipment (周期检定、校准计划).

    An annual plan lists what falls due in its period; a rolling one grows every day by
    what comes within the lead days.  Another person than the one who made it approves
    it; it is then executed line by line.
    """

    _name = "metrology.equipment.plan"
    _description = "Calibration Plan"
    _inherit = ["mail.thread", "mail.activity.mixin", "metrology.guard.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    _guard_action_fields = ("state", "approved_by_id", "approved_on")
    _guard_frozen_fields = (
        "name",
        "kind",
        "date_from",
        "date_to",
        "department_ids",
        "company_id",
    )
    _guard_reason_actions = ("action_reopen",)

    name = fields.Char(required=True, tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(
        selection=[("annual", "Fixed Period"), ("rolling", "Rolling")],
        required=True,
        default="annual",
        tracking=True,
    )
    date_from = fields.Date(
        required=True,
        default=lambda self: (
            self.env["metrology.calendar"]
            ._today(self.env.company)
            .replace(month=1, day=1)
        ),
        tracking=True,
    )
    date_to = fields.Date(
        required=True,
        default=lambda self: (
            self.env["metrology.calendar"]
            ._today(self.env.company)
            .replace(month=12, day=31)
        ),
        tracking=True,
    )
    department_ids = fields.Many2many(
        comodel_name="hr.department",
        string="Laboratories",
        check_company=True,
        help="Empty: all laboratories.",
    )
    line_ids = fields.One2many("metrology.equipment.plan.line", "plan_id")
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("approved", "Approved"),
            ("closed", "Closed"),
        ],
        required=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    approved_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    approved_on = fields.Date(readonly=True, copy=False)
    line_count = fields.Integer(compute="_compute_progress", string="Items")
    done_count = fields.Integer(compute="_compute_progress", string="Items Done")
    late_count = fields.Integer(compute="_compute_progress", string="Late")
    progress = fields.Float(compute="_compute_progress", string="Progress (%)")
    note = fields.Text()

    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "A plan cannot end before it starts."
    )

    @api.depends("line_ids.state", "line_ids.planned_on")
    def _compute_progress(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        counts, late = {}, {}
        Line = self.env["metrology.equipment.plan.line"]
        for plan, state, count in Line._read_group(
            [("plan_id", "in", self.ids)], ["plan_id", "state"], ["__count"]
        ):
            counts[plan.id, state] = count
        for plan, count in Line._read_group(
            Domain("plan_id", "in", self.ids) & Line._domain_late(today),
            ["plan_id"],
            ["__count"],
        ):
            late[plan.id] = count
        for plan in self:
            own = {state: n for (key, state), n in counts.items() if key == plan.id}
            # What was cancelled with a reason is not work to do.
            total = sum(own.values()) - own.get("cancelled", 0)
            plan.line_count = total
            plan.done_count = own.get("done", 0)
            plan.late_count = late.get(plan.id, 0)
            plan.progress = 100 * plan.done_count / total if total else 0

    def _guard_is_frozen(self):
        return self.state != "draft"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        for plan in self:
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "%(plan)s was approved and stays on file.",
                        plan=plan.display_name,
                    )
                )

    # Making it ----------------------------------------------------------------

    @api.model
    def _get_lead_days(self, kind):
        """Return how many days ahead a kind of work is planned.

        The system parameter ``metrology_equipment.lead_days_<kind>`` rules.

        :param str kind: calibration, check or maintenance
        """
        text = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param(f"metrology_equipment.lead_days_{kind}")
        )
        return int(text) if text and text.isdigit() else LEAD_DAYS[kind]

    def _domain_due(self, last):
        """Return the domain of the equipment this one plan must list until a day."""
        self.ensure_one()
        domain = (
            Domain("metrology_use", "!=", "none")
            & Domain("metrology_state", "not in", ("scrapped", "sealed"))
            & Domain("traceability_required", "=", True)
            & Domain("company_id", "in", (self.company_id.id, False))
            & (
                Domain("traceability_due", "=", False)
                | Domain("traceability_due", "<=", last)
            )
        )
        if self.department_ids:
            domain &= Domain(
                "metrology_department_id", "child_of", self.department_ids.ids
            )
        return domain

    def action_generate(self):
        """List what falls due and stands on no other open plan; returns True.

        What is listed already stays as it is, so that it may be called again.
        """
        self.check_access("write")
        self.lock_for_update()
        for plan in self:
            if plan.state != "draft" and not plan._guard_has_key():
                raise UserError(
                    self.env._(
                        "%(plan)s is approved and takes no more lines.",
                        plan=plan.display_name,
                    )
                )
            plan._add_due()
        return True

    def _add_due(self):
        """Add lines for what is due within this one plan; return them."""
        self.ensure_one()
        today = self.env["metrology.calendar"]._today(self.company_id)
        last = self.date_to
        if self.kind == "rolling":
            days = self._get_lead_days("calibration")
            last = min(last, fields.Date.add(today, days=days))
        Line = self.env["metrology.equipment.plan.line"]
        due = self.env["maintenance.equipment"].search(
            self._domain_due(last), order="traceability_due NULLS FIRST, id"
        )
        # A colleague's plan counts too, whatever the caller may see of it.
        listed = Line.sudo().search(
            [("equipment_id", "in", due.ids), ("state", "in", Line._open_states())]
        )
        return Line.create(
            [
                {
                    "plan_id": self.id,
                    "equipment_id": equipment.id,
                    "due_on": equipment.traceability_due,
                    "planned_on": max(
                        self.date_from, today, equipment.traceability_due or today
                    )
                    if self.date_to >= today
                    else self.date_to,
                    "provider": equipment.traceability_id.provider,
                }
                for equipment in due
                if equipment.id not in listed.equipment_id.ids
            ]
        )

    @api.model
    def _cron_roll(self):
        """Let the approved rolling plans grow by what comes near."""
        today = self.env["metrology.calendar"]._today()
        plans = self.search(
            [
                ("kind", "=", "rolling"),
                ("state", "=", "approved"),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
            ]
        )
        for plan in plans._guard_open():
            lines = plan._add_due()
            if lines:
                plan._guard_close().message_post(
                    body=self.env._(
                        "Added: %(names)s",
                        names=", ".join(lines.equipment_id.mapped("display_name")),
                    )
                )

    # Deciding -----------------------------------------------------------------

    def action_approve(self):
        """Approve plans as another person than the one who made them.

        :raises AccessError: the caller is not the technical head
        :raises UserError: own plan, empty, or approved already
        """
        self._guard_check_group("metrology.group_technical_head")
        self.check_access("write")
        self.lock_for_update()
        for plan in self:
            values = {"plan": plan.display_name}
            if plan.state != "draft":
                raise UserError(self.env._("%(plan)s is approved already.", **values))
            if plan.create_uid == self.env.user and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(plan)s was made by you: another person must approve it.",
                        **values,
                    )
                )
            if not plan.line_ids and plan.kind == "annual":
                raise UserError(
                    self.env._("%(plan)s is empty: list what is due first.", **values)
                )
        self._guard_open().write(
            {
                "state": "approved",
                "approved_by_id": self.env.uid,
                "approved_on": self.env["metrology.calendar"]._today(self.env.company),
            }
        )
        return True

    def action_close(self):
        """Close plans of which nothing is open any more."""
        self.check_access("write")
        self.lock_for_update()
        for plan in self:
            left = plan.line_ids.filtered(
                lambda line: line.state in line._open_states()
            )
            if plan.state != "approved" or left:
                raise UserError(
                    self.env._(
                        "%(plan)s cannot be closed: %(left)s items are open.",
                        plan=plan.display_name,
                        left=len(left),
                    )
                )
        self._guard_open().write({"state": "closed"})
        return True

    def action_reopen(self, reason=None):
        """Take an approved plan back to draft, to be changed and approved again."""
        if reason is None:
            return self._guard_ask_reason("action_reopen")
        reason = self._guard_check_reason(reason)
        self._guard_check_group("metrology.group_technical_head")
        self.check_access("write")
        self.lock_for_update()
        for plan in self:
            if plan.state != "approved":
                raise UserError(
                    self.env._(
                        "%(plan)s is not approved, or closed already.",
                        plan=plan.display_name,
                    )
                )
        self._guard_open().write(
            {"state": "draft", "approved_by_id": False, "approved_on": False}
        )
        for plan in self:
            plan.message_post(body=reason)
        return True

    # Seeing it ----------------------------------------------------------------

    def action_view_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_equipment.action_equipment_plan_line"
        )
        action["domain"] = [("plan_id", "=", self.id)]
        action["context"] = {"default_plan_id": self.id}
        return action

    def action_export(self):
        """Write this one plan as an Excel file and open it."""
        self.ensure_one()
        self.check_access("read")
        lines = self.line_ids
        states = dict(lines._fields["state"]._description_selection(self.env))
        head = [
            self.env._("Equipment Code"),
            self.env._("Equipment"),
            self.env._("Model"),
            self.env._("Serial Number"),
            self.env._("Measuring Range"),
            self.env._("Laboratory"),
            self.env._("Due on"),
            self.env._("Planned on"),
            self.env._("Issued by"),
            self.env._("Sent on"),
            self.env._("Certificate"),
            self.env._("State"),
        ]
        rows = [
            [
                line.equipment_id.metrology_code,
                line.equipment_id.name,
                line.equipment_id.model,
                line.equipment_id.serial_no,
                line.equipment_id.range_text,
                line.department_id.name,
                line.due_on,
                line.planned_on,
                line.provider,
                line.sent_on,
                line.traceability_id.number,
                states[line.state],
            ]
            for line in lines
        ]
        return self.env["metrology.equipment.list"]._open_file(
            workbook.build([(self.name, head, rows)]), f"{self.name}.xlsx"
        )
