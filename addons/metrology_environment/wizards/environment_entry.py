# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyEnvironmentEntry(models.TransientModel):
    """Types the conditions of a room as they are read, all elements at once."""

    _name = "metrology.environment.entry"
    _description = "Enter Readings"

    room_id = fields.Many2one(comodel_name="metrology.room", required=True)
    time = fields.Datetime(required=True, default=fields.Datetime.now)
    line_ids = fields.One2many(
        comodel_name="metrology.environment.entry.line",
        inverse_name="entry_id",
        string="Readings",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    note = fields.Char()

    @api.depends("room_id")
    def _compute_line_ids(self):
        for entry in self:
            room = entry.room_id
            elements = room.element_ids | room.limit_ids.element_id
            entry.line_ids = [fields.Command.clear()] + [
                fields.Command.create({"element_id": element.id})
                for element in elements.sorted("sequence")
            ]

    def action_save(self):
        """Store what was typed; empty lines were not read."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: (line.value or "").strip())
        if not lines:
            raise UserError(self.env._("Type at least one value."))
        self.env["metrology.environment.reading"].create(
            [
                {
                    "room_id": self.room_id.id,
                    "time": self.time,
                    "element_id": line.element_id.id,
                    "value": line.value.strip(),
                    "sensor_id": line.sensor_id.id,
                    "note": self.note,
                }
                for line in lines
            ]
        )
        return {"type": "ir.actions.act_window_close"}


class MetrologyEnvironmentEntryLine(models.TransientModel):
    """One element that is typed."""

    _name = "metrology.environment.entry.line"
    _description = "Reading to Enter"

    entry_id = fields.Many2one(
        comodel_name="metrology.environment.entry", required=True, ondelete="cascade"
    )
    room_id = fields.Many2one(related="entry_id.room_id")
    element_id = fields.Many2one(
        comodel_name="metrology.environment.element", string="Condition", required=True
    )
    value = fields.Char()
    unit_id = fields.Many2one(related="element_id.unit_id")
    sensor_id = fields.Many2one(
        comodel_name="metrology.environment.sensor",
        string="Read on",
        domain="[('room_id', '=', room_id), ('element_ids', 'in', element_id)]",
    )
