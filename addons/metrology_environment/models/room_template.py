# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyRoomTemplate(models.Model):
    """What rooms of one kind watch, to begin a new room with."""

    _name = "metrology.room.template"
    _description = "Room Template"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    element_ids = fields.Many2many(
        comodel_name="metrology.environment.element",
        relation="metrology_room_template_element_rel",
        string="Elements",
    )
    is_strict = fields.Boolean(string="Automatic Readings Only")
    needs_reading = fields.Boolean(string="No Work without Readings")
    active = fields.Boolean(default=True)
