# SPDX-License-Identifier: AGPL-3.0-only
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

#: Work of these states takes up its room.
_TAKING_STATES = ("assigned", "ready", "running", "paused")
_FOR_EVER = datetime.max


class MetrologyJob(models.Model):
    """Where and when a job is done."""

    _inherit = "metrology.job"

    planned_from = fields.Datetime(
        help="With its room, it keeps incompatible work away in this time."
    )
    planned_to = fields.Datetime()

    _planned_in_order = models.Constraint(
        "CHECK(planned_to IS NULL OR planned_from IS NULL OR planned_to > planned_from)",
        "The planned time ends before it begins.",
    )

    def _get_work_room(self):
        """Return the room of this one job: its own, or that of its standards.

        On site there is none, unless a mobile laboratory is named.
        """
        self.ensure_one()
        if self.room_id:
            return self.room_id
        if self.order_id.place == "onsite":
            return self.env["metrology.room"]
        return self.standard_ids.room_id[:1]

    def _get_room_time(self):
        """Return (from, to) in which this one job takes up its room, or None."""
        self.ensure_one()
        if self.planned_from:
            return self.planned_from, self.planned_to or _FOR_EVER
        if self.state in ("running", "paused"):
            return self.started_on or datetime.min, self.planned_to or _FOR_EVER
        return None

    @api.model
    def _search_in_rooms(self, rooms):
        """Return the domain of the jobs worked in rooms."""
        return Domain("room_id", "in", rooms.ids) | (
            Domain("room_id", "=", False)
            & Domain("order_id.place", "!=", "onsite")
            & Domain("standard_ids.room_id", "in", rooms.ids)
        )

    @api.constrains("room_id", "planned_from", "planned_to")
    def _check_room(self):
        """Refuse rooms that are not fit for the work, or next to what disturbs it."""
        jobs = self.sudo().filtered(
            lambda job: job.state in ("new", *_TAKING_STATES) and job._get_work_room()
        )
        # Two schedulers at once: the second sees what the first has planned.
        rooms = jobs.room_id
        rooms.lock_for_update()
        answers = rooms._get_suitability(jobs.capability_id)
        sentences = [
            self.env._(
                "%(job)s: %(room)s is not fit for it: %(reason)s.",
                job=job.display_name,
                room=job.room_id.display_name,
                reason="; ".join(answers[job.room_id.id, job.capability_id.id][1]),
            )
            for job in jobs
            if job.room_id
            and job.capability_id
            and answers[job.room_id.id, job.capability_id.id][0] == "unsuitable"
        ]
        for messages in jobs._get_incompatible().values():
            sentences += [message for _code, _other, message in messages]
        if sentences:
            raise ValidationError("\n".join(sentences))

    def _get_incompatible(self, begin=None):
        """Say with which other jobs each job does not go together.

        :param datetime begin: the moment the jobs begin, where they are about to
        :return: {job id: [(code, other job, message)]}; a fixed number of queries
        """
        result = {job.id: [] for job in self}
        mine = self.sudo().filtered(lambda job: job.capability_id.room_activity_ids)
        matrix = mine and self.env["metrology.room.incompatibility"]._get_matrix()
        if not matrix:
            return result
        rooms = (
            self.env["metrology.room"]
            .sudo()
            .union(*(job._get_work_room() for job in mine))
        )
        others = self.sudo().search(
            Domain("state", "in", _TAKING_STATES)
            & Domain("capability_id.room_activity_ids", "!=", False)
            & self._search_in_rooms(rooms | rooms.adjacent_ids)
        )
        for job in mine:
            room = job._get_work_room()
            time = job._get_room_time()
            if begin:
                time = (begin, job.planned_to or _FOR_EVER)
            if not room or not time:
                continue
            for other in (others | mine) - job:
                result[job.id] += job._judge_neighbour(room, time, other, matrix)
        return result

    def _judge_neighbour(self, room, time, other, matrix):
        there, theirs = other._get_work_room(), other._get_room_time()
        if not there or not theirs or time[0] >= theirs[1] or theirs[0] >= time[1]:
            return []
        if there != room and there not in room.adjacent_ids:
            return []
        for one in self.capability_id.room_activity_ids:
            for another in other.capability_id.room_activity_ids:
                pair = matrix.get(frozenset((one.id, another.id)))
                if pair and (there == room or pair.adjacent):
                    return [
                        (
                            "room_incompatible",
                            other,
                            self.env._(
                                "%(job)s (%(what)s) in %(room)s does not go together "
                                "with %(other)s (%(theirs)s) in %(there)s: %(reason)s.",
                                job=self.display_name,
                                what=one.name,
                                room=room.display_name,
                                other=other.display_name,
                                theirs=another.name,
                                there=there.display_name,
                                reason=pair.reason,
                            ),
                        )
                    ]
        return []

    def _pause_for_environment(self, reason):
        """Stop running jobs because of their room, and tell who does them."""
        jobs = self.sudo().filtered(lambda job: job.state == "running")
        jobs.write({"state": "paused", "pause_reason": reason})
        for job in jobs:
            partners = job.employee_ids.user_id.partner_id
            job.message_post(
                body=self.env._("Work stopped: %(reason)s", reason=reason),
                partner_ids=partners.ids,
            )
            for partner in partners:
                partner._bus_send(
                    "simple_notification",
                    {
                        "type": "danger",
                        "sticky": True,
                        "title": self.env._("Work stopped: %(job)s", job=job.name),
                        "message": reason,
                    },
                )
        return jobs


class MetrologyEnvironmentEpisode(models.Model):
    """What an alarm does to the work."""

    _inherit = "metrology.environment.episode"

    job_ids = fields.Many2many(
        comodel_name="metrology.job",
        relation="metrology_environment_episode_job_rel",
        string="Jobs Stopped",
        readonly=True,
    )

    def _guard_get_action_fields(self):
        return (*super()._guard_get_action_fields(), "job_ids")

    def _after_open(self):
        """Stop the jobs that run in the rooms (ISO/IEC 17025:2017 6.3.3)."""
        result = super()._after_open()
        Job = self.env["metrology.job"].sudo()
        running = Job.search(
            Domain("state", "=", "running") & Job._search_in_rooms(self.room_id)
        )
        if not running:
            return result
        running.lock_for_update()
        by_room = {}
        for job in running:
            by_room.setdefault(job._get_work_room().id, []).append(job.id)
        for episode in self:
            jobs = Job.browse(by_room.get(episode.room_id.id, ()))
            if jobs:
                jobs._pause_for_environment(
                    self.env._(
                        "%(room)s: %(what)s",
                        room=episode.room_id.display_name,
                        what=episode.what or episode.display_name,
                    )
                )
                episode._guard_open().write(
                    {
                        "stopped_work": True,
                        "job_ids": [fields.Command.set(jobs.ids)],
                    }
                )
        return result

    def _after_release(self):
        """Tell those whose work was stopped that the room is free again."""
        result = super()._after_release()
        for episode in self.sudo():
            for job in episode.job_ids.filtered(lambda one: one.state == "paused"):
                job.message_post(
                    body=self.env._(
                        "%(person)s has inspected and released %(room)s: the work can "
                        "be resumed.",
                        person=self.env.user.name,
                        room=episode.room_id.display_name,
                    ),
                    partner_ids=job.employee_ids.user_id.partner_id.ids,
                )
        return result


class MetrologyEligibility(models.AbstractModel):
    """Add: the room is in use, within its limits and those of the work, and nothing
    next door disturbs it.
    """

    _inherit = "metrology.eligibility"

    @api.model
    def _collect(self, subjects, activity, day):
        facts = super()._collect(subjects, activity, day)
        starting = [one for one in subjects if one["step"] == "start" and one["job"]]
        if not starting:
            return facts
        now = fields.Datetime.now()
        jobs = self.env["metrology.job"].sudo().union(*(one["job"] for one in starting))
        rooms = (
            self.env["metrology.room"].sudo().union(*(j._get_work_room() for j in jobs))
        )
        facts["now"] = now
        facts["rooms"] = rooms._get_work_blockers(now) if rooms else {}
        facts["room_values"] = rooms._get_last_values(now) if rooms else {}
        facts["room_conditions"] = self.env[
            "metrology.environment.requirement"
        ]._get_for_capabilities(jobs.capability_id)
        facts["incompatible"] = jobs._get_incompatible(begin=now)
        return facts

    @api.model
    def _judge(self, subject, facts, answer):
        result = super()._judge(subject, facts, answer)
        if "rooms" in facts and subject["job"] and subject["step"] == "start":
            self._judge_room(subject, facts, answer)
        return result

    @api.model
    def _judge_room(self, subject, facts, answer):
        """Judge where the work is done; no query here."""
        job, room = subject["job"], subject["job"]._get_work_room()
        blockers = [
            (code, room, text) for code, text in facts["rooms"].get(room.id, ())
        ]
        limits, waiting = facts["room_conditions"].get(
            subject["capability"].id, ((), ())
        )
        blockers += [("limits_unapproved", None, text) for text in waiting]
        if room:
            blockers += self._get_limit_blockers(room, limits, facts)
        blockers += facts["incompatible"].get(job.id, [])
        for code, record, message in blockers:
            self._refuse(
                answer,
                code,
                record,
                self.env._(
                    "%(subject)s: %(reason)s", subject=subject["label"], reason=message
                ),
            )
        if room:
            answer["rooms"] = room.ids

    @api.model
    def _get_limit_blockers(self, room, limits, facts):
        """Say which conditions of the work the room does not keep now."""
        valid = timedelta(minutes=room.valid_minutes)
        values = facts["room_values"].get(room.id, {})
        blockers = []
        for limit in limits:
            reading = values.get(limit.element_id.id)
            if not reading or reading.time + valid < facts["now"]:
                if room._must_have_readings():
                    blockers.append(
                        (
                            "room_no_reading",
                            room,
                            self.env._(
                                "%(room)s has no usable reading of %(what)s, which "
                                "this work asks for.",
                                room=room.display_name,
                                what=limit.element_id.name,
                            ),
                        )
                    )
                continue
            sentence = limit._exceeded_by(reading.value)
            if sentence:
                blockers.append(
                    (
                        "room_unfit",
                        room,
                        self.env._(
                            "%(room)s: %(what)s, which this work asks for.",
                            room=room.display_name,
                            what=sentence,
                        ),
                    )
                )
        return blockers
