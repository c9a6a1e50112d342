# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.metrology.tools import rounding


class MetrologyEquipmentCondition(models.Model):
    """The conditions equipment must have where it is used, or where it is kept.

    Compared with the readings of its room, in the unit these are kept in.
    """

    _name = "metrology.equipment.condition"
    _description = "Conditions of Equipment"
    _order = "equipment_id, situation, element_id"

    equipment_id = fields.Many2one(
        comodel_name="maintenance.equipment",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, index=True
    )
    situation = fields.Selection(
        selection=[("storage", "Storage"), ("use", "Use")],
        required=True,
        default="storage",
    )
    element_id = fields.Many2one(
        comodel_name="metrology.environment.element",
        string="Condition",
        required=True,
        ondelete="restrict",
    )
    unit_id = fields.Many2one(related="element_id.unit_id")
    minimum = fields.Char(help="A number; empty where there is no lower limit.")
    maximum = fields.Char(help="A number; empty where there is no upper limit.")

    _element_uniq = models.Constraint(
        "unique(equipment_id, situation, element_id)",
        "The equipment has limits of this condition already.",
    )

    @api.depends("situation", "element_id", "minimum", "maximum")
    def _compute_display_name(self):
        situations = dict(self._fields["situation"]._description_selection(self.env))
        for limit in self:
            limit.display_name = " ".join(
                part
                for part in (
                    situations.get(limit.situation),
                    limit.element_id.name,
                    f"{limit.minimum or ''}…{limit.maximum or ''}",
                    limit.unit_id.symbol,
                )
                if part
            )

    @api.constrains("minimum", "maximum")
    def _check_numbers(self):
        for limit in self:
            values = {"equipment": limit.equipment_id.display_name}
            numbers = []
            for text in (limit.minimum, limit.maximum):
                try:
                    numbers += [rounding.exact(text)] if text else []
                except ValueError as error:
                    raise ValidationError(
                        self.env._(
                            '%(equipment)s: "%(text)s" is not a number.',
                            text=text,
                            **values,
                        )
                    ) from error
            if not numbers:
                raise ValidationError(
                    self.env._(
                        "%(equipment)s: give the least or the greatest value of the "
                        "condition.",
                        **values,
                    )
                )
            if len(numbers) == 2 and numbers[0] >= numbers[1]:
                raise ValidationError(
                    self.env._(
                        "%(equipment)s: the least value of a condition is not below "
                        "the greatest.",
                        **values,
                    )
                )

    def _exceeded_by(self, readings):
        """Return how readings exceed these limits, as sentence parts.

        :param readings: {element id: metrology.environment.reading}
        :rtype: list[str]
        """
        parts = []
        for limit in self:
            reading = readings.get(limit.element_id.id)
            if not reading:
                continue
            value = rounding.exact(reading.value)
            if (limit.minimum and value < rounding.exact(limit.minimum)) or (
                limit.maximum and value > rounding.exact(limit.maximum)
            ):
                parts.append(
                    self.env._(
                        "%(value)s outside %(limit)s",
                        value=reading.value,
                        limit=limit.display_name,
                    )
                )
        return parts


class MetrologyEnvironmentReading(models.Model):
    _inherit = "metrology.environment.reading"

    def _after_insert(self):
        """Alert the keepers of what is stored in a room out of its conditions."""
        result = super()._after_insert()
        self.sudo().filtered("is_usable")._alert_stored_equipment()
        return result

    def _alert_stored_equipment(self):
        newest = {}
        for reading in self.sorted(lambda one: (one.time, one.id)):
            newest.setdefault(reading.room_id.id, {})[reading.element_id.id] = reading
        limits = (
            self.env["metrology.equipment.condition"]
            .sudo()
            .search(
                [
                    ("situation", "=", "storage"),
                    ("equipment_id.room_id", "in", list(newest)),
                    ("equipment_id.metrology_state", "!=", "scrapped"),
                    ("equipment_id.is_away", "=", False),
                ]
            )
        )
        messages = {}
        for equipment, own in limits.grouped("equipment_id").items():
            parts = own._exceeded_by(newest[equipment.room_id.id])
            if parts:
                messages[equipment.id] = self.env._(
                    "%(equipment)s is kept in %(room)s out of its conditions: "
                    "%(what)s.",
                    equipment=equipment.display_name,
                    room=equipment.room_id.display_name,
                    what="; ".join(parts),
                )
        self.env["maintenance.equipment"].sudo().browse(messages)._alert_keepers(
            messages
        )


class MaintenanceEquipment(models.Model):
    _inherit = "maintenance.equipment"

    condition_ids = fields.One2many(
        "metrology.equipment.condition", "equipment_id", string="Conditions"
    )

    def _get_condition_blockers(self, moment):
        """Say whose room is out of the conditions of its use at a moment.

        :param datetime.datetime moment: UTC
        :return: {equipment id: [(code, message)]}; a fixed number of queries
        :rtype: dict[int, list[tuple[str, str]]]
        """
        result = {equipment.id: [] for equipment in self}
        limits = self.condition_ids.filtered(lambda limit: limit.situation == "use")
        rooms = limits.equipment_id.room_id
        conditions = rooms._get_conditions_map(moment)
        for equipment, own in limits.grouped("equipment_id").items():
            now = conditions.get(equipment.room_id.id)
            parts = (
                own._exceeded_by(now["readings"]) if now and not now["stale"] else []
            )
            if parts:
                result[equipment.id].append(
                    (
                        "equipment_conditions",
                        self.env._(
                            "%(equipment)s cannot be used in %(room)s now: %(what)s.",
                            equipment=equipment.display_name,
                            room=equipment.room_id.display_name,
                            what="; ".join(parts),
                        ),
                    )
                )
        return result
