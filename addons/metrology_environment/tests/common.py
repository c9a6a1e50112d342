# SPDX-License-Identifier: AGPL-3.0-only
from contextlib import contextmanager
from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user
from odoo.tests.common import TransactionCase


class EnvironmentCommon(TransactionCase):
    """Provides a room with limits (20 ± 2 °C, at most 75 %RH), a sensor in it, and a
    tester, a department head, the keeper of equipment and an employee.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.now = fields.Datetime.now()
        cls.user = cls._new_user("env_user", "user")
        cls.tester = cls._new_user("env_tester", "tester")
        cls.head = cls._new_user("env_head", "department_head")
        cls.keeper = cls._new_user("env_keeper", "equipment")
        cls.room = cls.env["metrology.room"].create(
            {
                "name": "Pressure Laboratory",
                "code": "E-301",
                "limit_ids": [
                    (0, 0, {"kind": "temperature", "minimum": "18", "maximum": "22"}),
                    (0, 0, {"kind": "humidity", "maximum": "75"}),
                ],
            }
        )
        cls.limit = cls.room.limit_ids.filtered(lambda item: item.kind == "temperature")
        cls.sensor = cls.env["metrology.environment.sensor"].create(
            {
                "name": "Thermo-hygrometer",
                "serial_number": "TH-1",
                "room_id": cls.room.id,
                "date_to": cls.now.date() + timedelta(days=90),
            }
        )

    @classmethod
    def _new_user(cls, login, role, **values):
        return new_test_user(
            cls.env, login=login, groups=f"metrology.group_{role}", **values
        )

    def _read(self, temperature="20.0", humidity="50", minutes_ago=0, **values):
        """Enter a reading as the tester."""
        return (
            self.env["metrology.environment.reading"]
            .with_user(values.pop("person", self.tester))
            .create(
                {
                    "room_id": self.room.id,
                    "temperature": temperature,
                    "humidity": humidity,
                    "time": self.now - timedelta(minutes=minutes_ago),
                    **values,
                }
            )
        )

    @contextmanager
    def assertRefused(self, exception, *words):
        """Expect a refusal whose message has ``words``; what was done is undone."""
        with self.assertRaises(exception) as caught:
            yield
        for word in words:
            self.assertIn(word, str(caught.exception))
