# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError


class MetrologyEquipmentUse(models.TransientModel):
    """Dialog by which a person enters that equipment is used outside of a record."""

    _name = "metrology.equipment.use"
    _description = "Log the Use of Equipment"

    equipment_ids = fields.Many2many(
        comodel_name="maintenance.equipment",
        relation="metrology_equipment_use_equipment_rel",
        required=True,
    )
    purpose = fields.Char(string="Used for", required=True)
    note = fields.Char(string="Condition before and after")

    def action_log(self):
        """Log the use, unless the equipment may not be used today.

        :raises UserError: with the reasons
        """
        self.ensure_one()
        equipment = self.equipment_ids
        equipment.check_access("read")
        day = self.env["metrology.calendar"]._today(self.env.company)
        messages = [
            message
            for blockers in equipment._get_validity_blockers(day).values()
            for _code, message in blockers
        ]
        if messages:
            raise UserError("\n".join(messages))
        equipment._log_use_by_hand(self.purpose, self.note)
        return {"type": "ir.actions.act_window_close"}
