# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.metrology.tools import rounding

from ..tools import impact

DECIDER_GROUPS = "metrology.group_technical_head,metrology.group_quality"
OPENER_GROUPS = f"metrology.group_equipment,{DECIDER_GROUPS}"
FINDING_MODELS = {
    "metrology.traceability": "certificate",
    "metrology.equipment.check": "check",
    "metrology.equipment.event": "event",
}


class MetrologyImpactAnalysis(models.Model):
    """What equipment that was found wrong means for the results made with it.

    The results in question are those of the days after the last good evidence (a
    confirmed certificate or a passed intermediate check) up to the day of the finding.
    With a shift they are ranked: first those whose verdict would change, then by
    shift / U. Each record is decided upon by the technical head or quality, and the
    analysis is closed only when none is open.

    Sources: ISO/IEC 17025:2017 6.4.9, 7.10; JJF 1069 7.3.3; S0-5.5.3, S1-7.3.3-7.
    """

    _name = "metrology.impact.analysis"
    _description = "Impact Analysis"
    _inherit = ["metrology.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_names_search = ["name", "equipment_id.name", "equipment_id.metrology_code"]
    _check_company_auto = True

    _guard_action_fields = (
        "name",
        "state",
        "finding_kind",
        "finding_model",
        "finding_id",
        "good_kind",
        "good_date",
        "good_name",
        "computed_on",
        "computed_by_id",
        "has_shift",
        "closed_on",
        "closed_by_id",
        "conclusion",
    )
    _guard_frozen_fields = ("equipment_id", "finding_date", "date_from")
    _guard_reason_actions = ("action_close",)

    name = fields.Char(
        string="Number", default="New", readonly=True, copy=False, index="trigram"
    )
    equipment_id = fields.Many2one(
        comodel_name="maintenance.equipment",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('metrology_use', '!=', 'none')]",
        tracking=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        readonly=True,
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("open", "To Decide"),
            ("closed", "Closed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
    )

    # 1. What was found
    finding_kind = fields.Selection(
        selection=[
            ("certificate", "Certificate Not Fit for Use"),
            ("check", "Failed Intermediate Check"),
            ("event", "Damage or Doubt"),
            ("other", "Other Finding"),
        ],
        default="other",
        required=True,
        readonly=True,
        tracking=True,
    )
    finding_model = fields.Char(readonly=True)
    finding_id = fields.Many2oneReference(
        model_field="finding_model", string="Finding", readonly=True, index=True
    )
    finding_date = fields.Date(
        string="Found on",
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
        tracking=True,
        help="Results up to and with this day are in question.",
    )
    note = fields.Text(string="What Was Found")

    # 2. Since when it is in question
    good_kind = fields.Selection(
        selection=[
            ("certificate", "Confirmed Certificate"),
            ("check", "Passed Intermediate Check"),
            ("none", "None on File"),
        ],
        string="Last Good Evidence",
        readonly=True,
    )
    good_name = fields.Char(string="Evidence", readonly=True)
    good_date = fields.Date(string="In Order on", readonly=True)
    date_from = fields.Date(
        string="In Question after",
        help="Results of later days are in question. An earlier day than that of the "
        "last good evidence may be set, never a later one.",
    )

    # 3. By how much it is wrong
    shift_kind = fields.Selection(
        selection=[
            ("unknown", "Not Known Yet"),
            ("constant", "The Same Everywhere"),
            ("table", "Table over Points"),
            ("certificates", "Difference of Two Certificates"),
        ],
        string="Shift",
        default="unknown",
        required=True,
        tracking=True,
    )
    shift_value = fields.Char(
        string="Shift of the Standard",
        tracking=True,
        help="By how much the true value of the standard lies above the value that the "
        "records took for it.",
    )
    shift_unit_id = fields.Many2one(
        comodel_name="metrology.unit",
        string="Unit of the Shift",
        ondelete="restrict",
        help="Results in other units of the same quantity are converted; without it the "
        "shift counts in the unit of each result.",
    )
    shift_line_ids = fields.One2many(
        comodel_name="metrology.impact.shift", inverse_name="analysis_id", copy=True
    )
    old_traceability_id = fields.Many2one(
        comodel_name="metrology.traceability",
        string="Certificate Used",
        ondelete="restrict",
        domain="[('equipment_id', '=', equipment_id)]",
    )
    new_traceability_id = fields.Many2one(
        comodel_name="metrology.traceability",
        string="Certificate in",
        ondelete="restrict",
        domain="[('equipment_id', '=', equipment_id)]",
    )
    correction_code = fields.Char(
        string="Correction Table", help="The code of the table in both certificates."
    )
    effect = fields.Selection(
        selection=[
            ("auto", "By the Kind of Result"),
            ("add", "Results Move with the Standard"),
            ("subtract", "Results Move against the Standard"),
        ],
        default="auto",
        required=True,
        help="By kind: a value moves with the standard, an error of indication against "
        "it.",
    )
    quantity = fields.Char(
        string="Only Results of",
        help="Part of the name of the quantity; empty for all results.",
    )

    # 4. What came out
    line_ids = fields.One2many(
        comodel_name="metrology.impact.line",
        inverse_name="analysis_id",
        string="Ranking",
        readonly=True,
        copy=False,
    )
    has_shift = fields.Boolean(readonly=True, copy=False)
    computed_on = fields.Datetime(readonly=True, copy=False)
    computed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    record_count = fields.Integer(string="Records", compute="_compute_counts")
    result_count = fields.Integer(string="Results", compute="_compute_counts")
    change_count = fields.Integer(
        string="Verdict Would Change", compute="_compute_counts"
    )
    undecided_count = fields.Integer(string="Undecided", compute="_compute_counts")
    held_count = fields.Integer(string="On Hold", compute="_compute_counts")

    # 5. The end
    conclusion = fields.Text(readonly=True, copy=False)
    closed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    closed_on = fields.Datetime(readonly=True, copy=False)

    _finding_uniq = models.UniqueIndex(
        "(finding_model, finding_id) WHERE finding_id IS NOT NULL AND finding_id != 0",
        "The finding has its analysis already.",
    )

    # ------------------------------------------------------------------ compute
    @api.depends("name", "equipment_id")
    def _compute_display_name(self):
        for analysis in self:
            analysis.display_name = " ".join(
                part for part in (analysis.name, analysis.equipment_id.name) if part
            )

    @api.depends("line_ids.decision", "line_ids.is_held", "computed_on")
    def _compute_counts(self):
        Line = self.env["metrology.impact.line"]
        names = {
            "record_count": [],
            "change_count": [("changes", "=", True)],
            "undecided_count": [("decision", "=", False)],
            "held_count": [("is_held", "=", True)],
        }
        for name, domain in names.items():
            counts = dict(
                Line._read_group(
                    [("analysis_id", "in", self.ids), *domain],
                    ["analysis_id"],
                    ["__count"],
                )
            )
            for analysis in self:
                analysis[name] = counts.get(analysis._origin, 0)
        results = dict(
            Line._read_group(
                [("analysis_id", "in", self.ids)], ["analysis_id"], ["result_count:sum"]
            )
        )
        for analysis in self:
            analysis.result_count = results.get(analysis._origin, 0)

    @api.constrains("date_from", "finding_date")
    def _check_date_from(self):
        for analysis in self:
            good = analysis.good_date
            if good and analysis.date_from and analysis.date_from > good:
                raise ValidationError(
                    self.env._(
                        "%(analysis)s: %(equipment)s was last shown to be in order on "
                        "%(good)s; results after that day cannot be left out.",
                        analysis=analysis.display_name,
                        equipment=analysis.equipment_id.display_name,
                        good=good,
                    )
                )

    @api.constrains("shift_value")
    def _check_shift_value(self):
        for analysis in self:
            try:
                rounding.exact(analysis.shift_value or "0")
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "%(analysis)s: “%(text)s” is not a number.",
                        analysis=analysis.display_name,
                        text=analysis.shift_value,
                    )
                ) from error

    def _guard_is_frozen(self):
        """Once closed, or once something was decided on what was listed."""
        return self.state == "closed" or self.undecided_count < self.record_count

    # --------------------------------------------------------------------- CRUD
    @api.model_create_multi
    def create(self, vals_list):
        analyses = super().create(vals_list)
        for analysis in analyses:
            company = analysis.equipment_id.company_id
            if company and company != analysis.company_id:
                analysis.sudo()._guard_open().company_id = company
        numbers = self.env["metrology.number"]._assign("impact", analyses.sudo())
        for analysis in analyses.sudo():
            analysis._guard_open().with_context(tracking_disable=True).write(
                {"name": numbers[analysis.id]}
            )
            analysis._find_evidence()
        return analyses

    def write(self, vals):
        if not self._guard_has_key():
            for analysis in self:
                if analysis.state == "closed":
                    raise UserError(
                        self.env._(
                            "%(analysis)s is closed and stays as it is.",
                            analysis=analysis.display_name,
                        )
                    )
        result = super().write(vals)
        if {"equipment_id", "finding_date"} & set(vals):
            self.sudo()._find_evidence()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_listed(self):
        for analysis in self:
            if analysis.state != "draft":
                raise UserError(
                    self.env._(
                        "%(analysis)s was listed and stays on file.",
                        analysis=analysis.display_name,
                    )
                )

    # ------------------------------------------------------------------ finding
    @api.model
    def _start(self, equipment, finding):
        """Return the analysis of a finding: the one there is, or a new one, listed.

        :param equipment: one maintenance.equipment
        :param finding: a refused metrology.traceability, a failed
            metrology.equipment.check or a metrology.equipment.event
        """
        equipment.ensure_one()
        found = self.search(
            [("finding_model", "=", finding._name), ("finding_id", "=", finding.id)]
        )
        if found:
            return found
        vals = {
            "equipment_id": equipment.id,
            "company_id": (equipment.company_id or self.env.company).id,
            **self._prepare_finding(finding),
        }
        analysis = self.sudo()._guard_open().create(vals)
        analysis = analysis._guard_close()
        analysis._list()
        return analysis.with_env(self.env)

    @api.model
    def _prepare_finding(self, finding):
        company = self.env.company
        vals = {
            "finding_model": finding._name,
            "finding_id": finding.id,
            "finding_kind": FINDING_MODELS[finding._name],
            "finding_date": self.env["metrology.calendar"]._today(company),
        }
        if finding._name == "metrology.traceability":
            used = finding.equipment_id._get_traceabilities(finding.date).get(
                finding.equipment_id.id, finding.browse()
            )
            common = set(used.correction_ids.mapped("code")) & set(
                finding.correction_ids.mapped("code")
            )
            vals |= {
                "finding_date": finding.confirmed_on or vals["finding_date"],
                "note": finding.confirmation_note,
                "old_traceability_id": used.id,
                "new_traceability_id": finding.id,
            }
            if len(common) == 1:
                vals |= {"shift_kind": "certificates", "correction_code": common.pop()}
        elif finding._name == "metrology.equipment.check":
            vals |= {"finding_date": finding.date, "note": finding.note}
        else:
            vals |= {"finding_date": finding.date, "note": finding.reason}
        return vals

    def _get_finding(self):
        """Return the document of the finding, or None."""
        self.ensure_one()
        if self.finding_model not in FINDING_MODELS or not self.finding_id:
            return None
        return self.env[self.finding_model].browse(self.finding_id).exists()

    def _find_evidence(self):
        """Note the last good evidence before the finding, and from when on to ask.

        What a finding is about is no evidence, nor is anything dated after it: for a
        certificate in, the day of its calibration counts.
        """
        for analysis in self:
            finding = analysis._get_finding()
            before = analysis.finding_date
            if finding and finding._name == "metrology.traceability":
                before = min(before, finding.date)
            equipment = analysis.equipment_id
            candidates = []
            certificate = self.env["metrology.traceability"].search(
                [
                    ("equipment_id", "=", equipment.id),
                    ("state", "=", "confirmed"),
                    ("date", "<", before),
                ],
                order="date desc, id desc",
                limit=1,
            )
            if certificate:
                candidates.append((certificate.date, "certificate", certificate.number))
            check = self.env["metrology.equipment.check"].search(
                [
                    ("equipment_id", "=", equipment.id),
                    ("state", "=", "passed"),
                    ("date", "<", before),
                ],
                order="date desc, id desc",
                limit=1,
            )
            if check:
                candidates.append((check.date, "check", check.display_name))
            day, kind, name = max(candidates, default=(False, "none", False))
            analysis._guard_open().with_context(tracking_disable=True).write(
                {
                    "good_date": day,
                    "good_kind": kind,
                    "good_name": name,
                    "date_from": day,
                }
            )

    def action_open_finding(self):
        """Show the document that made the finding."""
        self.ensure_one()
        finding = self._get_finding()
        if not finding:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": finding._name,
            "res_id": finding.id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------------- actions
    def action_compute(self):
        """List and rank the results in question; again as long as nothing is decided.

        :raises UserError: the shift is incomplete, or something was decided already
        """
        self._guard_check_group(OPENER_GROUPS)
        self.check_access("write")
        self._lock()
        for analysis in self:
            analysis._list()
        return True

    def action_close(self, reason=None):
        """Close analyses whose records are all decided upon.

        :param str reason: the conclusion; without it the dialog that asks for it opens
        :raises UserError: records are undecided or still on hold, named
        """
        self._guard_check_group(DECIDER_GROUPS)
        self._lock()
        for analysis in self:
            analysis._check_may_close()
        if reason is None:
            return self._guard_ask_reason("action_close")
        reason = self._guard_check_reason(reason)
        self.sudo()._guard_open().write(
            {
                "state": "closed",
                "conclusion": reason,
                "closed_by_id": self.env.uid,
                "closed_on": fields.Datetime.now(),
            }
        )
        return True

    def _check_may_close(self):
        self.ensure_one()
        if self.state != "open":
            raise UserError(
                self.env._(
                    "%(analysis)s: list the results first; a closed one is done with.",
                    analysis=self.display_name,
                )
            )
        for domain, text in (
            (
                [("decision", "=", False)],
                self.env._("is not decided upon yet"),
            ),
            ([("is_held", "=", True)], self.env._("is still on hold")),
        ):
            lines = self.env["metrology.impact.line"].search(
                [("analysis_id", "=", self.id), *domain], limit=6
            )
            if lines:
                names = ", ".join(lines[:5].mapped("record_id.name"))
                raise UserError(
                    self.env._(
                        "%(analysis)s cannot be closed: %(records)s %(what)s.",
                        analysis=self.display_name,
                        records=names + ("…" if len(lines) > 5 else ""),
                        what=text,
                    )
                )

    def action_view_lines(self):
        """Show the ranking in a list of its own, for decisions on many at once."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "metrology_record.action_impact_line"
        )
        return {
            **action,
            "domain": [("analysis_id", "=", self.id)],
            "context": {
                key: 1
                for key in ("search_default_changes",)
                if self.env.context.get("only_changes")
            },
        }

    def action_view_results(self):
        """Show every result with its corrected value."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "metrology_record.action_impact_result"
        )
        return {**action, "domain": [("analysis_id", "=", self.id)], "context": {}}

    def _get_action(self):
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Impact Analysis"),
            "res_model": self._name,
        }
        if len(self) == 1:
            return {**action, "view_mode": "form", "res_id": self.id}
        return {**action, "view_mode": "list,form", "domain": [("id", "in", self.ids)]}

    def _lock(self):
        self.lock_for_update()
        self.invalidate_recordset()

    # --------------------------------------------------------------------- shift
    def _get_shift(self):
        """Return the shift as ``tools.impact.Shift``, None while it is not known.

        :raises UserError: what is missing
        """
        self.ensure_one()
        values = {"analysis": self.display_name}
        if self.shift_kind == "unknown":
            return None
        try:
            if self.shift_kind == "constant":
                if not (self.shift_value or "").strip():
                    raise UserError(
                        self.env._("%(analysis)s: give the shift.", **values)
                    )
                return impact.Shift(constant=self.shift_value)
            points = (
                [(line.point, line.shift) for line in self.shift_line_ids]
                if self.shift_kind == "table"
                else self._get_certificate_difference()
            )
            if len(points) < 2:
                raise UserError(
                    self.env._(
                        "%(analysis)s: a table of shifts needs at least two points.",
                        **values,
                    )
                )
            return impact.Shift(points=points)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(analysis)s: the shift cannot be read: %(cause)s",
                    cause=error,
                    **values,
                )
            ) from error

    def _get_certificate_difference(self):
        """Return new minus old correction of the two certificates, point by point."""
        tables = []
        for certificate in (self.old_traceability_id, self.new_traceability_id):
            points = certificate and certificate._get_correction_table(
                self.correction_code or ""
            )
            if not points:
                raise UserError(
                    self.env._(
                        "%(analysis)s: %(certificate)s has no correction table "
                        "“%(code)s”. Enter its corrections, or give the shift as a "
                        "table.",
                        analysis=self.display_name,
                        certificate=certificate.number
                        or self.env._("one of the certificates"),
                        code=self.correction_code or "",
                    )
                )
            tables.append(points)
        return impact.difference(*tables)
