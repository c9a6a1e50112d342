# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.metrology.tools import rounding

DECIDER_GROUPS = "metrology.group_technical_head,metrology.group_quality"
OPENER_GROUPS = f"metrology.group_equipment,{DECIDER_GROUPS}"
#: What a list depends on; another value outdates it.
PARAMETERS = (
    "equipment_id",
    "finding_date",
    "date_from",
    "shift_kind",
    "shift_value",
    "shift_unit_id",
    "shift_line_ids",
    "old_traceability_id",
    "new_traceability_id",
    "correction_code",
    "effect",
    "relative_to",
    "relative_span",
    "quantity",
)


class MetrologyImpactAnalysis(models.Model):
    """What equipment that was found wrong means for the results made with it.

    The results in question are those of the days after the last good evidence (a
    confirmed certificate or a passed intermediate check) up to the day of the finding.
    With a shift they are ranked: first those whose verdict would change, then by
    shift / U. Each record is decided upon by the technical head or quality, its
    certificate recalled or its customer informed where needed, and the analysis is
    closed only when none is open.

    ``metrology_impact_finding`` says what was found and by how much,
    ``metrology_impact_progress`` how the list is made and by whom.

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
        "is_outdated",
        "listing_id",
        "listing_state",
        "listing_error",
        "closed_on",
        "closed_by_id",
        "conclusion",
    )
    _guard_frozen_fields = PARAMETERS
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
        help="Results in other units of the same quantity are converted, those of "
        "another quantity are for a person to judge. It may be left out where all "
        "results in question have one unit.",
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
    relative_to = fields.Selection(
        selection=[
            ("judge", "Judged by a Person"),
            ("point", "Relative to the Measured Point"),
            ("span", "Relative to the Span (Fiducial)"),
        ],
        string="Relative Errors",
        default="judge",
        required=True,
        help="What errors in % or another ratio are divided by: a record does not say.",
    )
    relative_span = fields.Char(
        string="Span", help="In the unit of the shift, for example 10."
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
    letter_ids = fields.One2many(
        comodel_name="metrology.impact.letter",
        inverse_name="analysis_id",
        string="Letters",
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
    judge_count = fields.Integer(
        string="To Be Judged by a Person", compute="_compute_counts"
    )
    held_count = fields.Integer(string="On Hold", compute="_compute_counts")
    certificate_count = fields.Integer(string="Certificates", compute="_compute_counts")
    letter_count = fields.Integer(
        string="Letters to Customers", compute="_compute_letter_count"
    )

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
        names = (
            "record_count",
            "result_count",
            "change_count",
            "judge_count",
            "undecided_count",
            "held_count",
            "certificate_count",
        )
        found = {}
        for analysis, band, decision, held, count, results, certificates in self.env[
            "metrology.impact.line"
        ]._read_group(
            [("analysis_id", "in", self.ids)],
            ["analysis_id", "band", "decision", "is_held"],
            ["__count", "result_count:sum", "certificate_id:count"],
        ):
            sums = found.setdefault(analysis.id, dict.fromkeys(names, 0))
            sums["record_count"] += count
            sums["result_count"] += results or 0
            sums["certificate_count"] += certificates
            sums["change_count"] += count if band == "changes" else 0
            sums["judge_count"] += count if band == "judge" else 0
            sums["undecided_count"] += 0 if decision else count
            sums["held_count"] += count if held else 0
        none = dict.fromkeys(names, 0)
        for analysis in self:
            for name, count in found.get(analysis._origin.id, none).items():
                analysis[name] = count

    def _compute_letter_count(self):
        letters = dict(
            self.env["metrology.impact.letter"]._read_group(
                [("analysis_id", "in", self.ids)], ["analysis_id"], ["__count"]
            )
        )
        for analysis in self:
            analysis.letter_count = letters.get(analysis._origin, 0)

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

    @api.constrains("shift_value", "relative_span")
    def _check_shift_value(self):
        for analysis in self:
            for text in (analysis.shift_value, analysis.relative_span):
                try:
                    rounding.exact(text or "0")
                except ValueError as error:
                    raise ValidationError(
                        self.env._(
                            "%(analysis)s: “%(text)s” is not a number.",
                            analysis=analysis.display_name,
                            text=text,
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
        outdated = self.browse()
        if not self._guard_has_key():
            for analysis in self:
                if analysis.state == "closed":
                    raise UserError(
                        self.env._(
                            "%(analysis)s is closed and stays as it is.",
                            analysis=analysis.display_name,
                        )
                    )
            outdated = self._get_changing(vals)
            outdated._check_not_listing()
        result = super().write(vals)
        outdated._outdate()
        if {"equipment_id", "finding_date"} & set(vals):
            self.sudo()._find_evidence()
        return result

    def _get_changing(self, vals):
        """Return the analyses of which ``vals`` changes something a list depends on."""
        names = [name for name in PARAMETERS if name in vals]
        return self.filtered(
            lambda analysis: names and analysis._guard_differs(vals, names)
        )

    def _outdate(self):
        """Note that what was listed no longer follows from what is given."""
        listed = self.sudo().filtered(lambda one: one.computed_on)
        if listed:
            listed._guard_open().write({"is_outdated": True})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_listed(self):
        self._check_not_listing()
        for analysis in self:
            if analysis.state != "draft":
                raise UserError(
                    self.env._(
                        "%(analysis)s was listed and stays on file.",
                        analysis=analysis.display_name,
                    )
                )
