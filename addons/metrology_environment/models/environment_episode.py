# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.metrology.tools import rounding


class MetrologyEnvironmentEpisode(models.Model):
    """A time in which a room allowed no work: out of limits, without readings, or not
    watched.

    open → ended (the conditions are back) → released by a named person who inspected
    the room, where work was stopped; otherwise closed by itself.

    Source: ISO/IEC 17025:2017 6.3.3, stop when the conditions invalidate results.
    """

    _name = "metrology.environment.episode"
    _description = "Environment Alarm"
    _inherit = ["metrology.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "start desc, id desc"
    _check_company_auto = True

    _guard_action_fields = (
        "state",
        "room_id",
        "element_id",
        "device_id",
        "kind",
        "start",
        "end",
        "what",
        "worst",
        "stopped_work",
        "released_by_id",
        "released_on",
        "finding",
    )

    room_id = fields.Many2one(
        comodel_name="metrology.room",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="room_id.company_id", store=True, index=True)
    kind = fields.Selection(
        selection=[
            ("out", "Out of Limits"),
            ("gap", "No Readings"),
            ("device", "Not Watched"),
        ],
        required=True,
        readonly=True,
        default="out",
    )
    element_id = fields.Many2one(
        comodel_name="metrology.environment.element",
        string="Condition",
        readonly=True,
        ondelete="restrict",
    )
    device_id = fields.Many2one(
        comodel_name="metrology.environment.device",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    start = fields.Datetime(required=True, readonly=True)
    end = fields.Datetime(readonly=True)
    minutes = fields.Integer(compute="_compute_minutes", store=True)
    what = fields.Char(string="What", readonly=True)
    worst = fields.Char(string="Farthest", readonly=True)
    state = fields.Selection(
        selection=[
            ("open", "Going on"),
            ("ended", "To Inspect"),
            ("closed", "Over"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )
    stopped_work = fields.Boolean(
        readonly=True, help="Running work was stopped: somebody must inspect the room."
    )
    is_stopping = fields.Boolean(
        compute="_compute_is_stopping", search="_search_is_stopping"
    )
    finding = fields.Text(
        string="Finding of the Inspection", readonly=True, tracking=True
    )
    released_by_id = fields.Many2one(
        comodel_name="res.users", string="Inspected by", readonly=True
    )
    released_on = fields.Datetime(string="Inspected on", readonly=True)
    regulation_ids = fields.One2many("metrology.environment.regulation", "episode_id")

    # Two requests at once end in one alarm.
    _open_uniq = models.UniqueIndex(
        "(room_id, kind, COALESCE(element_id, 0), COALESCE(device_id, 0))"
        " WHERE state = 'open'",
        "This alarm is open already.",
    )

    @api.depends("room_id", "kind", "element_id", "start")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for episode in self:
            episode.display_name = " ".join(
                part
                for part in (
                    episode.room_id.sudo().display_name,
                    episode.element_id.name,
                    labels.get(episode.kind),
                )
                if part
            )

    @api.depends("start", "end")
    def _compute_minutes(self):
        for one in self:
            one.minutes = (one.end - one.start).total_seconds() // 60 if one.end else 0

    @api.depends("state")
    def _compute_is_stopping(self):
        for episode in self:
            episode.is_stopping = episode.state in ("open", "ended")

    def _search_is_stopping(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("state", "in", ("open", "ended"))]

    @api.model
    def _get_stopping(self, rooms):
        """Say which rooms are stopped by an alarm.

        :return: {room id: [(code, message)]}, without the rooms that are not; 1 query
        """
        result = defaultdict(list)
        for episode in self.sudo().search(
            [("room_id", "in", rooms.ids), ("state", "in", ("open", "ended"))]
        ):
            values = {
                "room": episode.room_id.display_name,
                "what": episode.what or episode.display_name,
            }
            if episode.state == "open":
                message = self.env._("Work in %(room)s is stopped: %(what)s.", **values)
            else:
                message = self.env._(
                    "Work in %(room)s was stopped (%(what)s): somebody must inspect "
                    "the room and release it.",
                    **values,
                )
            result[episode.room_id.id].append(("room_stopped", message))
        return dict(result)

    # Begin and end ------------------------------------------------------------------

    @api.model
    def _follow(self, readings):
        """Open and end alarms by new usable readings, in the order of their time."""
        series = defaultdict(list)
        for reading in readings.sorted(lambda one: (one.time, one.id)):
            series[reading.room_id.id, reading.element_id.id].append(reading)
        rooms = readings.room_id
        running = {
            (one.room_id.id, one.element_id.id): one
            for one in self.sudo().search(
                [
                    ("room_id", "in", rooms.ids),
                    ("kind", "=", "out"),
                    ("state", "=", "open"),
                ]
            )
        }
        self.sudo().search(
            [("room_id", "in", rooms.ids), ("kind", "=", "gap"), ("state", "=", "open")]
        )._end_gaps()
        latest = rooms._get_last_values(fields.Datetime.now() + timedelta(minutes=5))
        opened = []
        for key, ones in series.items():
            newest = latest[key[0]].get(key[1]) or ones[-1]
            opened += self._follow_series(key, ones, running.get(key), newest)
        self.sudo()._open_all(opened)

    @api.model
    def _follow_series(self, key, readings, episode, newest):
        """Step through one series; end its open alarm, return what is to be opened."""
        begun, worst, opened = None, None, []
        for reading in readings:
            if not reading.within_limits:
                if episode or begun:
                    worst = reading
                else:
                    begun = worst = reading
            elif episode and reading.time >= episode.start:
                episode._end(reading.time)
                episode = None
            elif begun:
                opened.append(self._prepare_out(key, begun, worst, reading.time))
                begun = None
        if episode and worst:
            episode._guard_open().write({"worst": worst._farther(episode.worst)})
        if begun:
            # Sent late, when the room was back in its limits since.
            late = newest.time > begun.time and newest.within_limits
            end = newest.time if late else False
            opened.append(self._prepare_out(key, begun, worst, end))
        return opened

    @api.model
    def _prepare_out(self, key, begun, worst, end):
        return {
            "kind": "out",
            "room_id": key[0],
            "element_id": key[1],
            "start": begun.time,
            "end": end,
            "state": "closed" if end else "open",
            "what": begun.exceeded,
            "worst": worst._farther(begun.value),
        }

    @api.model
    def _open_all(self, vals_list):
        """Open alarms, each once, and do what they ask for."""
        if not vals_list:
            return self
        known = {
            (one.room_id.id, one.kind, one.element_id.id, one.device_id.id)
            for one in self.search(
                [
                    ("room_id", "in", [vals["room_id"] for vals in vals_list]),
                    ("state", "=", "open"),
                ]
            )
        }
        fresh = [
            vals
            for vals in vals_list
            if vals.get("state") == "closed"
            or (
                vals["room_id"],
                vals["kind"],
                vals.get("element_id", False),
                vals.get("device_id", False),
            )
            not in known
        ]
        episodes = self.create(fresh)
        if episodes:
            episodes._tell()
            going_on = episodes.filtered(lambda one: one.state == "open")
            going_on._after_open()
            self.env["metrology.environment.regulation"].sudo()._make_for(going_on)
        return episodes

    def _after_open(self):
        """Stop what runs in the rooms. Hook: later addons know the work.

        Who stops something writes ``stopped_work``, so that somebody must inspect.
        """

    def _after_release(self):
        """Follow inspected rooms in which nothing stops the work any more. Hook."""
        self.room_id._send_live({})

    def _end(self, moment):
        """End open alarms; those that stopped work wait for an inspection."""
        for episode in self.filtered(lambda one: one.state == "open"):
            episode.sudo()._guard_open().write(
                {
                    "end": max(moment, episode.start),
                    "state": "ended" if episode.stopped_work else "closed",
                }
            )

    def _end_gaps(self):
        """End the alarms of rooms that have all their readings again."""
        now = fields.Datetime.now()
        missing = self.room_id._get_condition_blockers(now)
        for episode in self:
            codes = [code for code, _text in missing[episode.room_id.id]]
            if "room_no_reading" not in codes:
                episode._end(now)

    @api.model
    def _watch_rooms(self, now):
        """Open an alarm for watched rooms whose readings stay away."""
        rooms = (
            self.env["metrology.room"]
            .sudo()
            .search(
                self.env["metrology.room"]._domain_watched()
                & fields.Domain("state", "=", "active")
            )
        )
        blockers = rooms._get_condition_blockers(now)
        self.sudo()._open_all(
            [
                {
                    "kind": "gap",
                    "room_id": room.id,
                    "start": now,
                    "what": message,
                }
                for room in rooms
                for code, message in blockers[room.id]
                if code == "room_no_reading"
            ]
        )

    def _tell(self):
        """Tell the responsible person of each room, as a to-do."""
        todo = self.env.ref("mail.mail_activity_data_todo")
        today = self.env["metrology.calendar"]._today()
        rows = []
        for episode in self:
            user = (
                episode.room_id.responsible_id
                or episode.room_id.department_id.manager_id.user_id
            )
            if user:
                rows.append(
                    {
                        "res_model_id": self.env["ir.model"]._get_id(self._name),
                        "res_id": episode.id,
                        "activity_type_id": todo.id,
                        "summary": episode.what or episode.display_name,
                        "date_deadline": today,
                        "user_id": user.id,
                    }
                )
        self.env["mail.activity"].sudo().create(rows)

    # Release ------------------------------------------------------------------------

    def action_release(self, finding=None):
        """Release rooms after an inspection, by name.

        :param str finding: what the inspection found; asked for when not given
        :raises AccessError: not a head, and not responsible for the room
        :raises UserError: no finding, still going on, or over already
        """
        if finding is None:
            return self._guard_ask_reason("action_release")
        for episode in self:
            if episode.room_id.responsible_id != self.env.user:
                self._guard_check_group(
                    "metrology.group_department_head,metrology.group_technical_head"
                )
        finding = self._guard_check_reason(finding)
        self._lock()
        for episode in self:
            if episode.state != "ended":
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(episode)s is “%(state)s”: only what has ended is inspected "
                        "and released.",
                        episode=episode.display_name,
                        state=labels[episode.state],
                    )
                )
        self.sudo()._guard_open().write(
            {
                "state": "closed",
                "finding": finding,
                "released_by_id": self.env.uid,
                "released_on": fields.Datetime.now(),
            }
        )
        self.sudo().activity_ids.action_feedback(feedback=finding)
        free = self.room_id - self.room_id.filtered("is_stopped")
        self.filtered(lambda one: one.room_id in free)._after_release()
        return True

    _guard_reason_actions = ("action_release",)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Alarms stay on file."))


class MetrologyEnvironmentReading(models.Model):
    _inherit = "metrology.environment.reading"

    def _farther(self, text):
        """Return the text farther outside of this reading and another value."""
        self.ensure_one()
        if not text:
            return self.value
        limit = self.room_id.limit_ids.filtered(
            lambda one: one.element_id == self.element_id
        )[:1]
        if not limit:
            return self.value
        low, high = limit._bounds()

        def distance(value):
            value = rounding.exact(value)
            return max(
                low - value if low is not None else 0,
                value - high if high is not None else 0,
            )

        return max((text, self.value), key=distance)
