# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from .metrology_record_environment import MetrologyRecord as EnvironmentRecord

_TIMES = frozenset(("environment_from", "environment_to"))
#: What a correction takes over as it was observed.
_COPIED = (
    "data",
    "corrections",
    "temperature",
    "humidity",
    "pressure",
    "environment_note",
    "environment_from",
    "environment_to",
    "standard_snapshot",
)


class MetrologyRecord(models.Model):
    """A corrected record: the same work, written right, beside the one that was wrong.

    A record from which a certificate was handed over stays sealed for ever. Where it
    was wrong, its executors write another record of the same job: it begins with the
    values of the old one, each that changes is struck through beside the new one with
    person, time and reason, and it is signed and checked as any other. The work was
    done once: day, room, time, equipment and its corrections are those of the old one.
    What must be *measured* again needs the instrument, and so another job.

    Sources: ISO/IEC 17025:2017 7.5.2, 7.8.8; JJF 1069 6.3.4, 6.4.4 (S0-6.3.4,
    S0-6.4.4.3-1).
    """

    _inherit = "metrology.record"

    _sealed_fields = (*EnvironmentRecord._sealed_fields, "origin_id", "given_up")

    origin_id = fields.Many2one(
        comodel_name="metrology.record",
        string="Corrects",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The sealed record of the same work that was wrong.",
    )
    revision_ids = fields.One2many(
        comodel_name="metrology.record",
        inverse_name="origin_id",
        string="Corrected by",
        readonly=True,
    )
    given_up = fields.Char(
        string="Given Up Because",
        readonly=True,
        copy=False,
        help="The correction is not wanted any more; the record it corrects holds.",
    )

    # Rows are locked before a record is opened, but a lock alone does not show what the
    # other one has just made: the database says it.
    _job_uniq = models.UniqueIndex(
        "(job_id) WHERE origin_id IS NULL", "This job has a technical record already."
    )
    _origin_uniq = models.UniqueIndex(
        "(origin_id) WHERE origin_id IS NOT NULL AND given_up IS NULL",
        "This technical record is being corrected already.",
    )

    def _guard_get_action_fields(self):
        return (*super()._guard_get_action_fields(), "origin_id", "given_up")

    # ------------------------------------------------------------------- opening
    def _make_correction(self, reason):
        """Open the record that corrects this locked one.

        :param str reason: what is wrong; its executors read it
        :return: the new record, in entry, with the values of this one
        :raises UserError: this one is not locked, or is being corrected already
        """
        self.ensure_one()
        self._lock()
        self._require_state("locked")
        present = self.sudo().revision_ids.filtered(lambda one: not one.given_up)
        if present:
            raise UserError(
                self.env._(
                    "%(record)s is corrected by %(other)s already.",
                    record=self.display_name,
                    other=present[0].display_name,
                )
            )
        record = (
            self.sudo()
            ._guard_open()
            .with_context(sealed_reason=reason)
            .create(self.sudo()._prepare_correction_record(reason))
        )
        numbers = self.env["metrology.number"]._assign("record", record)
        record._write_each(
            {record.id: {"name": numbers[record.id]}}, self.env._("Numbered")
        )
        record.message_post(
            body=self.env._(
                "Corrects %(name)s: %(reason)s", name=self.name, reason=reason
            ),
            partner_ids=record.executor_ids.user_id.partner_id.ids,
        )
        self.sudo().message_post(
            body=self.env._(
                "Is corrected by %(name)s: %(reason)s", name=record.name, reason=reason
            )
        )
        return record.with_env(self.env)

    def _prepare_correction_record(self, reason):
        """Return the values of the record that corrects this one. Hook."""
        self.ensure_one()
        return {
            **{name: self[name] for name in _COPIED},
            "job_id": self.job_id.id,
            "version_id": self.version_id.id,
            "origin_id": self.id,
            "executor_ids": [fields.Command.set(self.executor_ids.ids)],
            "state": "running",
            "draft_data": self.data,
            "entry_token": 1,
            "return_reason": reason,
            "evidence": {"origin": self.evidence or {}},
        }

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        Line = self.env["metrology.record.environment"]._with_key()
        for record in records.filtered("origin_id"):
            for line in record.sudo().origin_id.environment_line_ids:
                values = line.copy_data({"record_id": record.id})[0]
                Line.create(values)
        return records

    # ----------------------------------------------------- the work was done once
    def _get_day(self):
        return self.origin_id._get_day() if self.origin_id else super()._get_day()

    def _get_measurement_days(self):
        days = super()._get_measurement_days()
        for record in self.filtered("origin_id"):
            days[record.id] = record.origin_id._get_measurement_days()[
                record.origin_id.id
            ]
        return days

    def _get_equipment(self):
        used = super()._get_equipment()
        for record in self.sudo().filtered("origin_id"):
            used[record.id] = used[record.id].browse(
                one["id"]
                for one in (record.standard_snapshot or {}).get("equipment", ())
            )
        return used

    def _check_room_now(self):
        """Nothing is measured for a correction: the room may be as it is."""
        return None if self.origin_id else super()._check_room_now()

    def _take_readings(self):
        """The readings of the time are those that were sealed."""
        return super(
            MetrologyRecord, self.filtered(lambda one: not one.origin_id)
        )._take_readings()

    def _get_period_blockers(self):
        return super(
            MetrologyRecord, self.filtered(lambda one: not one.origin_id)
        )._get_period_blockers()

    def write(self, vals):
        if _TIMES & set(vals) and self._guard_is_closed():
            for record in self.filtered("origin_id"):
                raise UserError(
                    self.env._(
                        "%(record)s corrects %(origin)s: when the work was done does "
                        "not change.",
                        record=record.display_name,
                        origin=record.sudo().origin_id.name,
                    )
                )
        return super().write(vals)

    # --------------------------------------------------------------------- steps
    def save_draft(self, data, token, source="keyboard"):
        self._require_wanted()
        return super().save_draft(data, token, source=source)

    def _require_wanted(self):
        """Refuse corrections that were given up."""
        for record in self:
            if record.given_up:
                raise UserError(
                    self.env._(
                        "%(record)s was given up: %(reason)s",
                        record=record.display_name,
                        reason=record.given_up,
                    )
                )

    def _check_execution(self):
        """Of a correction, who signs counts today, all else on the day of the work."""
        corrections = self.filtered("origin_id")
        corrections._require_wanted()
        rest = self - corrections
        evidence = super(MetrologyRecord, rest)._check_execution() if rest else {}
        today = self.env["metrology.calendar"]._today(self.env.company)
        eligibility = self.env["metrology.eligibility"].with_context(
            metrology_signing_day=today
        )
        for record in corrections:
            evidence |= eligibility._check(
                record.job_id,
                "execute",
                employee=record._check_executor(),
                day=record._get_day(),
                step="correct",
            )
        return evidence

    def _prepare_submit(self, *arguments):
        values = super()._prepare_submit(*arguments)
        if self.origin_id:
            values["standard_snapshot"] = self.standard_snapshot
        return values

    def _log_equipment_usage(self):
        """A correction uses no equipment; it stands on what the old record stood on."""
        corrections = self.filtered("origin_id")
        rest = self - corrections
        result = super(MetrologyRecord, rest)._log_equipment_usage() if rest else None
        Equipment = self.env["metrology.record.equipment"].sudo()
        for record in corrections.sudo():
            record.equipment_line_ids.unlink()
            Equipment.create(
                [
                    {
                        "record_id": record.id,
                        "equipment_id": line.equipment_id.id,
                        "company_id": line.company_id.id,
                        "day": line.day,
                        "traceability_id": line.traceability_id.id,
                    }
                    for line in record.origin_id.equipment_line_ids
                ]
            )
        return result

    def _check_and_sign(self, employee, lock=True):
        self._require_wanted()
        return super()._check_and_sign(employee, lock)

    def _supersede_origin(self):
        """The results of what these records correct count no more: they are issued."""
        rows = self.sudo().origin_id.result_ids.filtered(lambda one: not one.superseded)
        rows._with_key().write({"superseded": True})

    def _give_up(self, reason):
        """Give corrections up; the record each of them corrects holds.

        :param str reason: kept with the record
        """
        for record in self.sudo():
            record._guard_open()._sealed_unlock(reason).write({"given_up": reason})
            record.result_ids._with_key().write({"superseded": True})
            record.message_post(body=self.env._("Given up: %(reason)s", reason=reason))
