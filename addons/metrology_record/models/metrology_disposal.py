# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

DECIDER_GROUPS = "metrology.group_technical_head,metrology.group_quality"


class MetrologyDisposal(models.Model):
    """A list of what is disposed of after its retention, approved by another person.

    Proposed with two witnesses, approved by the technical head or quality, never by who
    proposed it; nothing whose retention lasts gets on a list (S0-6.3.6, S1-7.5-6).
    """

    _name = "metrology.disposal"
    _description = "Disposal List"
    _inherit = ["metrology.guard.mixin", "mail.thread"]
    _order = "id desc"

    _guard_action_fields = (
        "name",
        "state",
        "proposed_by_id",
        "proposed_on",
        "approved_by_id",
        "approved_on",
        "refused_reason",
    )
    _guard_frozen_fields = ("line_ids", "way", "witness_ids", "note", "company_id")
    _guard_reason_actions = ("action_refuse",)

    name = fields.Char(string="Number", default="New", readonly=True, copy=False)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    way = fields.Selection(
        selection=[("destroy", "Destroyed"), ("transfer", "Handed Over to an Archive")],
        default="destroy",
        required=True,
    )
    witness_ids = fields.Many2many(
        comodel_name="res.users",
        relation="metrology_disposal_witness_rel",
        string="Witnesses",
        domain="[('share', '=', False)]",
    )
    note = fields.Text()
    line_ids = fields.One2many(
        comodel_name="metrology.disposal.line", inverse_name="disposal_id"
    )
    line_count = fields.Integer(string="Items", compute="_compute_line_count")
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("proposed", "To Approve"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ],
        default="draft",
        required=True,
        index=True,
        copy=False,
        tracking=True,
    )
    proposed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    proposed_on = fields.Datetime(readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    approved_on = fields.Datetime(readonly=True, copy=False)
    refused_reason = fields.Char(readonly=True, copy=False)

    def _compute_line_count(self):
        counts = dict(
            self.env["metrology.disposal.line"]._read_group(
                [("disposal_id", "in", self.ids)], ["disposal_id"], ["__count"]
            )
        )
        for disposal in self:
            disposal.line_count = counts.get(disposal._origin, 0)

    def _guard_is_frozen(self):
        return self.state != "draft"

    @api.model_create_multi
    def create(self, vals_list):
        disposals = super().create(vals_list)
        numbers = self.env["metrology.number"]._assign("disposal", disposals.sudo())
        for disposal in disposals.sudo():
            disposal._guard_open().with_context(tracking_disable=True).write(
                {"name": numbers[disposal.id]}
            )
        return disposals

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for disposal in self:
            if disposal.state != "draft":
                raise UserError(
                    self.env._(
                        "%(disposal)s was proposed and stays on file.",
                        disposal=disposal.name,
                    )
                )

    def action_propose(self):
        """Propose the list; two witnesses are named and everything may go.

        :raises UserError: what is missing, or what must still be kept until when
        """
        self.check_access("write")
        self._lock()
        for disposal in self:
            disposal._require_state("draft")
            if len(disposal.witness_ids) < 2:
                raise UserError(
                    self.env._(
                        "%(disposal)s: name two witnesses.", disposal=disposal.name
                    )
                )
            if not disposal.line_ids:
                raise UserError(
                    self.env._("%(disposal)s is empty.", disposal=disposal.name)
                )
        self.line_ids._check_may_go()
        self._guard_open().write(
            {
                "state": "proposed",
                "proposed_by_id": self.env.uid,
                "proposed_on": fields.Datetime.now(),
            }
        )
        return True

    def action_approve(self):
        """Approve the lists of somebody else; the items are marked as disposed of."""
        self._guard_check_group(DECIDER_GROUPS)
        self._lock()
        for disposal in self:
            disposal._require_state("proposed")
            if self.env.user in (disposal.proposed_by_id | disposal.create_uid):
                raise UserError(
                    self.env._(
                        "You proposed %(disposal)s yourself; another person decides.",
                        disposal=disposal.name,
                    )
                )
        self.line_ids._check_may_go()
        now = fields.Datetime.now()
        for disposal in self:
            today = self.env["metrology.calendar"]._to_day(now, disposal.company_id)
            for records in disposal.sudo().line_ids._get_records():
                records._guard_open().with_context(tracking_disable=True).write(
                    {"disposal_id": disposal.id, "disposed_on": today}
                )
        self.sudo()._guard_open().write(
            {
                "state": "approved",
                "approved_by_id": self.env.uid,
                "approved_on": now,
            }
        )
        return True

    def action_refuse(self, reason=None):
        """Refuse the lists; what is on them is kept on."""
        if reason is None:
            return self._guard_ask_reason("action_refuse")
        self._guard_check_group(DECIDER_GROUPS)
        reason = self._guard_check_reason(reason)
        self._lock()
        for disposal in self:
            disposal._require_state("proposed")
        self.sudo()._guard_open().write({"state": "refused", "refused_reason": reason})
        return True

    def _lock(self):
        self.sudo().lock_for_update()
        self.invalidate_recordset()

    def _require_state(self, state):
        self.ensure_one()
        if self.state != state:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(disposal)s is “%(state)s”: this step does not fit.",
                    disposal=self.name,
                    state=labels[self.state],
                )
            )

    def _get_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Disposal List"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }
