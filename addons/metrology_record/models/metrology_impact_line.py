# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from .metrology_impact_analysis import DECIDER_GROUPS

VERDICT_LABELS = [
    ("pass", "Pass"),
    ("fail", "Fail"),
    ("undetermined", "Undetermined"),
    ("none", "No Statement"),
]


class MetrologyImpactLine(models.Model):
    """A record in question: how far it is off, and what was decided about it.

    Lines are written by the listing only; decisions by the actions below, each by the
    technical head or quality and with a reason. A decided line stays as it is.
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
    )
    _guard_reason_actions = ("action_no_effect", "action_hold", "action_repeat")

    analysis_id = fields.Many2one(
        comodel_name="metrology.impact.analysis",
        required=True,
        readonly=True,
        ondelete="cascade",
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
        help="Results in another quantity, or outside the table of the shift: to be "
        "judged by a person.",
    )
    verdict_before = fields.Selection(
        selection=VERDICT_LABELS, string="Verdict Given", readonly=True
    )
    verdict_after = fields.Selection(
        selection=VERDICT_LABELS, string="Verdict Corrected", readonly=True
    )
    changes = fields.Boolean(string="Verdict Would Change", readonly=True)
    result_ids = fields.One2many(
        comodel_name="metrology.impact.result", inverse_name="line_id", readonly=True
    )

    is_held = fields.Boolean(string="On Hold", readonly=True)
    decision = fields.Selection(
        selection=[
            ("no_effect", "No Effect"),
            ("repeat", "Measured Again"),
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

    _analysis_rank_idx = models.Index("(analysis_id, rank)")
    _record_uniq = models.UniqueIndex(
        "(analysis_id, record_id)", "The analysis lists the record already."
    )

    @api.depends("record_id", "analysis_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.analysis_id.name} {line.record_id.name}"

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
        for line in self.sudo():
            line.record_id._impact_hold(line.analysis_id, reason)
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
        self.sudo().lock_for_update()
        self.invalidate_recordset()
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
        lines.filtered("is_held").record_id._impact_lift(reason)
        lines._guard_open().write(
            {
                "decision": decision,
                "reason": reason,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
                "is_held": False,
            }
        )

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
            "metrology_record.action_impact_result"
        )
        return {**action, "domain": [("line_id", "=", self.id)], "context": {}}
