# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import ValidationError

# The form writes whole minutes.
_TOLERANCE = timedelta(minutes=1)
_TIMES = frozenset(("environment_from", "environment_to"))


class MetrologyRecord(models.Model):
    """The measured time of a record takes in when its readings were typed.

    The environment is judged over that time. An executor who could make it shorter
    afterwards would choose the readings of the room by which he is judged; so it always
    holds everything from the first to the last observation, by the server's clock.
    Time in which the job was paused does not count: nothing could be typed then.

    Sources: ISO/IEC 17025:2017 6.3.3, 7.5.1; JJF 1069 5.4 (S0-5.4.2-1).
    """

    _inherit = "metrology.record"

    def write(self, vals):
        result = super().write(vals)
        if _TIMES & set(vals) and self._guard_is_closed():
            blockers = self._get_period_blockers()
            if blockers:
                raise ValidationError("\n".join(text for _code, text in blockers))
        return result

    def _get_condition_blockers(self):
        return super()._get_condition_blockers() + self._get_period_blockers()

    def _get_typing_times(self):
        """Return when observations were typed the first time, one query.

        Corrections after a return are made at the desk and do not count.

        :return: {record id: (first, last)}, naive UTC; without records that have none
        """
        return {
            record.id: (first, last)
            for record, first, last in self.env["metrology.record.entry"]
            .sudo()
            ._read_group(
                [
                    ("record_id", "in", self.ids),
                    ("section", "in", ("tables", "budgets")),
                    ("phase", "=", "entry"),
                    ("source", "!=", "prefill"),
                ],
                ["record_id"],
                ["time:min", "time:max"],
            )
        }

    def _get_period_blockers(self):
        """Say which records' measured time leaves typed readings out.

        :return: ``[(code, message)]``; only in a room that has readings of its own
        """
        typed = self._get_typing_times()
        blockers = []
        for record in self:
            first, last = typed.get(record.id, (None, None))
            if not first or not record._get_room(record.job_id.sudo()):
                continue
            start, end = record.environment_from, record.environment_to
            if (start and start > first + _TOLERANCE) or (
                end and end < last - _TOLERANCE
            ):
                blockers.append(
                    (
                        "environment_time",
                        self.env._(
                            "%(record)s: its readings were typed from %(first)s to "
                            "%(last)s; the time of the measurement must take them in. "
                            "Time in which the job is paused does not count.",
                            record=record.display_name,
                            first=record._format_time(first),
                            last=record._format_time(last),
                        ),
                    )
                )
        return blockers

    def _format_time(self, moment):
        return fields.Datetime.context_timestamp(self, moment).strftime(
            "%Y-%m-%d %H:%M"
        )

    def _get_worked_segments(self):
        """Return the parts of each record's measured time in which its job went on.

        :return: {record id: [(start, end)]}, naive UTC, at least one; one query
        """
        now = fields.Datetime.now()
        records = self.sudo()
        pauses = {}
        for stay in (
            self.env["metrology.job.stay"]
            .sudo()
            .search(
                [("job_id", "in", records.job_id.ids), ("state", "=", "paused")],
                order="begun_on",
            )
        ):
            pauses.setdefault(stay.job_id.id, []).append(
                (stay.begun_on, stay.ended_on or now)
            )
        segments = {}
        for record in records:
            start = record.environment_from or record.create_date
            end = max(start, record.environment_to or now)
            segments[record.id] = _without(start, end, pauses.get(record.job_id.id, ()))
        return segments


def _without(start, end, pauses):
    """Return ``[(start, end)]`` of what is left of a time without its pauses.

    :param pauses: ``[(start, end)]`` in the order of time
    """
    segments = []
    for begin, stop in pauses:
        if begin >= end:
            break
        if begin > start:
            segments.append((start, begin))
        start = max(start, stop)
    if start < end or not segments:
        segments.append((min(start, end), end))
    return segments
