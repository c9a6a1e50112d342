# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import USABLE_STATES


class MetrologyEquipmentCheck(models.Model):
    """An intermediate check: is the equipment still what its certificate says?

    By an approved procedure, with data; the conclusion follows from the data.  A
    failed check suspends the equipment.
    """

    _name = "metrology.equipment.check"
    _description = "Intermediate Check"
    _inherit = ["mail.thread", "mail.activity.mixin", "metrology.guard.mixin"]
    _order = "date desc, planned_on desc, id desc"
    _rec_names_search = ["equipment_id.name", "equipment_id.metrology_code"]

    _guard_action_fields = ("state", "date", "done_by_id")
    _guard_frozen_fields = (
        "equipment_id",
        "procedure_id",
        "line_ids",
        "note",
        "planned_on",
    )

    equipment_id = fields.Many2one(
        comodel_name="maintenance.equipment",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('metrology_use', '!=', 'none')]",
        tracking=True,
    )
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, index=True
    )
    procedure_id = fields.Many2one(
        comodel_name="metrology.equipment.procedure",
        compute="_compute_procedure_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        domain="[('kind', '=', 'check')]",
    )
    planned_on = fields.Date(
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
        tracking=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
    )
    line_ids = fields.One2many("metrology.equipment.check.line", "check_id", copy=True)
    note = fields.Text()
    date = fields.Date(string="Done on", readonly=True, copy=False)
    done_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    state = fields.Selection(
        selection=[("planned", "Planned"), ("passed", "Passed"), ("failed", "Failed")],
        required=True,
        default="planned",
        index=True,
        copy=False,
        tracking=True,
    )

    @api.depends("equipment_id", "planned_on")
    def _compute_display_name(self):
        for check in self:
            name, day = check.equipment_id.display_name, check.date or check.planned_on
            check.display_name = f"{name} {day}"

    @api.depends("equipment_id")
    def _compute_procedure_id(self):
        for check in self:
            check.procedure_id = check.equipment_id.check_procedure_id

    def _guard_is_frozen(self):
        return self.state != "planned"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        for check in self:
            if check.state != "planned":
                raise UserError(
                    self.env._("%(check)s is done and stays.", check=check.display_name)
                )

    def action_done(self):
        """Conclude checks from their data; suspend what failed.

        :raises UserError: no approved procedure, or no data
        """
        self._guard_check_group(
            "metrology.group_equipment,metrology.group_technical_head"
        )
        self.check_access("write")
        self.lock_for_update()
        for check in self:
            check._check_complete()
        today = self.env["metrology.calendar"]._today(self.env.company)
        for state in ("passed", "failed"):
            checks = self.filtered(
                lambda check, state=state: check._conclude() == state
            )
            checks._guard_open().write(
                {"state": state, "date": today, "done_by_id": self.env.uid}
            )
            if state == "failed":
                checks._suspend_failed()
        return True

    def _check_complete(self):
        """Check that this one check has a procedure and data."""
        self.ensure_one()
        values = {"check": self.display_name}
        if self.state != "planned":
            raise UserError(self.env._("%(check)s is done already.", **values))
        today = self.env["metrology.calendar"]._today(self.env.company)
        if (
            not self.procedure_id._is_in_force(today)
            or self.procedure_id.kind != "check"
        ):
            raise UserError(
                self.env._("%(check)s needs an approved procedure first.", **values)
            )
        if not self.line_ids or not all(line.measured for line in self.line_ids):
            raise UserError(
                self.env._("%(check)s has no data: enter what was measured.", **values)
            )

    def _conclude(self):
        """Return what the data of this one check say: passed or failed."""
        self.ensure_one()
        if self.state != "planned":
            return self.state
        return "passed" if all(self.line_ids.mapped("is_within")) else "failed"

    def _suspend_failed(self):
        """Take the equipment of failed checks out of use."""
        for check in self:
            equipment = check.equipment_id
            if equipment.metrology_state in USABLE_STATES:
                equipment._register_event(
                    "suspend",
                    self.env._("Intermediate check of %(day)s failed.", day=check.date),
                    fault_kind="limits",
                )
