# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

#: kind -> states of the standard from which it is possible
_FROM = {
    "replace": ("active", "suspended"),
    "add": ("active", "suspended"),
    "remove": ("active", "suspended"),
    "seal": ("active", "suspended"),
    "unseal": ("suspended",),
    "revoke": ("active", "suspended"),
}


class MetrologyStandardChange(models.Model):
    """A change of a measurement standard: equipment replaced, sealed, given up.

    JJF 1033: the change is applied for with its reason and effect, approved by another
    person and kept in the file of the standard; only its approval changes the standard.
    Where uncertainty, class or MPE change, the standard is examined anew before it is
    used again.
    """

    _name = "metrology.standard.change"
    _description = "Change of a Measurement Standard"
    _inherit = ["mail.thread", "mail.activity.mixin", "metrology.guard.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["standard_id.name", "reason"]

    _guard_action_fields = (
        "state",
        "submitted_by_id",
        "decided_by_id",
        "decided_on",
        "decision_note",
        "old_equipment_id",
        "old_text",
    )
    _guard_frozen_fields = (
        "standard_id",
        "kind",
        "member_id",
        "equipment_id",
        "role",
        "substitute_for_id",
        "effect",
        "effect_note",
        "reason",
        "file",
        "file_name",
        "date",
    )
    _guard_reason_actions = ("action_refuse",)

    standard_id = fields.Many2one(
        comodel_name="metrology.standard",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('state', 'in', ('active', 'suspended'))]",
        tracking=True,
    )
    company_id = fields.Many2one(
        related="standard_id.company_id", store=True, index=True
    )
    kind = fields.Selection(
        selection=[
            ("replace", "Replace Equipment"),
            ("add", "Add Equipment"),
            ("remove", "Remove Equipment"),
            ("seal", "Seal the Standard"),
            ("unseal", "Put Back in Use after Sealing"),
            ("revoke", "Give the Standard up"),
        ],
        required=True,
        default="replace",
        tracking=True,
    )
    date = fields.Date(
        string="Applied for on",
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
    )
    member_id = fields.Many2one(
        comodel_name="metrology.standard.member",
        string="Member",
        ondelete="set null",
        domain="[('standard_id', '=', standard_id)]",
        copy=False,
    )
    alternate_ids = fields.Many2many(related="member_id.alternate_ids")
    equipment_id = fields.Many2one(
        comodel_name="maintenance.equipment",
        string="New Equipment",
        ondelete="restrict",
        domain="[('metrology_use', '!=', 'none')]",
        tracking=True,
    )
    role = fields.Selection(
        selection=[("main", "Main"), ("auxiliary", "Auxiliary")], default="main"
    )
    substitute_for_id = fields.Many2one(
        comodel_name="metrology.standard.member",
        ondelete="set null",
        domain="[('standard_id', '=', standard_id), ('substitute_for_id', '=', False)]",
        help="The new equipment works only where this member may not be used.",
    )
    effect = fields.Selection(
        selection=[
            ("same", "Uncertainty, class and MPE stay"),
            ("changed", "Uncertainty, class or MPE change"),
        ],
        default="same",
        required=True,
        tracking=True,
        help="Where they change, the standard is suspended until it was examined anew.",
    )
    effect_note = fields.Text(string="Effect on the Results")
    reason = fields.Text(required=True)
    file = fields.Binary(string="Application Form", attachment=True, copy=False)
    file_name = fields.Char(copy=False)
    old_equipment_id = fields.Many2one(
        comodel_name="maintenance.equipment",
        string="Equipment before",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    old_text = fields.Char(string="Member before", readonly=True, copy=False)
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ],
        required=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    submitted_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    decided_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    decided_on = fields.Date(readonly=True, copy=False)
    decision_note = fields.Char(readonly=True, copy=False)

    @api.depends("standard_id", "kind", "date")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for change in self:
            change.display_name = (
                f"{change.standard_id.name or ''} · {kinds.get(change.kind, '')} "
                f"{change.date or ''}"
            )

    @api.onchange("kind", "standard_id")
    def _onchange_kind(self):
        if self.kind not in ("replace", "remove"):
            self.member_id = False
        if self.kind not in ("replace", "add"):
            self.equipment_id = False

    def _guard_is_frozen(self):
        return self.state != "draft"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        for change in self:
            if change.state != "draft":
                raise UserError(
                    self.env._(
                        "%(change)s was submitted and stays on file.",
                        change=change.display_name,
                    )
                )

    # Actions ------------------------------------------------------------------

    def action_submit(self):
        """Hand drafts over for approval, when they are complete."""
        self.check_access("write")
        self._lock()
        self._require_state("draft")
        for change in self:
            change._check_complete()
        self._guard_open().write(
            {"state": "submitted", "submitted_by_id": self.env.uid}
        )
        return True

    def action_refuse(self, reason=None):
        """Refuse submitted changes, for a reason."""
        if reason is None:
            return self._guard_ask_reason("action_refuse")
        reason = self._guard_check_reason(reason)
        self._check_decision()
        self._guard_open().write(self._prepare_decision("refused", reason))
        return True

    def action_approve(self):
        """Approve submitted changes, as another person, and carry them out.

        :raises UserError: the caller applied for it, or it is not possible any more
        """
        self._check_decision()
        for change in self:
            change._check_complete()
            change._guard_open().write(change._prepare_decision("approved"))
            change._carry_out()
        return True

    def _check_decision(self):
        self._guard_check_group("metrology.group_technical_head")
        self.check_access("write")
        self._lock()
        self.standard_id.lock_for_update()
        self._require_state("submitted")
        for change in self:
            if not self.env.su and self.env.user in (
                change.create_uid | change.submitted_by_id
            ):
                raise UserError(
                    self.env._(
                        "%(change)s is your own: another person decides it.",
                        change=change.display_name,
                    )
                )

    def _prepare_decision(self, state, note=False):
        return {
            "state": state,
            "decided_by_id": self.env.uid,
            "decided_on": self.env["metrology.calendar"]._today(self.env.company),
            "decision_note": note,
        }

    def _check_complete(self):
        """Check that this one change can be carried out, naming what is in the way."""
        self.ensure_one()
        values = {
            "change": self.display_name,
            "standard": self.standard_id.display_name,
            "equipment": self.equipment_id.display_name,
        }
        standard = self.standard_id
        if standard.state not in _FROM[self.kind]:
            raise UserError(
                self.env._(
                    "%(change)s does not fit the state of %(standard)s: %(state)s.",
                    state=standard._state_label(),
                    **values,
                )
            )
        if self.kind in ("replace", "remove") and (
            not self.member_id or self.member_id.standard_id != standard
        ):
            raise UserError(
                self.env._("%(change)s: choose the member it is about.", **values)
            )
        if self.kind in ("replace", "add"):
            self._check_new_equipment(values)
        if self.kind == "remove":
            self._check_removal(values)
        if self.kind == "unseal" and not standard.is_sealed:
            raise UserError(self.env._("%(standard)s is not sealed.", **values))

    def _check_new_equipment(self, values):
        if not self.equipment_id:
            raise UserError(self.env._("%(change)s: choose the equipment.", **values))
        if self.equipment_id in self.standard_id.member_ids.equipment_id:
            raise UserError(
                self.env._(
                    "%(equipment)s is in the file of %(standard)s already.", **values
                )
            )
        today = self.env["metrology.calendar"]._today(self.env.company)
        blockers = self.equipment_id._get_validity_blockers(today)
        messages = [text for _code, text in blockers[self.equipment_id.id]]
        if messages:
            raise UserError("\n".join(messages))

    def _check_removal(self, values):
        member = self.member_id
        mains = self.standard_id.member_ids.filtered(lambda one: one._is_main())
        if member.substitute_ids or mains == member:
            raise UserError(
                self.env._(
                    "%(member)s of %(standard)s cannot be removed: it is the only main "
                    "equipment, or has substitutes. Replace it instead.",
                    member=member.equipment_id.display_name,
                    **values,
                )
            )

    def _carry_out(self):
        """Do what this one approved change says."""
        self.ensure_one()
        standard = self.standard_id._guard_open()
        member = self.member_id._guard_open()
        if self.kind in ("replace", "remove"):
            self._guard_open().write(
                {
                    "old_equipment_id": member.equipment_id.id,
                    "old_text": member.equipment_id.display_name,
                }
            )
        if self.kind == "replace":
            member.equipment_id = self.equipment_id
        elif self.kind == "add":
            member.create(
                {
                    "standard_id": standard.id,
                    "equipment_id": self.equipment_id.id,
                    "role": self.role,
                    "substitute_for_id": self.substitute_for_id.id,
                }
            )
        elif self.kind == "remove":
            member.unlink()
        elif self.kind == "revoke":
            standard.action_withdraw(self.reason)
        elif self.kind == "seal":
            if standard.state == "active":
                standard.action_suspend(
                    self.env._("Sealed: %(reason)s", reason=self.reason)
                )
            standard.is_sealed = True
        elif self.kind == "unseal":
            standard.is_sealed = False
            standard._guard_close().action_activate()
        if self.effect == "changed" and standard.state == "active":
            standard.action_suspend(
                self.env._(
                    "%(change)s changes the uncertainty, class or MPE: the standard "
                    "is to be examined anew.",
                    change=self.display_name,
                )
            )
