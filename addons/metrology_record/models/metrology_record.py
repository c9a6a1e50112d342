# SPDX-License-Identifier: AGPL-3.0-only
import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.blocks import printable
from ..tools.compute import compute, prefill_value
from ..tools.data import clean, differences, empty, missing
from ..tools.definition import localise, localised
from .metrology_record_template_version import canonical

OPEN_STATES = ("draft", "running")
SEALED_STATES = ("submitted", "checked", "locked")


class EditConflict(UserError):
    """Somebody else has saved the record in the meantime."""


class MetrologyRecord(models.Model):
    """The technical record (原始记录) of a job.

    draft → running (something was typed) → submitted (signed by an executor) → checked
    (signed by another person) → locked; returned with a reason to running.

    ``draft_data`` is what is being typed, saved by :meth:`save_draft` under a token so
    that nobody overwrites somebody else's readings; every typed cell leaves a
    ``metrology.record.entry``. At submission it is computed and sealed into ``data`` and
    ``result``; from then on it changes only through a return, and the replaced value
    stays in ``corrections`` beside the new one.

    Sources: ISO/IEC 17025:2017 7.5; JJF 1069; S0-6.3, S1-7.5, S2-6.2, S3-6.2.
    """

    _name = "metrology.record"
    _description = "Technical Record"
    _inherit = [
        "metrology.guard.mixin",
        "metrology.sealed.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_names_search = [
        "name",
        "sample_id.name",
        "serial_number",
        "instrument_id.name",
        "partner_id.name",
    ]
    _check_company_auto = True
    _sealed_fields = (
        "name",
        "job_id",
        "version_id",
        "state",
        "data",
        "result",
        "verdict",
        "corrections",
        "executor_ids",
        "temperature",
        "humidity",
        "pressure",
        "environment_note",
        "standard_snapshot",
        "evidence",
        "submitted_by_id",
        "submitted_on",
        "checked_by_id",
        "checked_on",
        "duplicate_answer",
    )
    _sealed_locked_values = SEALED_STATES
    _guard_action_fields = (
        "name",
        "job_id",
        "version_id",
        "state",
        "draft_data",
        "entry_token",
        "data",
        "result",
        "verdict",
        "corrections",
        "executor_ids",
        "standard_snapshot",
        "evidence",
        "observation_digest",
        "submitted_by_id",
        "submitted_on",
        "checked_by_id",
        "checked_on",
        "locked_on",
        "return_count",
        "return_reason",
        "saved_by_id",
        "saved_on",
    )
    _guard_reason_actions = ("action_return",)

    name = fields.Char(
        string="Record Number",
        default="New",
        readonly=True,
        copy=False,
        index="trigram",
    )
    job_id = fields.Many2one(
        comodel_name="metrology.job",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="job_id.company_id", store=True, index=True, precompute=True
    )
    order_id = fields.Many2one(
        related="job_id.order_id", store=True, index=True, precompute=True
    )
    sample_id = fields.Many2one(
        related="job_id.sample_id", store=True, index=True, precompute=True
    )
    instrument_id = fields.Many2one(
        related="job_id.instrument_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        related="job_id.partner_id", store=True, index=True, precompute=True
    )
    report_partner_name = fields.Char(related="order_id.report_partner_name")
    service_kind = fields.Selection(related="job_id.service_kind", store=True)
    capability_id = fields.Many2one(related="job_id.capability_id")
    edition_id = fields.Many2one(related="job_id.edition_id")
    department_id = fields.Many2one(
        related="job_id.department_id", store=True, index=True, precompute=True
    )
    due_date = fields.Date(related="job_id.due_date", store=True)
    model_text = fields.Char(related="instrument_id.model_text")
    range_text = fields.Char(related="instrument_id.range_text")
    accuracy_text = fields.Char(related="instrument_id.accuracy_text")
    serial_number = fields.Char(related="instrument_id.serial_number")
    manufacturer = fields.Char(related="instrument_id.manufacturer")

    version_id = fields.Many2one(
        comodel_name="metrology.record.template.version",
        string="Template Version",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    template_id = fields.Many2one(
        related="version_id.template_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(
        selection=[
            ("draft", "Opened"),
            ("running", "In Entry"),
            ("submitted", "To Check"),
            ("checked", "Checked"),
            ("locked", "Locked"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )

    # What is typed, and what was sealed
    draft_data = fields.Json(readonly=True, copy=False)
    entry_token = fields.Integer(readonly=True, copy=False, aggregator=None)
    saved_by_id = fields.Many2one(
        comodel_name="res.users", string="Last Saved by", readonly=True, copy=False
    )
    saved_on = fields.Datetime(string="Last Saved", readonly=True, copy=False)
    data = fields.Json(readonly=True, copy=False)
    result = fields.Json(readonly=True, copy=False)
    corrections = fields.Json(
        readonly=True,
        copy=False,
        help="Values replaced after a submission: old, new, who, when and why.",
    )
    verdict = fields.Selection(
        selection=[
            ("pass", "Pass"),
            ("fail", "Fail"),
            ("undetermined", "Undetermined"),
            ("none", "No Statement"),
        ],
        readonly=True,
        copy=False,
        tracking=True,
    )
    observation_digest = fields.Char(readonly=True, copy=False, index="btree_not_null")
    duplicate_ids = fields.Many2many(
        comodel_name="metrology.record",
        compute="_compute_duplicate_ids",
        string="Records with the Same Readings",
    )
    duplicate_answer = fields.Char(
        string="Explanation of Equal Readings",
        copy=False,
        help="Another instrument has exactly the same readings: say why.",
    )

    # Conditions and means
    temperature = fields.Char(string="Temperature (℃)", copy=False)
    humidity = fields.Char(string="Relative Humidity (%RH)", copy=False)
    pressure = fields.Char(string="Air Pressure (kPa)", copy=False)
    environment_note = fields.Char(
        string="Remark on the Conditions",
        copy=False,
        help="A calibration outside the limits of the room needs the reason and who "
        "agreed; a verification is not possible there.",
    )
    standard_snapshot = fields.Json(
        readonly=True,
        copy=False,
        help="Measurement standards and reference equipment as they were on that day.",
    )
    executor_ids = fields.Many2many(
        comodel_name="hr.employee",
        relation="metrology_record_executor_rel",
        string="Executors",
        readonly=True,
    )
    evidence = fields.Json(
        readonly=True,
        copy=False,
        help="What was valid when each step was allowed: persons, method, standards.",
    )

    # Signatures
    signature_ids = fields.One2many(
        comodel_name="metrology.record.signature",
        inverse_name="record_id",
        string="Signatures",
        readonly=True,
    )
    entry_ids = fields.One2many(
        comodel_name="metrology.record.entry",
        inverse_name="record_id",
        string="Entries",
        readonly=True,
    )
    result_ids = fields.One2many(
        comodel_name="metrology.result",
        inverse_name="record_id",
        string="Results",
        readonly=True,
    )
    result_count = fields.Integer(compute="_compute_result_count")
    submitted_by_id = fields.Many2one(
        comodel_name="res.users", string="Submitted by", readonly=True, copy=False
    )
    submitted_on = fields.Datetime(readonly=True, copy=False, index=True)
    checked_by_id = fields.Many2one(
        comodel_name="res.users", string="Checked by", readonly=True, copy=False
    )
    checked_on = fields.Datetime(readonly=True, copy=False)
    locked_on = fields.Datetime(readonly=True, copy=False)
    return_count = fields.Integer(
        string="Returns", readonly=True, copy=False, aggregator=None
    )
    return_reason = fields.Char(readonly=True, copy=False)
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")
    sealed_head = fields.Char(string="Seal", compute="_compute_sealed_head")

    _name_uniq = models.UniqueIndex(
        "(name, company_id) WHERE name != 'New'",
        "Two records cannot have the same number.",
    )
    _worklist_idx = models.Index("(state, department_id)")

    # ------------------------------------------------------------------ compute
    @api.depends("name", "instrument_id")
    def _compute_display_name(self):
        for record in self:
            record.display_name = " ".join(
                part for part in (record.name, record.instrument_id.name) if part
            )

    def _compute_result_count(self):
        counts = self.env["metrology.result"]._read_group(
            [("record_id", "in", self.ids)], ["record_id"], ["__count"]
        )
        by_record = {record.id: count for record, count in counts}
        for record in self:
            record.result_count = by_record.get(record.id, 0)

    @api.depends("observation_digest", "instrument_id", "job_id")
    def _compute_duplicate_ids(self):
        digests = [digest for digest in self.mapped("observation_digest") if digest]
        others = self.browse()
        if digests:
            others = self.sudo().search([("observation_digest", "in", digests)])
        for record in self:
            record.duplicate_ids = others.filtered(
                lambda other, mine=record: (
                    other.observation_digest == mine.observation_digest
                    and other.id != mine._origin.id
                    and other.instrument_id != mine.instrument_id
                )
            )

    @api.depends_context("uid")
    @api.depends("executor_ids")
    def _compute_is_mine(self):
        me = self.env.user.employee_ids
        for record in self:
            record.is_mine = bool(record.executor_ids & me)

    def _search_is_mine(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("executor_ids", "in", self.env.user.employee_ids.ids)]

    @api.depends("state")
    def _compute_sealed_head(self):
        heads = self._sealed_heads() if self.ids else {}
        for record in self:
            record.sealed_head = heads.get(record.id, False)

    # --------------------------------------------------------------------- CRUD
    @api.ondelete(at_uninstall=False)
    def _unlink_except_typed(self):
        for record in self:
            if record.state != "draft":
                raise UserError(
                    self.env._(
                        "%(record)s holds observations and cannot be deleted.",
                        record=record.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self._guard_has_key() and not self.env.su:
            raise UserError(
                self.env._("A record is opened from its job: use the button there.")
            )
        records = super().create(vals_list)
        for record in records.sudo():
            if record.version_id.approval_state != "approved":
                raise UserError(
                    self.env._(
                        "%(version)s is not approved: no record can be made with it.",
                        version=record.version_id.display_name,
                    )
                )
        return records

    # ------------------------------------------------------------------ opening
    @api.model
    def _open_for_jobs(self, jobs):
        """Open one record for each job that has none; return the records of all.

        Header, persons, standards and conditions are taken from the job; cells of the
        template that name a source are filled from the instrument.

        :raises UserError: a job has no approved template
        """
        jobs.lock_for_update()
        existing = {
            record.job_id.id: record
            for record in self.search([("job_id", "in", jobs.ids)])
        }
        versions = self.env["metrology.record.template"]._find_versions(jobs)
        opened = self.browse()
        vals_list = []
        for job in jobs.sudo():
            if job.id in existing:
                continue
            version = versions.get(job.id)
            if not version:
                raise UserError(
                    self.env._(
                        "%(job)s: no approved record template serves %(method)s. The "
                        "technical head approves one under Resources, Record Templates.",
                        job=job.display_name,
                        method=job.method_id.display_name
                        or job.capability_id.display_name
                        or self.env._("this service"),
                    )
                )
            vals_list.append(self._prepare_record(job, version))
        if vals_list:
            opened = (
                self.sudo()
                ._guard_open()
                .with_context(sealed_reason=self.env._("Opened for its job"))
                .create(vals_list)
            )
            numbers = self.env["metrology.number"]._assign("record", opened)
            opened._write_each(
                {record.id: {"name": numbers[record.id]} for record in opened},
                self.env._("Numbered"),
            )
        opened = self.browse(opened.ids)
        return self.union(*existing.values(), opened)

    @api.model
    def _prepare_record(self, job, version):
        definition = version._get_definition()
        conditions = self._get_conditions(job)
        data = empty(definition)
        sources = {"instrument": job.instrument_id, "sample": job.sample_id}
        for name, item in definition.scalars.items():
            if "prefill" not in item:
                continue
            source, _dot, field = item["prefill"]["from"].partition(".")
            value = prefill_value(
                sources[source][field], item["prefill"].get("take", "text")
            )
            if value:
                data["fields"][name] = value
        cleaned, _problems = clean(definition, data)
        return {
            "job_id": job.id,
            "version_id": version.id,
            "executor_ids": [fields.Command.set(job.employee_ids.ids)],
            "draft_data": cleaned,
            "temperature": conditions.get("temperature") or False,
            "humidity": conditions.get("humidity") or False,
            "pressure": conditions.get("pressure") or False,
            "standard_snapshot": self._prepare_standards(job),
            "evidence": {"open": (job.evidence or {}).get("start", {})},
        }

    @api.model
    def _get_room(self, job):
        return job.room_id or job.standard_ids.room_id[:1]

    @api.model
    def _get_conditions(self, job):
        room = self._get_room(job)
        if not room or job.order_id.place == "onsite":
            return {}
        conditions = room._get_conditions(fields.Datetime.now())
        return {} if conditions.get("stale") else conditions

    @api.model
    def _prepare_standards(self, job):
        """Return standards and reference equipment as they are today, for print."""
        return {
            "standards": [
                {
                    "id": standard.id,
                    "name": standard.name,
                    "number": standard.number or "",
                    "range": standard.range_text or "",
                    "uncertainty": standard.uncertainty_text or "",
                    "valid_until": fields.Date.to_string(standard.date_to) or "",
                }
                for standard in job.standard_ids
            ],
            "equipment": [
                {
                    "id": equipment.id,
                    "name": equipment.name,
                    "code": equipment.metrology_code or "",
                    "number": equipment.traceability_id.number or "",
                    "provider": equipment.traceability_id.provider or "",
                    "range": equipment.range_text or "",
                    "uncertainty": equipment.traceability_id.uncertainty_text
                    or equipment.uncertainty_text
                    or "",
                    "valid_until": fields.Date.to_string(equipment.traceability_due)
                    or "",
                }
                for equipment in job.standard_ids.equipment_ids
            ],
        }

    # ---------------------------------------------------------------- RPC: grid
    @api.readonly
    def get_entry_sheet(self):
        """Return everything the entry grid shows, in the user's language."""
        self.ensure_one()
        self.check_access("read")
        definition = self.version_id.sudo()._get_definition()
        data = self._get_entries()
        sheet = {
            "name": self.name,
            "editable": self.state in OPEN_STATES and self._may_type(),
            "trial": False,
            "token": self.entry_token,
            "definition": localise(definition.source, self.env.lang or "en_US"),
            "corrections": self.corrections or [],
            "saved_by": self.saved_by_id.sudo().name or "",
            "saved_on": fields.Datetime.to_string(self.saved_on) or "",
        }
        if self.state in SEALED_STATES:
            computed = self.version_id.sudo()._compute_sheet(data)
            return {
                **sheet,
                **computed,
                "data": data,
                "result": self._localised_result(computed),
            }
        return {**sheet, "data": data, **self.compute_preview(data)}

    def _localised_result(self, computed):
        """The sealed texts, with sentences in the user's language where they agree."""
        sealed = self.result or {}
        same = sealed.get("fingerprint") == computed["result"]["fingerprint"]
        return computed["result"] if same and not self._result_differences() else sealed

    @api.readonly
    def compute_preview(self, data):
        """Compute typed data that are not saved; nothing is written.

        :param dict data: typed texts as in ``tools.data``
        :return: ``{"data": cleaned, "result": …, "problems": [{block, cell, row,
            message}], "errors": [sentences]}``
        """
        self.ensure_one()
        self.check_access("read")
        return self.version_id.sudo()._compute_sheet(data)

    def save_draft(self, data, token, source="keyboard"):
        """Save typed data.

        :param dict data: the whole of what is typed
        :param int token: ``entry_token`` the caller has read; refused when somebody
            else has saved since
        :param str source: ``keyboard``, ``paste`` or ``api``
        :return: ``{"token": new token, "data": …, "result": …}``
        :raises EditConflict: the record was saved by somebody else in the meantime
        :raises UserError: a cell is no number (naming it), or the record is sealed
        """
        self.ensure_one()
        self.check_access("write")
        self._lock()
        self._require_state(*OPEN_STATES)
        self._check_executor()
        if not isinstance(token, int) or token != self.entry_token:
            raise EditConflict(
                self.env._(
                    "%(user)s has saved %(record)s at %(time)s, after you opened it. "
                    "Nothing of yours was saved: load the record again, then type what "
                    "is missing.",
                    user=self.saved_by_id.sudo().name or self.env._("Somebody"),
                    record=self.name,
                    time=fields.Datetime.context_timestamp(
                        self, self.saved_on or fields.Datetime.now()
                    ).strftime("%H:%M:%S"),
                )
            )
        version = self.version_id.sudo()
        definition = version._get_definition()
        cleaned, problems = clean(definition, data)
        if problems:
            version.with_env(self.env)._refuse_cells(problems)
        changes = differences(self.draft_data, cleaned)
        if changes:
            self._write_entries(changes, source, definition)
            vals = {
                "draft_data": cleaned,
                "entry_token": self.entry_token + 1,
                "saved_by_id": self.env.uid,
                "saved_on": fields.Datetime.now(),
            }
            if self.state == "draft":
                vals["state"] = "running"
            self.sudo()._guard_open().with_context(
                sealed_reason=self.env._("Entry began"), tracking_disable=True
            ).write(vals)
        return {
            "token": self.entry_token,
            **version.with_env(self.env).sudo()._compute_sheet(cleaned),
        }

    def _write_entries(self, changes, source, definition):
        now = fields.Datetime.now()
        phase = "correction" if self.data else "entry"
        messages = self.env["metrology.record.messages"].with_context(
            lang=self.company_id.partner_id.lang or self.env.lang
        )
        source = source if source in ("keyboard", "paste", "api") else "api"
        self.env["metrology.record.entry"]._with_key().create(
            [
                {
                    "record_id": self.id,
                    "section": change["section"],
                    "block": change["block"],
                    "row": change["row"],
                    "cell": change["cell"],
                    "place": messages._place(
                        definition, change["block"], change["cell"], change["row"]
                    ),
                    "old": change["old"] or False,
                    "value": change["new"] or False,
                    "source": source,
                    "phase": phase,
                    "user_id": self.env.uid,
                    "time": now,
                }
                for change in changes
            ]
        )

    # ------------------------------------------------------------------ helpers
    def _write_each(self, values, reason):
        """Write different sealed values to many records: one revision each, all made by
        one INSERT, so that a batch does not pay for the seal record by record.

        :param dict values: ``{record.id: vals}``
        :param str reason: kept with the revisions
        """
        records = self.sudo()._guard_open()._sealed_unlock(reason)
        active = records._sealed_active()
        keys = {(records._name, record_id) for record_id in records.ids} - active
        before = records._sealed_snapshot()
        active |= keys
        try:
            with records._sealed_database_unlock(True):
                for record in records:
                    record.write(values[record.id])
                after = records._sealed_snapshot(reread=True)
        finally:
            active -= keys
        changes = {}
        for record_id, new in after.items():
            old = before[record_id]
            changed = [
                [name, old[name], value]
                for name, value in new.items()
                if not records._sealed_same(name, old[name], value)
            ]
            if changed:
                changes[record_id] = changed
        records._sealed_append(changes)

    def _lock(self):
        self.lock_for_update()
        self.invalidate_recordset()

    def _require_state(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for record in self:
            if record.state not in states:
                raise UserError(
                    self.env._(
                        "Record %(record)s is “%(state)s”: this step needs “%(wanted)s”.",
                        record=record.display_name,
                        state=labels[record.state],
                        wanted=" / ".join(labels[state] for state in states),
                    )
                )

    def _may_type(self):
        self.ensure_one()
        return bool(self.env.user.employee_ids & self.executor_ids) and self.has_access(
            "write"
        )

    def _check_executor(self):
        """Return the caller's employee among the executors.

        :raises AccessError: the caller does not execute the job
        """
        result = self.env["hr.employee"]
        for record in self:
            mine = self.env.user.employee_ids & record.executor_ids
            if not mine:
                raise AccessError(
                    self.env._(
                        "%(user)s does not execute %(job)s: only %(executors)s may "
                        "write its record.",
                        user=self.env.user.name,
                        job=record.job_id.sudo().display_name,
                        executors=", ".join(record.executor_ids.sudo().mapped("name")),
                    )
                )
            result |= mine[:1]
        return result

    def _get_entries(self):
        """What is typed now, or what was sealed."""
        self.ensure_one()
        return (self.data if self.state in SEALED_STATES else self.draft_data) or {}

    def _get_digest(self):
        """Return the SHA-256 of sealed data and results (what is signed)."""
        self.ensure_one()
        text = canonical([self.version_id.definition_hash, self.data, self.result])
        return hashlib.sha256(text.encode()).hexdigest()

    @api.model
    def _observations(self, data):
        """Return the digest of the readings alone, or False where there are few."""
        parts = {key: data.get(key) or {} for key in ("tables", "budgets")}
        if len(differences({}, parts)) < 8:
            return False
        return hashlib.sha256(canonical(parts).encode()).hexdigest()

    def _result_differences(self):
        """Return names whose sealed text is not what is computed today."""
        self.ensure_one()
        if not self.result:
            return []
        definition = self.version_id.sudo()._get_definition()
        fresh = compute(definition, self.data)
        names = []
        for key in ("values", "tables", "budgets", "verdict"):
            if canonical(fresh[key]) != canonical(self.result.get(key)):
                names.append(key)
        return names

    def action_view_results(self):
        """Show the results of the records."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "metrology_record.action_result"
        )
        return {**action, "domain": [("record_id", "in", self.ids)], "context": {}}

    def action_recompute(self):
        """Compute sealed records again and say whether the results are the same.

        Nothing is overwritten (S2-6.2b).
        """
        different = self.filtered(lambda record: record._result_differences())
        if different:
            message = self.env._(
                "Not the same any more: %(records)s. Nothing was changed.",
                records=", ".join(different.mapped("name")),
            )
        else:
            message = self.env._("Computed again: the stored results are reproduced.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if different else "success",
                "message": message,
                "sticky": bool(different),
                "different": different.ids,
            },
        }

    def _certificate_blocks(self):
        """Return the printable blocks for the certificate (see ``tools.blocks``)."""
        self.ensure_one()
        if not self.result:
            return []
        return printable(
            self.version_id.sudo()._get_definition(),
            self.data,
            self.result,
            "certificate",
        )

    def _record_blocks(self):
        """Return the printable blocks for the record, replaced values beside."""
        self.ensure_one()
        definition = self.version_id.sudo()._get_definition()
        data = self._get_entries()
        result = (
            self.result if self.state in SEALED_STATES else compute(definition, data)
        )
        return printable(
            definition, data, result or {}, "record", self.corrections or []
        )

    def _print_time(self, moment):
        """Return a moment (or its text) on the institution's clock, for paper."""
        self.ensure_one()
        moment = fields.Datetime.to_datetime(moment)
        if not moment:
            return ""
        zone = self.company_id.partner_id.tz or self.env.user.tz or "Asia/Shanghai"
        local = fields.Datetime.context_timestamp(self.with_context(tz=zone), moment)
        return local.strftime("%Y-%m-%d %H:%M")

    def _missing_sentences(self, definition, data):
        messages = self.env["metrology.record.messages"]
        return [
            messages._problem_text(one, definition) for one in missing(definition, data)
        ]

    def _quantity_label(self, item):
        return localised(item.get("label") or item["name"], "zh_CN")
