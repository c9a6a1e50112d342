# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.metrology.tools import rounding

# A clock of a sensor may run a little fast.
CLOCK_TOLERANCE = timedelta(minutes=2)

# Only this module's own code holds the key to an evidence's fields.
_VOID = object()

# What decides on the worth of a reading: the suite says it, nobody gives it.
_OWN_FIELDS = (
    "is_void",
    "void_reason",
    "is_usable",
    "unusable_reason",
    "value_float",
    "decimals",
    "within_limits",
    "exceeded",
    "device_id",
    "company_id",
    "user_id",
)


class MetrologyEnvironmentReading(models.Model):
    """One element of a room's conditions at a moment, as it was read.

    A reading is a piece of evidence: it is never edited or deleted.  A wrong one is
    voided with a reason and read again. Readings of sensors come in through
    ``_ingest``, a batch at a time.
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
    company_id = fields.Many2one(
        related="room_id.company_id", store=True, precompute=True
    )
    element_id = fields.Many2one(
        comodel_name="metrology.environment.element",
        string="Condition",
        required=True,
        ondelete="restrict",
    )
    unit_id = fields.Many2one(related="element_id.unit_id")
    time = fields.Datetime(required=True, default=fields.Datetime.now)
    value = fields.Char(required=True, help="As it was read, in the element's unit.")
    # A mirror for charts and searches; the text above is the truth.
    value_float = fields.Float(
        string="Value (for charts)",
        compute="_compute_value_float",
        store=True,
        precompute=True,
        aggregator="avg",
        digits=0,
    )
    decimals = fields.Integer(
        compute="_compute_value_float", store=True, precompute=True, aggregator=None
    )
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
    device_id = fields.Many2one(
        comodel_name="metrology.environment.device", readonly=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Read by", readonly=True, ondelete="restrict"
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
    is_usable = fields.Boolean(
        string="Usable",
        readonly=True,
        default=True,
        help="Off for readings of a sensor out of calibration: kept, used for nothing.",
    )
    unusable_reason = fields.Char(readonly=True)
    is_void = fields.Boolean(string="Voided", readonly=True, copy=False)
    void_reason = fields.Char(readonly=True, copy=False)
    note = fields.Char()

    # "The last one of this room and element" is one step into this index.
    _room_element_time_idx = models.Index("(room_id, element_id, time DESC)")
    # Periods over all rooms: readings come in by time, so a block range is enough.
    _time_idx = models.Index("USING brin (time)")
    _sensor_time_uniq = models.UniqueIndex(
        "(sensor_id, element_id, time) WHERE source = 'sensor'",
        "The sensor sent a reading of this moment already.",
    )

    @api.depends("room_id", "time", "element_id")
    def _compute_display_name(self):
        for reading in self:
            time = fields.Datetime.context_timestamp(
                reading, reading.time or fields.Datetime.now()
            )
            reading.display_name = " ".join(
                (
                    reading.room_id.display_name or "",
                    reading.element_id.name or "",
                    f"{time:%Y-%m-%d %H:%M}",
                )
            )

    @api.depends("value")
    def _compute_value_float(self):
        for reading in self:
            try:
                reading.value_float = float(rounding.exact(reading.value or "0"))
                reading.decimals = max(rounding.decimals_of(reading.value or "0"), 0)
            except ValueError:
                reading.value_float = reading.decimals = 0  # refused by the constraint

    # Not on the limits themselves: changing them later does not judge the past anew.
    @api.depends("value", "element_id")
    def _compute_within_limits(self):
        for reading in self:
            sentence = False
            for limit in reading.room_id.sudo().limit_ids:
                if limit.element_id == reading.element_id and reading.value:
                    try:
                        sentence = limit._exceeded_by(reading.value)
                    except ValueError:
                        sentence = False  # refused by the constraint
            reading.within_limits = not sentence
            reading.exceeded = sentence

    @api.constrains("value", "element_id")
    def _check_values(self):
        for reading in self:
            problem = reading.element_id._get_value_problem(reading.value)
            if problem:
                raise ValidationError(
                    self.env._(
                        "%(room)s, %(problem)s",
                        room=reading.room_id.display_name,
                        problem=problem,
                    )
                )

    @api.constrains("time")
    def _check_time(self):
        latest = fields.Datetime.now() + CLOCK_TOLERANCE
        for reading in self:
            if reading.time > latest:
                raise ValidationError(
                    self.env._(
                        "%(room)s: a reading cannot be made in the future (%(time)s).",
                        room=reading.room_id.display_name,
                        time=fields.Datetime.context_timestamp(reading, reading.time),
                    )
                )

    @api.constrains("room_id", "source", "sensor_id", "time", "element_id")
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
            if not sensor:
                continue
            if sensor.room_id != room:
                raise ValidationError(
                    self.env._("%(sensor)s does not stand in %(room)s.", **values)
                )
            day = self.env["metrology.calendar"]._to_day(reading.time, room.company_id)
            reason = sensor._get_unusable_reason(day)
            if reason:
                raise ValidationError(
                    self.env._(
                        "%(reason)s: its readings are not accepted until it is "
                        "calibrated again.",
                        reason=reason,
                    )
                )
            if reading.element_id not in sensor.element_ids:
                raise ValidationError(
                    self.env._(
                        "%(sensor)s does not measure %(kind)s.",
                        kind=reading.element_id.name,
                        **values,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        # What a context gives as default is given just as well.
        closed = {f"default_{name}" for name in (*_OWN_FIELDS, "source")}
        context = self.env.context
        context = {name: one for name, one in context.items() if name not in closed}
        self = self.with_env(self.env(context=context))
        rows = []
        for vals in vals_list:
            if not self.env.su and vals.get("source", "manual") != "manual":
                raise UserError(
                    self.env._(
                        "Automatic readings come from a device with its key, not by "
                        "hand."
                    )
                )
            # Who reads is who enters; nobody reads in another's name, and what decides
            # on its worth is never given.
            row = {name: one for name, one in vals.items() if name not in _OWN_FIELDS}
            rows.append({**row, "user_id": self.env.uid})
        readings = super().create(rows)
        readings._after_insert()
        return readings

    def write(self, vals):
        if self.env.context.get("environment_void") is not _VOID:
            raise UserError(
                self.env._(
                    "A reading is evidence and is not edited. Void it with a reason "
                    "and enter it again."
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
        self.env["metrology.environment.daily"]._recompute_days(self)
        return True
