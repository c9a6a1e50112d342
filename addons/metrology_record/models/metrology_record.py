# SPDX-License-Identifier: AGPL-3.0-only
import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.compute import compute
from ..tools.data import differences, missing
from ..tools.definition import localised
from .metrology_record_template_version import canonical

OPEN_STATES = ("draft", "running")
SEALED_STATES = ("submitted", "checked", "locked")


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
        fresh = compute(definition, self.data, curves=self._get_curves()[self.id])
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

    def _missing_sentences(self, definition, data):
        messages = self.env["metrology.record.messages"]
        return [
            messages._problem_text(one, definition) for one in missing(definition, data)
        ]

    def _quantity_label(self, item):
        return localised(item.get("label") or item["name"], "zh_CN")
