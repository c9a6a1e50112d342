# SPDX-License-Identifier: AGPL-3.0-only
from contextlib import contextmanager
from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user
from odoo.tests.common import TransactionCase


class EnvironmentMixin:
    """Provides a room in use with approved limits (20 ± 2 °C, at most 75 %RH), a
    calibrated sensor in it that sends through a logger, and a tester, a department
    head, the technical head, the keeper of equipment and an employee.
    """

    @classmethod
    def _set_up_rooms(cls):
        cls.now = fields.Datetime.now()
        cls.user = cls._new_user("env_user", "user")
        cls.tester = cls._new_user("env_tester", "tester")
        cls.head = cls._new_user("env_head", "department_head")
        cls.technical = cls._new_user("env_technical", "technical_head")
        cls.keeper = cls._new_user("env_keeper", "equipment")
        cls.temperature = cls._element("temperature")
        cls.humidity = cls._element("humidity")
        cls.room = cls._new_room("Pressure Laboratory", "E-301")
        cls.requirement = cls._limit(
            cls.room, temperature=("18", "22"), humidity=(False, "75")
        )
        cls.limit = cls.requirement.limit_ids[0]
        cls.logger_device = cls.env["metrology.environment.device"].create(
            {"name": "Logger", "room_ids": [fields.Command.link(cls.room.id)]}
        )
        cls.sensor = cls._new_sensor("TH-1")

    @classmethod
    def _element(cls, code):
        return cls.env.ref(f"metrology_environment.element_{code}")

    @classmethod
    def _new_user(cls, login, role, **values):
        return new_test_user(
            cls.env, login=login, groups=f"metrology.group_{role}", **values
        )

    @classmethod
    def _new_room(cls, name, code, **values):
        room = cls.env["metrology.room"].create({"name": name, "code": code, **values})
        room._guard_open().state = "active"
        return room

    @classmethod
    def _limit(cls, room, approve=True, **limits):
        """A version of limits: ``code=(least, greatest)``."""
        requirement = cls.env["metrology.environment.requirement"].create(
            {
                "room_id": room.id,
                "limit_ids": [
                    fields.Command.create(
                        {
                            "element_id": cls._element(code).id,
                            "minimum": low,
                            "maximum": high,
                        }
                    )
                    for code, (low, high) in limits.items()
                ],
            }
        )
        if approve:
            requirement.action_approve()
        return requirement

    @classmethod
    def _new_sensor(cls, serial, **values):
        return cls.env["metrology.environment.sensor"].create(
            {
                "name": "Thermo-hygrometer",
                "serial_number": serial,
                "room_id": cls.room.id,
                "device_id": cls.logger_device.id,
                "date_to": cls.now.date() + timedelta(days=90),
                **values,
            }
        )

    def _read(self, value="20.0", code="temperature", minutes_ago=0, **values):
        """Enter a reading as the tester."""
        return (
            self.env["metrology.environment.reading"]
            .with_user(values.pop("person", self.tester))
            .create(
                {
                    "room_id": self.room.id,
                    "element_id": self._element(code).id,
                    "value": value,
                    "time": self.now - timedelta(minutes=minutes_ago),
                    **values,
                }
            )
        )

    def _both(self, temperature="20.0", humidity="50", minutes_ago=0, **values):
        reading = self._read(temperature, minutes_ago=minutes_ago, **values)
        return reading | self._read(humidity, "humidity", minutes_ago, **values)

    def _item(self, value="20.1", minutes_ago=0, **values):
        """One reading as a logger sends it."""
        time = self.now - timedelta(minutes=minutes_ago)
        return {
            "sensor": "TH-1",
            "element": "temperature",
            "value": value,
            "unit": "°C",
            "time": f"{time:%Y-%m-%dT%H:%M:%S}+00:00",
            **values,
        }

    def _send(self, *items):
        """Send readings past the network, as the controller does."""
        return self.env["metrology.environment.reading"]._ingest(
            self.logger_device, list(items)
        )

    def _queries(self, call):
        """Return how many queries ``call`` makes; rights and terms known before."""
        for _turn in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            call()
        return self.env.cr.sql_log_count - before

    @contextmanager
    def assertRefused(self, exception, *words):
        """Expect a refusal whose message has ``words``; what was done is undone."""
        with self.assertRaises(exception) as caught:
            yield
        for word in words:
            self.assertIn(word, str(caught.exception))


class EnvironmentCommon(EnvironmentMixin, TransactionCase):
    """The rooms of :class:`EnvironmentMixin` in a transaction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls._set_up_rooms()
