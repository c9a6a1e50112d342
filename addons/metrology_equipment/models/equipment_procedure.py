# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyEquipmentProcedure(models.Model):
    """A written procedure about equipment, approved by another than its author."""

    _name = "metrology.equipment.procedure"
    _description = "Equipment Procedure"
    _inherit = ["mail.thread", "metrology.guard.mixin"]
    _order = "name, id"
    _check_company_auto = True

    _guard_action_fields = ("approved_by_id", "approved_on", "withdrawn_on")
    _guard_frozen_fields = (
        "name",
        "version",
        "kind",
        "file",
        "file_name",
        "text",
        "company_id",
    )
    _guard_reason_actions = ("action_withdraw",)

    name = fields.Char(string="Number and Title", required=True, tracking=True)
    version = fields.Char(default="1", required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(
        selection=[
            ("check", "Intermediate Check"),
            ("operation", "Operation"),
            ("handling", "Handling, Transport and Storage"),
            ("maintenance", "Maintenance"),
            ("offsite", "Off-site Use"),
        ],
        required=True,
        default="check",
        tracking=True,
    )
    category_ids = fields.Many2many(
        comodel_name="maintenance.equipment.category",
        relation="metrology_equipment_procedure_category_rel",
        column1="procedure_id",
        column2="category_id",
        string="Equipment Classes",
        help="Empty: all classes.",
    )
    file = fields.Binary(string="Document", attachment=True, copy=False)
    file_name = fields.Char()
    text = fields.Text(string="Method and Limits")
    approved_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    approved_on = fields.Date(readonly=True, copy=False, tracking=True)
    withdrawn_on = fields.Date(readonly=True, copy=False, tracking=True)

    @api.depends("name", "version")
    def _compute_display_name(self):
        for procedure in self:
            procedure.display_name = self.env._(
                "%(name)s (version %(version)s)",
                name=procedure.name or "",
                version=procedure.version or "",
            )

    def _guard_is_frozen(self):
        return bool(self.approved_on)

    def action_approve(self):
        """Approve procedures for use.

        :raises AccessError: the caller is not the technical head
        :raises UserError: approved already, entered by the caller, or empty
        """
        self._guard_check_group("metrology.group_technical_head")
        self.check_access("write")
        self.lock_for_update()
        for procedure in self:
            values = {"procedure": procedure.name}
            if procedure.approved_on:
                raise UserError(
                    self.env._("%(procedure)s is approved already.", **values)
                )
            if procedure.create_uid == self.env.user and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(procedure)s was entered by you: another person must "
                        "approve it.",
                        **values,
                    )
                )
            if not procedure.file and not procedure.text:
                raise UserError(
                    self.env._(
                        "%(procedure)s is empty: attach the document or write the "
                        "method and limits.",
                        **values,
                    )
                )
        self._guard_open().write(
            {
                "approved_by_id": self.env.uid,
                "approved_on": self.env["metrology.calendar"]._today(self.env.company),
            }
        )
        return True

    def action_withdraw(self, reason=None):
        """Take approved procedures out of force, for a reason."""
        if reason is None:
            return self._guard_ask_reason("action_withdraw")
        reason = self._guard_check_reason(reason)
        self._guard_check_group("metrology.group_technical_head")
        self.check_access("write")
        self.lock_for_update()
        for procedure in self:
            if not procedure.approved_on or procedure.withdrawn_on:
                raise UserError(
                    self.env._(
                        "%(procedure)s is not in force.",
                        procedure=procedure.display_name,
                    )
                )
        today = self.env["metrology.calendar"]._today(self.env.company)
        self._guard_open().write({"withdrawn_on": today})
        for procedure in self:
            procedure.message_post(body=reason)
        return True

    # What others ask ----------------------------------------------------------

    def _is_in_force(self, day):
        """Tell whether this one procedure is approved and not withdrawn on ``day``."""
        return bool(
            self
            and self.active
            and self.approved_on
            and self.approved_on <= day
            and (not self.withdrawn_on or self.withdrawn_on > day)
        )

    @api.model
    def _find(self, equipment, kind, day):
        """Return the procedure in force for each equipment by its class.

        One made for the class goes before one for all classes.

        :return: {equipment id: metrology.equipment.procedure, may be empty}
        :rtype: dict[int, recordset]

        One query for any number of equipment.
        """
        found = self.search([("kind", "=", kind), ("approved_on", "<=", day)]).filtered(
            lambda procedure: procedure._is_in_force(day)
        )
        result = {}
        for item in equipment:
            company = item.company_id or self.env.company
            own = found.filtered(lambda record, of=company: record.company_id == of)
            special = own.filtered(
                lambda record, of=item.category_id: of and of in record.category_ids
            )
            result[item.id] = (
                special or own.filtered(lambda record: not record.category_ids)
            )[:1]
        return result
