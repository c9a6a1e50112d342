# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError


class MetrologyEquipmentSoftware(models.Model):
    """A version of software, firmware or reference data that equipment works with.

    Until another person than the one who entered it validated the newest version,
    the equipment may not be used (ISO/IEC 17025 6.4.3, 7.11.2).
    """

    _name = "metrology.equipment.software"
    _description = "Software Version of Equipment"
    _inherit = ["metrology.guard.mixin"]
    _order = "equipment_id, name, installed_on desc, id desc"

    _guard_action_fields = ("validated_by_id", "validated_on")
    _guard_frozen_fields = (
        "equipment_id",
        "kind",
        "name",
        "version",
        "installed_on",
        "validation_note",
        "file",
    )

    equipment_id = fields.Many2one(
        comodel_name="maintenance.equipment",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, index=True
    )
    kind = fields.Selection(
        selection=[
            ("software", "Software"),
            ("firmware", "Firmware"),
            ("reference", "Reference Data"),
        ],
        required=True,
        default="software",
    )
    name = fields.Char(required=True)
    version = fields.Char(required=True)
    installed_on = fields.Date(
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
    )
    validation_note = fields.Text(
        string="Validation", help="How it was tested, and with which result."
    )
    file = fields.Binary(string="Evidence", attachment=True, copy=False)
    file_name = fields.Char()
    validated_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    validated_on = fields.Date(readonly=True, copy=False)

    _version_uniq = models.Constraint(
        "unique(equipment_id, name, version)",
        "This version of the software is on file already.",
    )

    def _guard_is_frozen(self):
        return bool(self.validated_on)

    def _compute_display_name(self):
        for record in self:
            record.display_name = f"{record.name or ''} {record.version or ''}"

    def action_validate(self):
        """Validate versions for use.

        :raises UserError: entered by the caller, validated already, or no evidence
        """
        self._guard_check_group(
            "metrology.group_equipment,metrology.group_technical_head"
        )
        self.check_access("write")
        self.lock_for_update()
        for record in self:
            values = {"software": record.display_name}
            if record.validated_on:
                raise UserError(self.env._("%(software)s is validated.", **values))
            if record.create_uid == self.env.user and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(software)s was entered by you: another person must "
                        "validate it.",
                        **values,
                    )
                )
            if not record.validation_note:
                raise UserError(
                    self.env._(
                        "%(software)s: write how it was tested, and the result.",
                        **values,
                    )
                )
        self._guard_open().write(
            {
                "validated_by_id": self.env.uid,
                "validated_on": self.env["metrology.calendar"]._today(self.env.company),
            }
        )
        return True
