# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models

from ..const import ENVIRONMENT_KINDS


class MetrologyEnvironmentSensor(models.Model):
    """An instrument that watches the conditions of a room; itself in calibration."""

    _name = "metrology.environment.sensor"
    _description = "Environment Sensor"
    _inherit = ["mail.thread", "mail.activity.mixin", "metrology.expiry.mixin"]
    _order = "room_id, name, id"
    _rec_names_search = ["name", "serial_number"]
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    room_id = fields.Many2one(
        comodel_name="metrology.room",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    serial_number = fields.Char()
    model_text = fields.Char(string="Model")
    measures_temperature = fields.Boolean(string="Temperature", default=True)
    measures_humidity = fields.Boolean(string="Relative Humidity", default=True)
    measures_pressure = fields.Boolean(string="Air Pressure")
    certificate_number = fields.Char(string="Calibration Certificate", tracking=True)
    date_to = fields.Date(
        string="Calibrated until",
        tracking=True,
        help="Readings of an overdue sensor are refused.",
    )

    _serial_uniq = models.UniqueIndex(
        "(serial_number, company_id) WHERE serial_number IS NOT NULL AND active",
        "Another sensor of the company has this serial number.",
    )

    @api.depends("name", "serial_number")
    def _compute_display_name(self):
        for sensor in self:
            sensor.display_name = (
                f"{sensor.name} ({sensor.serial_number})"
                if sensor.serial_number
                else sensor.name
            )

    def _get_kinds(self):
        """Return the conditions this sensor measures, as keys of the readings."""
        self.ensure_one()
        return [kind for kind, _label in ENVIRONMENT_KINDS if self[f"measures_{kind}"]]

    def _get_expiry_user(self):
        return self.room_id.responsible_id or super()._get_expiry_user()
