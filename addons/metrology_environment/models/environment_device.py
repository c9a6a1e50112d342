# SPDX-License-Identifier: AGPL-3.0-only
import hashlib
import hmac
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import DEVICE_KINDS, REQUESTS_PER_MINUTE

#: Characters of a key that find the device; the rest is compared as a hash.
_PREFIX = 12


class MetrologyEnvironmentDevice(models.Model):
    """What talks to us over the network: data logger, gateway, camera, UPS.

    It proves itself by a key of 256 random bits, of which only the SHA-256 is kept (a
    key that cannot be guessed needs no slow hash). Every request is a sign of life.
    """

    _name = "metrology.environment.device"
    _description = "Monitoring Device"
    _inherit = ["metrology.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "name, id"
    _check_company_auto = True

    _guard_action_fields = ("key_prefix", "key_hash", "key_on", "last_seen")

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(
        default=True, tracking=True, help="Off: its key opens nothing."
    )
    kind = fields.Selection(
        selection=DEVICE_KINDS, required=True, default="logger", tracking=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    room_ids = fields.Many2many(
        comodel_name="metrology.room",
        relation="metrology_environment_device_room_rel",
        column1="device_id",
        column2="room_id",
        string="Rooms",
        check_company=True,
    )
    sensor_ids = fields.One2many("metrology.environment.sensor", "device_id")
    heartbeat_minutes = fields.Integer(
        string="Sign of Life within (minutes)",
        default=10,
        required=True,
        help="Silent for longer, it counts as offline; 0 where nothing is expected.",
    )
    last_seen = fields.Datetime(readonly=True, copy=False)
    is_online = fields.Boolean(string="Online", compute="_compute_is_online")
    gap_ids = fields.One2many("metrology.environment.gap", "device_id")
    key_prefix = fields.Char(string="Key begins with", readonly=True, copy=False)
    key_hash = fields.Char(readonly=True, copy=False, groups="base.group_system")
    key_on = fields.Datetime(string="Key made on", readonly=True, copy=False)
    note = fields.Char()

    _key_prefix_uniq = models.UniqueIndex("(key_prefix) WHERE key_prefix IS NOT NULL")
    _heartbeat_not_negative = models.Constraint(
        "CHECK(heartbeat_minutes >= 0)", "The time of silence cannot be negative."
    )

    def _compute_is_online(self):
        now = fields.Datetime.now()
        for device in self:
            device.is_online = device._is_online(now)

    def _is_online(self, moment):
        """Tell whether this one device has given a sign of life in time."""
        self.ensure_one()
        if not self.heartbeat_minutes:
            return True
        last = self.sudo().last_seen
        return bool(last and last + timedelta(minutes=self.heartbeat_minutes) >= moment)

    # Its key --------------------------------------------------------------------

    def action_new_key(self):
        """Make a new key and show it, this once; the former opens nothing any more."""
        self.ensure_one()
        self._guard_check_group(
            "metrology.group_equipment,metrology.group_administrator"
        )
        key = self._make_key()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Key of %(device)s", device=self.name),
                "message": self.env._(
                    "%(key)s – write it into the device now: it is not shown again.",
                    key=key,
                ),
                "key": key,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _make_key(self):
        self.check_access("write")
        self._lock()
        key = f"me{secrets.token_hex(5)}{secrets.token_urlsafe(32)}"
        self.sudo()._guard_open().write(
            {
                "key_prefix": key[:_PREFIX],
                "key_hash": hashlib.sha256(key.encode()).hexdigest(),
                "key_on": fields.Datetime.now(),
            }
        )
        self.message_post(body=self.env._("A new key was made."))
        return key

    @api.model
    def _find_by_key(self, key):
        """Return the device a key belongs to, archived or not; empty for none."""
        key = key or ""
        device = (
            self.sudo()
            .with_context(active_test=False)
            .search([("key_prefix", "=", key[:_PREFIX])], limit=1)
            if len(key) > _PREFIX
            else self.sudo().browse()
        )
        digest = hashlib.sha256(key.encode()).hexdigest()
        # The same work for a key that exists and one that does not.
        if hmac.compare_digest(device.key_hash or "-", digest):
            return device
        return self.sudo().browse()

    # Its signs of life ------------------------------------------------------------

    def _seen(self, now):
        """Note a request of this one device; return how many came in this minute."""
        self.ensure_one()
        self.env.cr.execute(
            """
            INSERT INTO metrology_environment_device_visit AS visit (device_id, minute, count)
                 VALUES (%s, %s, 1)
            ON CONFLICT (device_id) DO UPDATE
                    SET count = CASE WHEN visit.minute = EXCLUDED.minute
                                     THEN visit.count + 1 ELSE 1 END,
                        minute = EXCLUDED.minute
              RETURNING count
            """,
            [self.id, now.replace(second=0, microsecond=0)],
        )
        count = self.env.cr.fetchone()[0]
        if count <= REQUESTS_PER_MINUTE:
            self.env.cr.execute(
                "UPDATE metrology_environment_device SET last_seen = %s WHERE id = %s",
                [now, self.id],
            )
            self.invalidate_recordset(["last_seen", "is_online"])
            self.env["metrology.environment.gap"]._close(self, now)
        return count

    def init(self):
        # Beside the device, so that a request does not touch what people edit.
        self.env.cr.execute(
            """
            CREATE TABLE IF NOT EXISTS metrology_environment_device_visit (
                device_id integer PRIMARY KEY
                          REFERENCES metrology_environment_device ON DELETE CASCADE,
                minute timestamp NOT NULL,
                count integer NOT NULL)
            """
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for device in self:
            if device.sensor_ids or device.gap_ids:
                raise UserError(
                    self.env._(
                        "%(device)s has sensors or gaps on file. Archive it instead.",
                        device=device.name,
                    )
                )
