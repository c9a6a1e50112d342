# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import api, fields, models


class MetrologyEnvironmentGap(models.Model):
    """A time in which a device that watches was silent (S2-6.9c)."""

    _name = "metrology.environment.gap"
    _description = "Monitoring Gap"
    _order = "start desc, id desc"
    _rec_name = "device_id"

    device_id = fields.Many2one(
        comodel_name="metrology.environment.device",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    kind = fields.Selection(related="device_id.kind")
    company_id = fields.Many2one(
        related="device_id.company_id", store=True, index=True, readonly=True
    )
    start = fields.Datetime(string="Silent since", required=True, readonly=True)
    end = fields.Datetime(string="Heard again", readonly=True)
    minutes = fields.Integer(compute="_compute_minutes", store=True, aggregator="sum")

    _open_uniq = models.UniqueIndex('(device_id) WHERE "end" IS NULL')

    @api.depends("start", "end")
    def _compute_minutes(self):
        for gap in self:
            gap.minutes = (gap.end - gap.start).total_seconds() // 60 if gap.end else 0

    @api.model
    def _close(self, devices, now):
        """End the gaps of devices that were heard again, and what stood for them."""
        gaps = self.sudo().search(
            [("device_id", "in", devices.ids), ("end", "=", False)]
        )
        if gaps:
            gaps.write({"end": now})
            self.env["metrology.environment.episode"].sudo().search(
                [("device_id", "in", gaps.device_id.ids), ("state", "=", "open")]
            )._end(now)

    @api.model
    def _cron_watch(self):
        """Note silent devices and rooms without readings, and stop the work there."""
        now = fields.Datetime.now()
        self._watch_devices(now)
        self.env["metrology.environment.episode"]._watch_rooms(now)

    @api.model
    def _watch_devices(self, now):
        """Open a gap, once, for each device that was silent too long."""
        known = self.sudo().search([("end", "=", False)]).device_id
        devices = (
            self.env["metrology.environment.device"]
            .sudo()
            .search([("heartbeat_minutes", ">", 0), ("id", "not in", known.ids)])
        )
        silent = devices.filtered(
            lambda device: device.last_seen and not device._is_online(now)
        )
        gaps = self.sudo().create(
            [{"device_id": device.id, "start": device.last_seen} for device in silent]
        )
        Episode = self.env["metrology.environment.episode"].sudo()
        for device in silent:
            limit = device.last_seen + timedelta(minutes=device.heartbeat_minutes)
            Episode._open_all(
                [
                    {
                        "kind": "device",
                        "room_id": room.id,
                        "device_id": device.id,
                        "start": limit,
                        "what": self.env._(
                            "%(device)s gives no sign of life",
                            device=device.display_name,
                        ),
                    }
                    for room in device.room_ids
                ]
            )
        return gaps
