# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.metrology.tools import rounding

from ..const import ENVIRONMENT_KINDS

# A clock of a sensor may run a little fast.
_CLOCK_TOLERANCE = timedelta(minutes=2)

# Only this module's own code holds the key to an evidence's fields.
_VOID = object()


class MetrologyEnvironmentReading(models.Model):
    """The conditions of a room at a moment, as they were read.

    A reading is a piece of evidence: it is never edited or deleted.  A wrong one is
    voided with a reason and read again.
    """

    _name = "metrology.environment.reading"
    _description = "Environment Reading"
    _order = "time desc, id desc"
    _rec_name = "time"
    _check_company_auto = True

    room_id = fields.Many2one(
        comodel_name="metrology.room",
        required=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(related="room_id.company_id", store=True, index=True)
    time = fields.Datetime(required=True, default=fields.Datetime.now)
    source = fields.Selection(
        selection=[("manual", "Typed"), ("sensor", "Sensor")],
        required=True,
        default="manual",
    )
    sensor_id = fields.Many2one(
        comodel_name="metrology.environment.sensor",
        ondelete="restrict",
        check_company=True,
        index="btree_not_null",
        domain="[('room_id', '=', room_id)]",
        help="The instrument that was read.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Read by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    temperature = fields.Char(string="Temperature (°C)")
    humidity = fields.Char(string="Relative Humidity (%)")
    pressure = fields.Char(string="Air Pressure (kPa)")
    # Mirrors for charts and searches; the typed texts above are the truth.
    temperature_value = fields.Float(
        compute="_compute_values", store=True, aggregator="avg", digits=0
    )
    humidity_value = fields.Float(
        compute="_compute_values", store=True, aggregator="avg", digits=0
    )
    pressure_value = fields.Float(
        compute="_compute_values", store=True, aggregator="avg", digits=0
    )
    within_limits = fields.Boolean(
        compute="_compute_within_limits",
        store=True,
        precompute=True,
        help="Judged by the limits the room had when the reading was made.",
    )
    exceeded = fields.Char(
        compute="_compute_within_limits", store=True, precompute=True
    )
    is_void = fields.Boolean(string="Voided", readonly=True, copy=False)
    void_reason = fields.Char(readonly=True, copy=False)
    note = fields.Char()

    _room_time_idx = models.Index("(room_id, time DESC)")
    _sensor_time_uniq = models.UniqueIndex(
        "(sensor_id, time) WHERE source = 'sensor'",
        "The sensor sent a reading of this moment already.",
    )

    @api.depends("room_id", "time")
    def _compute_display_name(self):
        for reading in self:
            if not reading.time:
                reading.display_name = reading.room_id.display_name
                continue
            time = fields.Datetime.context_timestamp(reading, reading.time)
            reading.display_name = (
                f"{reading.room_id.display_name} {time:%Y-%m-%d %H:%M}"
            )

    @api.depends("temperature", "humidity", "pressure")
    def _compute_values(self):
        for reading in self:
            for kind, _label in ENVIRONMENT_KINDS:
                try:
                    value = float(rounding.exact(reading[kind] or "0"))
                except ValueError:
                    value = 0.0  # refused by the constraint
                reading[f"{kind}_value"] = value

    # Not on the limits themselves: changing them later does not judge the past anew.
    @api.depends("temperature", "humidity", "pressure")
    def _compute_within_limits(self):
        for reading in self:
            sentences = []
            for limit in reading.room_id.limit_ids:
                text = reading[limit.kind]
                try:
                    sentence = (
                        limit._exceeded_by(text)
                        if text
                        else self.env._(
                            "%(limit)s was not read", limit=limit.display_name
                        )
                    )
                except ValueError:
                    sentence = False  # refused by the constraint
                if sentence:
                    sentences.append(sentence)
            reading.within_limits = not sentences
            reading.exceeded = "; ".join(sentences) or False

    @api.constrains("temperature", "humidity", "pressure")
    def _check_values(self):
        labels = self.fields_get(
            [kind for kind, _label in ENVIRONMENT_KINDS], ["string"]
        )
        for reading in self:
            texts = [(kind, reading[kind]) for kind, _label in ENVIRONMENT_KINDS]
            if not any(text for _kind, text in texts):
                raise ValidationError(
                    self.env._(
                        "%(room)s: a reading needs at least one value.",
                        room=reading.room_id.display_name,
                    )
                )
            for kind, text in texts:
                try:
                    value = rounding.exact(text) if text else None
                except ValueError as error:
                    raise ValidationError(
                        self.env._(
                            '%(room)s, %(kind)s: "%(text)s" is not a number.',
                            room=reading.room_id.display_name,
                            kind=labels[kind]["string"],
                            text=text,
                        )
                    ) from error
                if kind == "humidity" and value is not None and not 0 <= value <= 100:
                    raise ValidationError(
                        self.env._(
                            "%(room)s: a relative humidity of %(text)s %% does not "
                            "exist.",
                            room=reading.room_id.display_name,
                            text=text,
                        )
                    )

    @api.constrains("time")
    def _check_time(self):
        latest = fields.Datetime.now() + _CLOCK_TOLERANCE
        for reading in self:
            if reading.time > latest:
                raise ValidationError(
                    self.env._(
                        "%(room)s: a reading cannot be made in the future (%(time)s).",
                        room=reading.room_id.display_name,
                        time=fields.Datetime.context_timestamp(reading, reading.time),
                    )
                )

    @api.constrains("room_id", "source", "sensor_id", "time")
    def _check_source(self):
        for reading in self:
            room, sensor = reading.room_id, reading.sensor_id
            values = {"room": room.display_name, "sensor": sensor.display_name}
            if reading.source == "manual" and room.is_strict:
                raise ValidationError(
                    self.env._(
                        "%(room)s takes automatic readings only: a typed one is "
                        "refused.",
                        **values,
                    )
                )
            if reading.source == "sensor" and not sensor:
                raise ValidationError(
                    self.env._(
                        "%(room)s: say which sensor made the automatic reading.",
                        **values,
                    )
                )
            if sensor and sensor.room_id != room:
                raise ValidationError(
                    self.env._("%(sensor)s does not stand in %(room)s.", **values)
                )
            if sensor.date_to and sensor.date_to < reading.time.date():
                raise ValidationError(
                    self.env._(
                        "The calibration of %(sensor)s ended on %(day)s: its readings "
                        "are not accepted until it is calibrated again.",
                        day=sensor.date_to,
                        **values,
                    )
                )
            if sensor:
                for kind, label in self._fields_of_kinds():
                    if reading[kind] and kind not in sensor._get_kinds():
                        raise ValidationError(
                            self.env._(
                                "%(sensor)s does not measure %(kind)s.",
                                kind=label,
                                **values,
                            )
                        )

    def _fields_of_kinds(self):
        described = self.fields_get([k for k, _label in ENVIRONMENT_KINDS], ["string"])
        return [(kind, described[kind]["string"]) for kind, _ in ENVIRONMENT_KINDS]

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self.env.su:
                # Who read it is who says so; nobody reads in another's name.
                vals["user_id"] = self.env.uid
                vals.pop("is_void", None)
                vals.pop("void_reason", None)
        return super().create(vals_list)

    def write(self, vals):
        kept = set(vals) - {"note"}
        if kept and self.env.context.get("environment_void") is not _VOID:
            raise UserError(
                self.env._(
                    "A reading is evidence and is not edited. Void it with a reason "
                    "and enter a new one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A reading is evidence and is not deleted. Void it instead.")
        )

    def action_void(self, reason):
        """Void wrong readings, with the reason; they stay on file.

        :raises UserError: no reason, or voided already
        """
        self.check_access("write")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Give the reason."))
        self.lock_for_update()
        if any(self.mapped("is_void")):
            raise UserError(self.env._("The reading is voided already."))
        self.with_context(environment_void=_VOID).write(
            {"is_void": True, "void_reason": reason}
        )
        return True
