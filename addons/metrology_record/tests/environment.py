# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import fields

from .common import RecordCommon


class EnvironmentCommon(RecordCommon):
    """Provides, beside RecordCommon, a ``room`` of the job with a calibrated ``sensor``
    that sends readings (``_send``), limits (``_limit``), and the record as its executor
    (``entry``), measured since an hour before ``now``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.room = cls.env["metrology.room"].create({"name": "Zone A", "code": "R-1"})
        cls.room._guard_open().state = "active"
        cls.job.room_id = cls.room
        cls.logger_device = cls.env["metrology.environment.device"].create(
            {"name": "Logger", "room_ids": [fields.Command.link(cls.room.id)]}
        )
        cls.sensor = cls.env["metrology.environment.sensor"].create(
            {
                "name": "Thermo-hygrometer",
                "serial_number": "R-TH",
                "room_id": cls.room.id,
                "device_id": cls.logger_device.id,
                "date_to": cls.today + timedelta(days=90),
            }
        )
        cls.record.sudo().environment_from = cls.now - timedelta(minutes=60)
        cls.entry = cls.record.with_user(cls.anna)

    def _limit(self, owner, record, low, high, code="temperature", approve=True):
        version = self.env["metrology.environment.requirement"].create(
            {
                owner: record.id,
                "limit_ids": [
                    fields.Command.create(
                        {
                            "element_id": self.env.ref(
                                f"metrology_environment.element_{code}"
                            ).id,
                            "minimum": low,
                            "maximum": high,
                        }
                    )
                ],
            }
        )
        if approve:
            version.action_approve()
        return version

    def _send(self, value, minutes_ago=0, element="temperature", unit="℃"):
        time = self.now - timedelta(minutes=minutes_ago)
        self.env["metrology.environment.reading"]._ingest(
            self.logger_device,
            [
                {
                    "sensor": "R-TH",
                    "element": element,
                    "value": value,
                    "unit": unit,
                    "time": f"{time:%Y-%m-%dT%H:%M:%S}+00:00",
                }
            ],
        )
