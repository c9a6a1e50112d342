# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError


class MetrologyEquipmentProcedure(models.Model):
    """A written procedure about equipment, approved by another than its author."""

    _name = "metrology.equipment.procedure"
    _description = "Equipment Procedure"
    _inherit = ["mail.thread", "metrology.guard.mixin"]
    _order = "name, id"
    _check_company_auto = True

    _guard_action_fields = ("approved_by_id", "approved_on")
    _guard_frozen_fields = ("name", "kind", "file", "file_name", "text", "company_id")

    name = fields.Char(string="Number and Title", required=True, tracking=True)
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
        ],
        required=True,
        default="check",
        tracking=True,
    )
    file = fields.Binary(string="Document", attachment=True, copy=False)
    file_name = fields.Char()
    text = fields.Text(string="Method and Limits")
    approved_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    approved_on = fields.Date(readonly=True, copy=False, tracking=True)

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
