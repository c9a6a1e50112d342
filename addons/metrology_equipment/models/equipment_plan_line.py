# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_OPEN = ("planned", "sent", "received")


class MetrologyEquipmentPlanLine(models.Model):
    """One piece of equipment on a calibration plan: sent, certificate in, confirmed."""

    _name = "metrology.equipment.plan.line"
    _description = "Item of a Calibration Plan"
    _inherit = ["metrology.guard.mixin"]
    _order = "planned_on, id"
    _rec_name = "equipment_id"

    _guard_action_fields = ("state", "sent_on", "traceability_id", "cancel_reason")
    _guard_reason_actions = ("action_cancel",)

    plan_id = fields.Many2one(
        comodel_name="metrology.equipment.plan",
        required=True,
        index=True,
        ondelete="cascade",
    )
    plan_state = fields.Selection(related="plan_id.state", string="State of the Plan")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    equipment_id = fields.Many2one(
        comodel_name="maintenance.equipment",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('metrology_use', '!=', 'none')]",
    )
    department_id = fields.Many2one(
        related="equipment_id.metrology_department_id",
        string="Laboratory",
        store=True,
        index="btree_not_null",
    )
    keeper_id = fields.Many2one(
        related="equipment_id.technician_user_id", string="Keeper"
    )
    due_on = fields.Date(
        string="Due on", help="Its last day by the certificate it had when listed."
    )
    planned_on = fields.Date(required=True, index=True)
    provider = fields.Char(string="To Be Calibrated by")
    sent_on = fields.Date(readonly=True, copy=False)
    traceability_id = fields.Many2one(
        comodel_name="metrology.traceability",
        string="Certificate",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    state = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("sent", "Sent"),
            ("received", "Certificate in"),
            ("done", "Confirmed"),
            ("unfit", "Not Fit for Use"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        index=True,
        copy=False,
    )
    is_late = fields.Boolean(compute="_compute_is_late", string="Late")
    cancel_reason = fields.Char(readonly=True, copy=False)
    note = fields.Char()

    _open_uniq = models.UniqueIndex(
        "(equipment_id) WHERE state IN ('planned', 'sent', 'received')",
        "The equipment stands on a calibration plan already.",
    )

    @api.model
    def _open_states(self):
        return _OPEN

    @api.model
    def _domain_late(self, day):
        """Return the domain of what is open after its planned or its last day."""
        return Domain("state", "in", _OPEN) & (
            Domain("planned_on", "<", day) | Domain("due_on", "<", day)
        )

    @api.depends("state", "planned_on", "due_on")
    def _compute_is_late(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        for line in self:
            line.is_late = line.state in _OPEN and (
                (line.planned_on and line.planned_on < today)
                or (line.due_on and line.due_on < today)
            )

    # What an approved plan says stays -----------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_plan_open()
        return lines

    def write(self, vals):
        if {"plan_id", "equipment_id", "due_on", "planned_on", "provider"} & set(vals):
            self._check_plan_open()
        result = super().write(vals)
        if "plan_id" in vals:
            self._check_plan_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self._check_plan_open()

    def _check_plan_open(self):
        if self._guard_has_key():
            return
        for plan in self.plan_id:
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "%(plan)s is approved: its items are executed or cancelled, "
                        "not changed.",
                        plan=plan.display_name,
                    )
                )

    # Execution ----------------------------------------------------------------

    def _start_step(self, *states):
        self._guard_check_group(
            "metrology.group_equipment,metrology.group_technical_head"
        )
        self.check_access("write")
        self.lock_for_update()
        labels = dict(self._fields["state"]._description_selection(self.env))
        for line in self:
            values = {"equipment": line.equipment_id.display_name}
            if line.plan_id.state != "approved":
                raise UserError(
                    self.env._(
                        "%(plan)s is not approved: nothing of it can be executed.",
                        plan=line.plan_id.display_name,
                    )
                )
            if line.state not in states:
                raise UserError(
                    self.env._(
                        "%(equipment)s is on the plan as: %(state)s.",
                        state=labels[line.state],
                        **values,
                    )
                )

    def action_send(self):
        """Send equipment to calibration: it leaves our control."""
        self._start_step("planned")
        today = self.env["metrology.calendar"]._today(self.env.company)
        for line in self:
            if not line.equipment_id.is_away:
                line.equipment_id._register_event(
                    "leave",
                    self.env._("Calibration plan: %(plan)s", plan=line.plan_id.name),
                    purpose="calibration",
                )
        self._guard_open().write({"state": "sent", "sent_on": today})
        return True

    def action_enter_certificate(self):
        """Open a new certificate of this one line's equipment."""
        self.ensure_one()
        self._start_step("planned", "sent")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Certificate"),
            "res_model": "metrology.traceability",
            "view_mode": "form",
            "context": {
                "default_equipment_id": self.equipment_id.id,
                "default_provider": self.provider,
            },
        }

    def action_cancel(self, reason=None):
        """Leave equipment out of the plan, for a reason."""
        if reason is None:
            return self._guard_ask_reason("action_cancel")
        reason = self._guard_check_reason(reason)
        self._start_step("planned", "sent")
        self._guard_open().write({"state": "cancelled", "cancel_reason": reason})
        return True

    @api.model
    def _follow_certificates(self, certificates):
        """Let the open lines follow the certificates of their equipment.

        A certificate made since the line was planned brings it to "certificate in",
        its decision to "confirmed" or "not fit".

        :param certificates: metrology.traceability, entered or decided upon
        """
        lines = self.sudo().search(
            [
                ("equipment_id", "in", certificates.equipment_id.ids),
                ("state", "in", _OPEN),
                ("plan_id.state", "=", "approved"),
            ]
        )
        states = {"draft": "received", "confirmed": "done", "refused": "unfit"}
        for line in lines:
            newest = certificates.filtered(
                lambda record, of=line: (
                    record.equipment_id == of.equipment_id
                    and (not of.due_on or (record.date_to or record.date) > of.due_on)
                )
            ).sorted(lambda record: (record.date, record.id))[-1:]
            if newest:
                line._guard_open().write(
                    {"state": states[newest.state], "traceability_id": newest.id}
                )
