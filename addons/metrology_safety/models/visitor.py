# SPDX-License-Identifier: AGPL-3.0-only
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyVisitor(models.Model):
    """A visit of somebody from outside: appointment, approval, pass, rooms, escort.

    draft → submitted → approved (by another person; gets a pass) → inside → left; or
    refused.
    """

    _name = "metrology.visitor"
    _description = "Visitor"
    _inherit = ["metrology.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "planned_from desc, id desc"
    _check_company_auto = True

    _guard_action_fields = (
        "state",
        "pass_code",
        "approved_by_id",
        "approved_on",
        "arrived_on",
        "left_on",
        "overdue_told",
    )
    _guard_frozen_fields = (
        "name",
        "organisation",
        "document_kind",
        "document_number",
        "company_id",
        "purpose",
        "room_ids",
        "host_id",
        "planned_from",
        "planned_to",
    )
    _guard_reason_actions = ("action_refuse",)

    name = fields.Char(required=True, tracking=True)
    organisation = fields.Char(tracking=True)
    phone = fields.Char()
    document_kind = fields.Selection(
        selection=[
            ("id", "Identity Card"),
            ("passport", "Passport"),
            ("other", "Other Document"),
        ],
        default="id",
        required=True,
    )
    document_number = fields.Char(
        string="Document Number",
        groups="metrology.group_office,metrology.group_department_head",
        help="Seen by the office and heads only.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    purpose = fields.Char(required=True)
    host_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Escort",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        default=lambda self: self.env.user.employee_id,
        tracking=True,
    )
    room_ids = fields.Many2many(
        comodel_name="metrology.room",
        relation="metrology_visitor_room_rel",
        string="Rooms",
        required=True,
        check_company=True,
    )
    planned_from = fields.Datetime(string="Comes", required=True, tracking=True)
    planned_to = fields.Datetime(string="Leaves", required=True, tracking=True)
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("submitted", "To Approve"),
            ("approved", "Approved"),
            ("inside", "Inside"),
            ("left", "Left"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    pass_code = fields.Char(
        string="Pass", readonly=True, copy=False, index="btree_not_null"
    )
    approved_by_id = fields.Many2one(
        comodel_name="res.users", string="Approved by", readonly=True, copy=False
    )
    approved_on = fields.Datetime(readonly=True, copy=False)
    arrived_on = fields.Datetime(readonly=True, copy=False)
    left_on = fields.Datetime(readonly=True, copy=False)
    overdue_told = fields.Boolean(
        string="Overdue",
        readonly=True,
        copy=False,
        help="Inside after the time planned.",
    )
    entry_ids = fields.One2many("metrology.room.entry", "visitor_id", string="Entries")

    _planned_in_order = models.Constraint(
        "CHECK(planned_to > planned_from)", "The visit ends before it begins."
    )
    _pass_uniq = models.UniqueIndex("(pass_code) WHERE pass_code IS NOT NULL")

    def _guard_is_frozen(self):
        # Who approves must find what was submitted: changed, it is submitted again.
        return self.state != "draft"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for visitor in self:
            if visitor.state != "draft":
                raise UserError(
                    self.env._(
                        "The visit of %(visitor)s was submitted and stays on file.",
                        visitor=visitor.name,
                    )
                )

    def _step(self, *states, **values):
        """Lock, check the state, write."""
        self.check_access("write")
        self._lock()
        self._require_state(*states)
        self.sudo()._guard_open().write(values)
        return True

    def action_submit(self):
        """Ask for the approval of the visit."""
        for visitor in self:
            if not visitor.room_ids:
                raise UserError(
                    self.env._("%(visitor)s: which rooms?", visitor=visitor.name)
                )
        return self._step("draft", state="submitted")

    def action_take_back(self):
        """Take a visit back that waits for its approval, to change it."""
        return self._step("submitted", state="draft")

    def action_approve(self):
        """Approve visits and give each its pass.

        :raises AccessError: neither office nor head
        :raises UserError: entered by the caller, or not submitted
        """
        self._guard_check_group(
            "metrology.group_department_head,metrology.group_technical_head,"
            "metrology.group_office"
        )
        for visitor in self:
            if visitor.create_uid == self.env.user and not self.env.su:
                raise UserError(
                    self.env._(
                        "The visit of %(visitor)s was entered by you: another person "
                        "approves it.",
                        visitor=visitor.name,
                    )
                )
        for visitor in self:
            visitor._step(
                "submitted",
                state="approved",
                approved_by_id=self.env.uid,
                approved_on=fields.Datetime.now(),
                pass_code=f"V{secrets.token_hex(6).upper()}",
            )
        return True

    def action_refuse(self, reason=None):
        """Refuse visits, for a reason."""
        if reason is None:
            return self._guard_ask_reason("action_refuse")
        self._guard_check_group(
            "metrology.group_department_head,metrology.group_technical_head,"
            "metrology.group_office"
        )
        reason = self._guard_check_reason(reason)
        self._step("submitted", "approved", state="refused", pass_code=False)
        for visitor in self:
            visitor.message_post(body=self.env._("Refused: %(reason)s", reason=reason))
        return True

    def _get_denial(self, room, escort):
        """Say why this one visitor may not enter a room now, or return False."""
        self.ensure_one()
        now = fields.Datetime.now()
        values = {"visitor": self.name, "room": room.display_name}
        if self.state not in ("approved", "inside", "left") or not self.approved_by_id:
            return self.env._("The visit of %(visitor)s is not approved.", **values)
        if room not in self.room_ids:
            return self.env._("%(visitor)s has no approval for %(room)s.", **values)
        if not self.planned_from <= now <= self.planned_to:
            return self.env._("%(visitor)s is approved for another time.", **values)
        if not escort:
            return self.env._(
                "%(visitor)s enters with an escort only: scan the escort's badge too.",
                **values,
            )
        if escort != self.host_id:
            return self.env._(
                "%(visitor)s is escorted by %(host)s, not by %(escort)s.",
                host=self.host_id.name,
                escort=escort.name,
                **values,
            )
        return False

    def _arrived(self):
        self._guard_open().write(
            {
                "state": "inside",
                "arrived_on": self.arrived_on or fields.Datetime.now(),
                "left_on": False,
            }
        )

    def _left(self):
        """Note that the visitor is in no room any more."""
        if not self.entry_ids.filtered(
            lambda one: one.kind == "in" and not one.left_on
        ):
            self._guard_open().write(
                {"state": "left", "left_on": fields.Datetime.now()}
            )

    @api.model
    def _cron_overdue(self):
        """Tell escorts of visitors who are still inside after their time; once."""
        late = self.sudo().search(
            [
                ("state", "=", "inside"),
                ("planned_to", "<", fields.Datetime.now()),
                ("overdue_told", "=", False),
            ]
        )
        for visitor in late:
            user = visitor.host_id.user_id or visitor.approved_by_id
            visitor.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._(
                    "%(visitor)s has not checked out", visitor=visitor.name
                ),
            )
        late._guard_open().write({"overdue_told": True})
        return late
