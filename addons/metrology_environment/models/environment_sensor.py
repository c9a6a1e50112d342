# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models

from ..const import SENSOR_ELEMENTS, SENSOR_KINDS


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
    serial_number = fields.Char(
        tracking=True, help="Loggers send readings under this number."
    )
    model_text = fields.Char(string="Model")
    kind = fields.Selection(
        selection=SENSOR_KINDS,
        required=True,
        default="temperature_humidity",
        tracking=True,
    )
    element_ids = fields.Many2many(
        comodel_name="metrology.environment.element",
        relation="metrology_environment_sensor_element_rel",
        string="Measures",
        compute="_compute_element_ids",
        store=True,
        readonly=False,
        precompute=True,
    )
    device_id = fields.Many2one(
        comodel_name="metrology.environment.device",
        string="Sends through",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The logger or gateway that may send this sensor's readings.",
    )
    calibration_required = fields.Boolean(
        default=True,
        tracking=True,
        help="Off for what only watches, such as the position of a door.",
    )
    certificate_number = fields.Char(string="Calibration Certificate", tracking=True)
    date_to = fields.Date(
        string="Calibrated until",
        tracking=True,
        help="Readings of an overdue sensor are kept, but used for nothing.",
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

    @api.depends("kind")
    def _compute_element_ids(self):
        known = self.env["metrology.environment.element"]._by_code(
            {code for codes in SENSOR_ELEMENTS.values() for code in codes}
        )
        for sensor in self:
            codes = SENSOR_ELEMENTS.get(sensor.kind, ())
            sensor.element_ids = [known[code].id for code in codes if code in known]

    def _get_unusable_reason(self, day):
        """Say why readings of this one sensor are no evidence on a day, or False.

        :param datetime.date day: the institution's calendar day
        """
        self.ensure_one()
        if not self.calibration_required:
            return False
        if not self.date_to:
            return self.env._("%(sensor)s is not calibrated", sensor=self.display_name)
        if self.date_to < day:
            return self.env._(
                "the calibration of %(sensor)s ended on %(day)s",
                sensor=self.display_name,
                day=self.date_to,
            )
        return False

    def _get_expiry_user(self):
        return self.room_id.responsible_id or super()._get_expiry_user()
