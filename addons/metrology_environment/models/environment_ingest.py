# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict
from datetime import UTC, datetime

from psycopg2.extras import execute_values

from odoo import api, fields, models

from odoo.addons.metrology.tools import rounding

from ..const import BATCH_MAXIMUM
from .environment_reading import CLOCK_TOLERANCE

_COLUMNS = (
    "room_id",
    "company_id",
    "element_id",
    "sensor_id",
    "device_id",
    "time",
    "source",
    "value",
    "value_float",
    "decimals",
    "within_limits",
    "exceeded",
    "is_usable",
    "unusable_reason",
    "is_void",
    "create_uid",
    "create_date",
    "write_uid",
    "write_date",
)


class IngestError(ValueError):
    """A batch that is refused as a whole: ``problems`` by place."""

    def __init__(self, problems):
        super().__init__("; ".join(problem["message"] for problem in problems))
        self.problems = problems


class MetrologyEnvironmentReading(models.Model):
    """How readings of devices come in: checked together, written by one statement."""

    _inherit = "metrology.environment.reading"

    @api.model
    def _ingest(self, device, items):
        """Store a batch of readings a device has sent, each once.

        :param device: metrology.environment.device that was authenticated
        :param list items: dicts of texts ``sensor`` (serial number), ``element``
            (code), ``value`` (number as the device gives it), ``unit`` (symbol) and
            ``time`` (ISO 8601 with offset from UTC)
        :return: {"accepted", "stored", "duplicates", "unusable"}
        :raises IngestError: one of them cannot be a reading; nothing is stored then

        A fixed number of queries for a batch; the readings go in by one INSERT. The
        same sensor, element and second is the same reading, whenever it comes again.
        """
        if not isinstance(items, list) or not items:
            raise IngestError([{"index": None, "message": self.env._("No readings.")}])
        if len(items) > BATCH_MAXIMUM:
            raise IngestError(
                [
                    {
                        "index": None,
                        "message": self.env._(
                            "%(count)s readings in one request, %(most)s are allowed.",
                            count=len(items),
                            most=BATCH_MAXIMUM,
                        ),
                    }
                ]
            )
        self = self.sudo()
        now = fields.Datetime.now()
        facts = self._collect_ingest(device)
        rows, problems = [], []
        for index, item in enumerate(items):
            row, problem = self._prepare_ingest(device, item, facts, now)
            if problem:
                problems.append({"index": index, "message": problem})
            else:
                rows.append(row)
        if problems:
            raise IngestError(problems)
        stored = self._insert(rows)
        return {
            "accepted": len(rows),
            "stored": len(stored),
            "duplicates": len(rows) - len(stored),
            "unusable": sum(not row["is_usable"] for row in rows),
        }

    @api.model
    def _collect_ingest(self, device):
        sensors = device.sensor_ids
        elements = self.env["metrology.environment.element"].search([])
        elements.quantity_id.unit_ids.mapped("symbol")
        return {
            "sensors": {sensor.serial_number: sensor for sensor in sensors},
            "elements": {element.code: element for element in elements},
            "limits": {
                (room.id, limit.element_id.id): limit
                for room in sensors.room_id
                for limit in room.limit_ids
            },
            "days": {},
            "usable": {},
        }

    @api.model
    def _prepare_ingest(self, device, item, facts, now):
        """Return (column values, None), or (None, what is wrong as a sentence)."""
        if not isinstance(item, dict):
            return None, self.env._("A reading is an object.")
        missing = [
            key
            for key in ("sensor", "element", "value", "unit", "time")
            if not isinstance(item.get(key), str) or not item[key].strip()
        ]
        if missing:
            return None, self.env._(
                "Missing, or not a text: %(keys)s.", keys=", ".join(missing)
            )
        sensor = facts["sensors"].get(item["sensor"])
        if not sensor:
            return None, self.env._(
                "%(device)s has no sensor with the number %(number)s.",
                device=device.name,
                number=item["sensor"],
            )
        element = facts["elements"].get(item["element"])
        if not element:
            return None, self.env._(
                'There is no element "%(code)s".', code=item["element"]
            )
        if element not in sensor.element_ids:
            return None, self.env._(
                "%(sensor)s does not measure %(kind)s.",
                sensor=sensor.display_name,
                kind=element.name,
            )
        unit = element._get_unit(item["unit"])
        if not unit:
            return None, self.env._(
                "%(unit)s is not a unit of %(element)s (%(units)s).",
                unit=item["unit"],
                element=element.name,
                units=", ".join(element.quantity_id.unit_ids.mapped("symbol")),
            )
        try:
            time = datetime.fromisoformat(item["time"].strip())
            # The first and last day of the calendar may have no time in UTC.
            time = time.astimezone(UTC) if time.tzinfo else None
        except (ValueError, OverflowError):
            time = None
        if time is None:
            return None, self.env._(
                '"%(time)s" is not a time with its offset, such as '
                "2026-05-12T08:00:00+08:00.",
                time=item["time"],
            )
        time = time.replace(tzinfo=None, microsecond=0)
        if time > now + CLOCK_TOLERANCE:
            return None, self.env._(
                "%(time)s is in the future: set the clock of the device.",
                time=item["time"],
            )
        text = item["value"].strip()
        try:
            rounding.exact(text)
        except ValueError:
            return None, self.env._('"%(text)s" is not a number.', text=text)
        if unit != element.unit_id:
            text = unit._convert(text, element.unit_id)
        problem = element._get_value_problem(text)
        if problem:
            return None, problem
        return self._prepare_row(device, sensor, element, time, text, facts), None

    @api.model
    def _prepare_row(self, device, sensor, element, time, text, facts):
        room = sensor.room_id
        key = (sensor.id, time.date(), time.hour)
        if key not in facts["usable"]:
            day = self.env["metrology.calendar"]._to_day(time, room.company_id)
            facts["usable"][key] = sensor._get_unusable_reason(day)
        reason = facts["usable"][key]
        limit = facts["limits"].get((room.id, element.id))
        exceeded = limit._exceeded_by(text) if limit else False
        return {
            "room_id": room.id,
            "company_id": room.company_id.id,
            "element_id": element.id,
            "sensor_id": sensor.id,
            "device_id": device.id,
            "time": time,
            "source": "sensor",
            "value": text,
            "value_float": rounding.plain(rounding.exact(text), 30),
            "decimals": max(rounding.decimals_of(text), 0),
            "within_limits": not exceeded,
            "exceeded": exceeded or None,
            "is_usable": not reason,
            "unusable_reason": reason or None,
            "is_void": False,
        }

    @api.model
    def _insert(self, rows):
        """Write prepared rows by one statement, and follow those that are new."""
        now = fields.Datetime.now()
        stamp = {
            "create_uid": self.env.uid,
            "create_date": now,
            "write_uid": self.env.uid,
            "write_date": now,
        }
        # In one order in every transaction, so that two of them never wait for each
        # other in a circle.
        rows = sorted(
            rows, key=lambda row: (row["sensor_id"], row["element_id"], row["time"])
        )
        found = execute_values(
            self.env.cr._obj,
            f"INSERT INTO metrology_environment_reading ({', '.join(_COLUMNS)}) VALUES %s"
            " ON CONFLICT (sensor_id, element_id, time) WHERE source = 'sensor'"
            " DO NOTHING RETURNING id",
            [[{**row, **stamp}[name] for name in _COLUMNS] for row in rows],
            page_size=len(rows),
            fetch=True,
        )
        stored = self.browse(row[0] for row in found)
        stored._after_insert()
        return stored

    def _after_insert(self):
        """Follow new readings: days, limits, live pages. Set-based."""
        usable = self.sudo().filtered("is_usable")
        if not usable:
            return
        usable.flush_recordset()
        self.env["metrology.environment.daily"]._add(usable)
        self.env["metrology.environment.episode"]._follow(usable)
        latest = defaultdict(dict)
        for reading in usable.sorted(lambda one: (one.time, one.id)):
            latest[reading.room_id.id][reading.element_id.id] = {
                "element": reading.element_id.id,
                "value": reading.value,
                "time": fields.Datetime.to_string(reading.time),
                "out": not reading.within_limits,
            }
        usable.room_id._send_live(
            {room_id: [*values.values()] for room_id, values in latest.items()}
        )
