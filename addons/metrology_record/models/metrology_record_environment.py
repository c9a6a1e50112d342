# SPDX-License-Identifier: AGPL-3.0-only

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.metrology_environment.models.environment_reading import (
    CLOCK_TOLERANCE,
)

from ..tools.data import clean_number
from .metrology_record import OPEN_STATES
from .metrology_record import MetrologyRecord as SealedRecord

_CONDITIONS = ("temperature", "humidity", "pressure")
_TIMES = ("environment_from", "environment_to")

#: Only the suite writes what comes from readings; an object cannot come over RPC.
READINGS_KEY = object()


class MetrologyRecord(models.Model):
    """The environment of a record: readings of its room over its period, judged by the
    limits of the room, of the method and of the capability; and its pause while the
    room allows no work.

    Sources: ISO/IEC 17025:2017 6.3.3; JJF 1069 5.4.
    """

    _inherit = "metrology.record"

    _sealed_fields = (
        *SealedRecord._sealed_fields,
        "environment_from",
        "environment_to",
        "environment_summary",
    )

    state = fields.Selection(
        selection_add=[("paused", "Paused"), ("submitted",)],
        ondelete={"paused": "set default"},
    )
    environment_from = fields.Datetime(
        string="Measured from",
        copy=False,
        help="The readings of the room in this time belong to the record. It takes in "
        "all observations as they were typed; pauses of the job do not count.",
    )
    environment_to = fields.Datetime(
        string="Measured to", copy=False, help="Empty: until it is submitted."
    )
    environment_line_ids = fields.One2many(
        comodel_name="metrology.record.environment",
        inverse_name="record_id",
        string="Environment",
        copy=False,
    )
    environment_summary = fields.Json(
        readonly=True,
        copy=False,
        help="The environment as it was sealed: values, sources and limits.",
    )
    pause_reason = fields.Char(related="job_id.pause_reason")

    def _guard_get_action_fields(self):
        return (*super()._guard_get_action_fields(), "environment_summary")

    @api.model
    def _get_room(self, job):
        return job._get_work_room()

    @api.model
    def _prepare_record(self, job, version):
        return {
            **super()._prepare_record(job, version),
            "environment_from": job.started_on or fields.Datetime.now(),
        }

    def _check_environment_time(self):
        """A time that is none, or is to come, would have no readings to judge."""
        now = fields.Datetime.now()
        for record in self:
            start, end = record.environment_from, record.environment_to
            latest = now + CLOCK_TOLERANCE
            if (start and start > latest) or (
                end and (end > latest or (start and end < start))
            ):
                raise ValidationError(
                    self.env._(
                        "%(record)s: the time of the measurement ends before it begins, "
                        "or is still to come.",
                        record=record.display_name,
                    )
                )

    def write(self, vals):
        """Take conditions and their time from executors only, and none while the work
        is paused (S1-7.3.1-2).
        """
        entered = {*_CONDITIONS, "environment_note", *_TIMES} & set(vals)
        if self.env.su or self._guard_has_key() or not entered:
            return super().write(vals)
        self._check_executor()
        self.filtered(lambda one: one.state == "paused")._require_state(*OPEN_STATES)
        result = super().write(vals)
        if entered & set(_TIMES):
            self._check_environment_time()
        return result

    # Pause ----------------------------------------------------------------------

    def _pause(self):
        """Close the entry of open records while their job is paused."""
        records = self.sudo().filtered(lambda record: record.state in OPEN_STATES)
        records._guard_open().with_context(
            sealed_reason=self.env._("The work is paused")
        ).write({"state": "paused"})

    def _unpause(self):
        """Open the entry again, where it stood."""
        for record in self.sudo().filtered(lambda one: one.state == "paused"):
            record._guard_open().with_context(
                sealed_reason=self.env._("The work goes on")
            ).write({"state": "running" if record.entry_token else "draft"})

    def save_draft(self, data, token, source="keyboard"):
        """Refuse entries while the room must not be worked in (S1-7.3.1-2, S2-6.9a)."""
        self.ensure_one()
        self._check_room_now()
        return super().save_draft(data, token, source)

    def _check_room_now(self):
        """Refuse work on this one record while its room is stopped or unwatched.

        :raises UserError: every reason, naming the room
        """
        job = self.job_id.sudo()
        room = job._get_work_room()
        if not room or self.state not in OPEN_STATES:
            return
        now = fields.Datetime.now()
        messages = [
            message
            for _code, message in self.env["metrology.environment.episode"]
            ._get_stopping(room)
            .get(room.id, ())
        ]
        if room._must_have_readings():
            messages += [
                message
                for code, message in room._get_condition_blockers(now)[room.id]
                if code == "room_no_reading"
            ]
        if messages:
            raise UserError(
                self.env._(
                    "%(record)s: no entry now. %(reasons)s",
                    record=self.display_name,
                    reasons="\n".join(messages),
                )
            )

    # Readings -------------------------------------------------------------------

    def action_take_readings(self):
        """Fill the environment from the readings of the room in the record's time."""
        self.check_access("write")
        self._require_state(*OPEN_STATES)
        self._check_executor()
        if not self._take_readings():
            raise UserError(
                self.env._(
                    "There are no usable readings of the room in the time of the record."
                )
            )
        return True

    def _take_readings(self):
        """Write least, mean and greatest reading of each element; return what was found.

        Temperature, humidity and pressure take the mean where nothing was typed, and
        always in a room that takes automatic readings only. One query for readings,
        however many records.

        :return: the records for which there are readings
        """
        periods, rooms = [], {}
        segments = self._get_worked_segments()
        for record in self.sudo():
            room = self._get_room(record.job_id)
            if room:
                rooms[record.id] = room
                periods += [
                    (record.id, room.id, start, end)
                    for start, end in segments[record.id]
                ]
        found = self.env["metrology.room"]._get_period_statistics(periods)
        if not found:
            return self.browse()
        Line = self.env["metrology.record.environment"].sudo()
        Line.search(
            [("record_id", "in", list(found)), ("source", "=", "readings")]
        )._with_key().unlink()
        rows = []
        for record in self.sudo().browse(found):
            values = {}
            for code, row in found[record.id].items():
                rows.append(
                    {
                        "record_id": record.id,
                        "element_id": row["element"].id,
                        "source": "readings",
                        "minimum": row["min"],
                        "mean": row["mean"],
                        "maximum": row["max"],
                        "count": row["count"],
                        "sensor_ids": [fields.Command.set(row["sensors"])],
                    }
                )
                if code in _CONDITIONS and (
                    not record[code] or rooms[record.id].is_strict
                ):
                    values[code] = row["mean"]
            record.write(values)
        # What was typed for an element gives way to its readings.
        Line.search(
            [("record_id", "in", list(found)), ("source", "=", "typed")]
        ).filtered(
            lambda line: line.element_id.code in found[line.record_id.id]
        )._with_key().unlink()
        Line._with_key().create(rows)
        return self.browse(found)

    # Limits ---------------------------------------------------------------------

    def _get_environment_limits(self):
        """Return the limits each record must keep: room, method and capability.

        :return: {record id: (limits, [sentences about what is not approved])}
        """
        records = self.sudo()
        Requirement = self.env["metrology.environment.requirement"]
        work = Requirement._get_for_capabilities(records.job_id.capability_id)
        by_record = {record.id: self._get_room(record.job_id) for record in records}
        rooms = self.env["metrology.room"].sudo().union(*by_record.values())
        in_force = Requirement._get_in_force("room_id", rooms)
        result = {}
        for record in records:
            limits, waiting = work.get(
                record.job_id.capability_id.id,
                (self.env["metrology.environment.limit"].sudo(), []),
            )
            waiting = list(waiting)
            room = by_record[record.id]
            if room:
                current, draft = in_force[room.id]
                limits |= current.limit_ids
                if draft and not current:
                    waiting.append(
                        self.env._(
                            "The limits of %(room)s are not approved: the technical "
                            "head approves them.",
                            room=room.display_name,
                        )
                    )
            result[record.id] = (limits, waiting)
        return result

    def _get_environment_blockers(self):
        """Say how this one record's environment leaves its limits (exactly compared).

        A verification outside the limits is not possible; a calibration needs the
        remark (S2-6.7c: no deviation in verification).
        """
        self.ensure_one()
        limits, waiting = self._get_environment_limits()[self.id]
        blockers = [("limits_unapproved", text) for text in waiting]
        room = self._get_room(self.job_id.sudo())
        lines = self.sudo().environment_line_ids
        if (
            room
            and room.is_strict
            and not lines.filtered(lambda line: line.source == "readings")
        ):
            blockers.append(
                (
                    "environment_strict",
                    self.env._(
                        "%(room)s takes automatic readings only, and there are none of "
                        "the time of the record.",
                        room=room.display_name,
                    ),
                )
            )
        excused = (
            self.service_kind != "verification"
            and (self.environment_note or "").strip()
        )
        typed = {code: clean_number(self[code] or "") for code in _CONDITIONS}
        for limit in limits:
            values = [typed.get(limit.element_id.code)]
            for line in lines:
                if line.element_id == limit.element_id:
                    values += [line.minimum, line.maximum]
            for value in dict.fromkeys(filter(None, values)):
                try:
                    exceeded = limit._exceeded_by(value)
                except ValueError:
                    continue  # told by the check of the field
                if exceeded and not excused:
                    blockers.append(
                        (
                            "environment_limit",
                            self.env._(
                                "%(what)s (%(whose)s): no verification is possible; a "
                                "calibration needs a remark on the conditions.",
                                what=exceeded,
                                whose=limit.requirement_id._get_owner().display_name,
                            ),
                        )
                    )
        return blockers

    def _get_condition_blockers(self):
        blockers = super()._get_condition_blockers()
        # Those of the room's limits are told again here, with whose they are.
        blockers = [one for one in blockers if one[0] != "environment_limit"]
        return blockers + self._get_environment_blockers()

    def action_submit(self, password=None, reason=None):
        """Take the readings of the room first; they are what is sealed."""
        if password is not None:
            self.check_access("write")
            self._check_executor()
            for record in self:
                record._check_room_now()
            self.filtered(lambda one: one.state in OPEN_STATES)._take_readings()
        return super().action_submit(password, reason)

    def _prepare_submit(self, now, *arguments):
        values = super()._prepare_submit(now, *arguments)
        limits, _waiting = self._get_environment_limits()[self.id]
        values["environment_to"] = self.environment_to or now
        values["environment_summary"] = {
            "room": self._get_room(self.job_id).display_name or "",
            "from": fields.Datetime.to_string(self.environment_from) or "",
            "to": fields.Datetime.to_string(values["environment_to"]),
            "lines": [line._prepare_sealed() for line in self.environment_line_ids],
            "limits": [
                {
                    "text": limit.display_name,
                    "of": limit.requirement_id.display_name,
                    "id": limit.id,
                }
                for limit in limits
            ],
        }
        return values

    @api.model
    def _find_during(self, room, start, end):
        """Return the records worked in a room in a period (S2-6.11d)."""
        jobs = self.env["metrology.job"].sudo()._search_in_rooms(room)
        return self.search(
            Domain("job_id", "any", jobs)
            & Domain("environment_from", "<=", end)
            & (
                Domain("environment_to", ">=", start)
                | Domain("environment_to", "=", False)
            )
        )
