# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from .metrology_impact_analysis import DECIDER_GROUPS

RECALLABLE_STATES = ("checking", "approving", "to_print", "printed")
CHANGING_STATES = ("requested", "reviewed", "modifying")
VERDICT_LABELS = [
    ("pass", "Pass"),
    ("fail", "Fail"),
    ("undetermined", "Undetermined"),
    ("none", "No Statement"),
]

#: How large the effect is, the worst first.
BANDS = [
    ("changes", "Verdict Would Change"),
    ("judge", "To Be Judged by a Person"),
    ("above", "Above U"),
    ("third", "U/3 to U"),
    ("small", "Up to U/3"),
    ("unknown", "Shift Not Known"),
]


class MetrologyImpactLine(models.Model):
    """A record in question: how far it is off, and what was decided about it.

    Lines are written by the listing only; while one is under way its lines belong to it
    and to no analysis yet. Decisions are made by the actions below, each by the technical
    head or quality and with a reason. A decided line stays as it is.

    Recall and replacement go the ordinary way of ``metrology.certificate.change``: the
    decision here is the request, others review and approve it.
    """

    _name = "metrology.impact.line"
    _description = "Record in Question"
    _inherit = ["metrology.guard.mixin"]
    _order = "analysis_id desc, rank, id"
    _rec_name = "record_id"
    _log_access = False

    _guard_action_fields = (
        "decision",
        "reason",
        "decided_by_id",
        "decided_on",
        "is_held",
        "letter_id",
        "change_id",
    )
    _guard_reason_actions = (
        "action_no_effect",
        "action_hold",
        "action_repeat",
        "action_recall",
        "action_inform",
    )

    analysis_id = fields.Many2one(
        comodel_name="metrology.impact.analysis", readonly=True, ondelete="cascade"
    )
    listing_id = fields.Many2one(
        comodel_name="metrology.impact.listing",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Under way: the line belongs to its analysis once the listing is complete.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", readonly=True, index=True, ondelete="restrict"
    )
    rank = fields.Integer(string="No.", readonly=True, aggregator=None)
    record_id = fields.Many2one(
        comodel_name="metrology.record",
        string="Record",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    record_state = fields.Selection(related="record_id.state", string="Record Is")
    day = fields.Date(string="Day of Measurement", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    instrument_id = fields.Many2one(
        comodel_name="metrology.instrument", readonly=True, ondelete="restrict"
    )
    serial_number = fields.Char(related="instrument_id.serial_number")
    result_count = fields.Integer(string="Results", readonly=True)
    ratio = fields.Float(
        string="Shift / U",
        digits=(16, 3),
        readonly=True,
        aggregator="max",
        help="The largest of its results. Where no U was stated, MPE/3 stands for it.",
    )
    changed_count = fields.Integer(string="Verdicts That Change", readonly=True)
    unknown_count = fields.Integer(
        string="Not Computable",
        readonly=True,
        help="Results in another quantity, outside the table of the shift, without U "
        "and limits, or with the equipment as an auxiliary: to be judged by a person.",
    )
    verdict_before = fields.Selection(
        selection=VERDICT_LABELS, string="Verdict Given", readonly=True
    )
    verdict_after = fields.Selection(
        selection=VERDICT_LABELS, string="Verdict Corrected", readonly=True
    )
    changes = fields.Boolean(string="Verdict Would Change", readonly=True)
    band = fields.Selection(
        selection=BANDS,
        string="Size of the Effect",
        readonly=True,
        help="How large the shift is.",
    )
    is_auxiliary = fields.Boolean(
        string="As Auxiliary Equipment",
        readonly=True,
        help="The record used the equipment beside its standard: its shift does not "
        "carry over to the results as it is.",
    )
    other_equipment = fields.Char(
        string="Other Equipment in It", compute="_compute_other_equipment"
    )
    result_ids = fields.One2many(
        comodel_name="metrology.impact.result", inverse_name="line_id", readonly=True
    )

    certificate_id = fields.Many2one(
        comodel_name="metrology.certificate",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    certificate_state = fields.Selection(
        related="certificate_id.state", string="Certificate Is"
    )

    is_held = fields.Boolean(string="On Hold", readonly=True)
    decision = fields.Selection(
        selection=[
            ("no_effect", "No Effect"),
            ("repeat", "Measured Again"),
            ("inform", "Customer Informed"),
            ("recall", "Recalled"),
            ("replacement", "To Be Replaced"),
        ],
        readonly=True,
        index="btree_not_null",
    )
    reason = fields.Char(readonly=True)
    decided_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Decided by",
        readonly=True,
        ondelete="restrict",
    )
    decided_on = fields.Datetime(readonly=True)
    change_id = fields.Many2one(
        comodel_name="metrology.certificate.change",
        string="Change of the Certificate",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    letter_id = fields.Many2one(
        comodel_name="metrology.impact.letter",
        string="Letter",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    _analysis_rank_idx = models.Index("(analysis_id, rank)")
    _record_uniq = models.UniqueIndex(
        "(analysis_id, record_id)", "The analysis lists the record already."
    )

    @api.depends("record_id", "analysis_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.analysis_id.name} {line.record_id.name}"

    @api.depends("record_id", "analysis_id")
    def _compute_other_equipment(self):
        """Name what else the record stands on: the shift may not be in every result."""
        rows = self.env["metrology.record.equipment"].search(
            [("record_id", "in", self.record_id.ids)], order="equipment_id"
        )
        used = rows.grouped("record_id")
        for line in self:
            others = used.get(line.record_id, rows.browse()).equipment_id
            line.other_equipment = ", ".join(
                (others - line.analysis_id.equipment_id).mapped("display_name")
            )

    # ------------------------------------------------------------------- actions
    def action_no_effect(self, reason=None):
        """Decide that the results hold; the reason is kept."""
        if reason is None:
            return self._ask("action_no_effect")
        reason = self._begin(reason)
        self._decide("no_effect", reason)
        return True

    def action_hold(self, reason=None):
        """Stop what comes of the records until they are decided upon."""
        if reason is None:
            return self._ask("action_hold")
        reason = self._begin(reason)
        for analysis, lines in self.sudo().grouped("analysis_id").items():
            lines.record_id._impact_hold(analysis, reason)
        self.sudo()._guard_open().write({"is_held": True})
        return True

    def action_repeat(self, reason=None):
        """Give records back to their executors to be measured again.

        :raises UserError: a record is locked; its certificate is recalled or replaced
        """
        if reason is None:
            return self._ask("action_repeat")
        reason = self._begin(reason)
        for line in self.sudo():
            if line.record_id.state not in ("submitted", "checked"):
                raise UserError(
                    self.env._(
                        "%(record)s is not in the house any more: recall or replace "
                        "its certificate instead.",
                        record=line.record_id.display_name,
                    )
                )
        self.sudo().record_id._return(reason)
        self._decide("repeat", reason)
        return True

    def action_recall(self, reason=None):
        """Request the recall of certificates still here, the replacement of the rest.

        :raises UserError: a record has no certificate that is signed or out
        """
        if reason is None:
            return self._ask("action_recall")
        reason = self._begin(reason)
        lines = self.sudo()
        for line in lines:
            if line.certificate_state not in (*RECALLABLE_STATES, "released"):
                raise UserError(
                    self.env._(
                        "%(record)s has no certificate that is signed or handed over: "
                        "hold it, or have it measured again.",
                        record=line.record_id.display_name,
                    )
                )
        lines._request_changes(reason)
        for decision, released in (("recall", False), ("replacement", True)):
            chosen = self.filtered(
                lambda line, released=released: (
                    (line.sudo().certificate_state == "released") == released
                )
            )
            if chosen:
                chosen._decide(decision, reason)
        return True

    def _request_changes(self, reason):
        """Request the change of each certificate that is not being changed already."""
        Change = self.env["metrology.certificate.change"]
        running = {
            change.certificate_id: change
            for change in Change.search(
                [
                    ("certificate_id", "in", self.certificate_id.ids),
                    ("state", "in", CHANGING_STATES),
                ]
            )
        }
        todo = self.filtered(lambda line: line.certificate_id not in running)
        changes = Change.create([line._prepare_change(reason) for line in todo])
        if changes:
            changes.action_request()
        running |= {change.certificate_id: change for change in changes}
        for line in self:
            line._guard_open().change_id = running[line.certificate_id]

    def _prepare_change(self, reason):
        self.ensure_one()
        vals = {
            "certificate_id": self.certificate_id.id,
            "reason": self.env._(
                "%(analysis)s: %(reason)s",
                analysis=self.analysis_id.display_name,
                reason=reason,
            ),
        }
        if self.certificate_state == "released":
            vals |= {"correction": "replacement", "content_wrong": True}
        return vals

    def action_inform(self, reason=None):
        """Draft one letter for each customer, with the list of his certificates.

        It may be added to a recall or a replacement; where nothing else was decided it
        is the decision.

        :param str reason: what the customer is told
        :raises UserError: a record has no certificate the customer could hold
        """
        if reason is None:
            return self._ask("action_inform")
        fresh = self.filtered(
            lambda line: line.decision not in ("recall", "replacement")
        )
        reason = fresh._begin(reason) if fresh else self._begin_inform(reason)
        for line in self.sudo():
            if not line.certificate_id.name:
                raise UserError(
                    self.env._(
                        "%(record)s has no certificate with a number: there is nothing "
                        "to inform the customer of.",
                        record=line.record_id.display_name,
                    )
                )
        self.env["metrology.impact.letter"].sudo()._draft(self.sudo(), reason)
        if fresh:
            fresh._decide("inform", reason)
        return True

    def _begin_inform(self, reason):
        self._guard_check_group(DECIDER_GROUPS)
        self.check_access("read")
        self.analysis_id.sudo()._lock()
        self.analysis_id._check_complete()
        if any(line.analysis_id.state != "open" for line in self):
            raise UserError(self.env._("The analysis is closed."))
        return self._guard_check_reason(reason)

    def _ask(self, method):
        self.env["metrology.guard.mixin"]._guard_check_group(DECIDER_GROUPS)
        return self._guard_ask_reason(method)

    def _begin(self, reason):
        """Lock the lines and check that the caller may decide on them.

        :return: the stripped reason
        :raises AccessError, UserError: not the role, no reason, decided already
        """
        self._guard_check_group(DECIDER_GROUPS)
        self.check_access("read")
        reason = self._guard_check_reason(reason)
        # Who lists the analysis again waits, and then finds the decision.
        self.analysis_id.sudo()._lock()
        self._lock()
        self.analysis_id._check_complete()
        for line in self:
            if line.analysis_id.state != "open":
                raise UserError(
                    self.env._(
                        "%(analysis)s is closed: nothing is decided any more.",
                        analysis=line.analysis_id.display_name,
                    )
                )
            if line.decision:
                raise UserError(
                    self.env._(
                        "%(line)s was decided upon by %(user)s already.",
                        line=line.display_name,
                        user=line.decided_by_id.name,
                    )
                )
        return reason

    def _decide(self, decision, reason):
        """Keep a decision, and lift what was on hold until then."""
        lines = self.sudo()
        held = lines.filtered("is_held").record_id
        lines._guard_open().write(
            {
                "decision": decision,
                "reason": reason,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
                "is_held": False,
            }
        )
        held._impact_lift(reason)

    def action_open_record(self):
        """Show the record."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "metrology.record",
            "res_id": self.record_id.id,
            "view_mode": "form",
        }

    def action_view_results(self):
        """Show the results of the record with their corrected values."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "metrology_impact.action_impact_result"
        )
        return {**action, "domain": [("line_id", "=", self.id)], "context": {}}

    def _label(self, name):
        """Return the label of a selection, "" where nothing is selected."""
        self.ensure_one()
        return dict(self._fields[name]._description_selection(self.env)).get(
            self[name], ""
        )
