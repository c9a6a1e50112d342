# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class MetrologySafetyCorrection(models.Model):
    """What is put right after a safety check, by whom and until when.

    open → done (by the responsible person, with what was done) → verified by another.
    """

    _name = "metrology.safety.correction"
    _description = "Safety Correction"
    _inherit = ["metrology.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "due_date, id"

    _guard_action_fields = ("state", "result", "done_by_id", "verified_by_id")
    _guard_frozen_fields = ("item_id",)
    _guard_reason_actions = ("action_done",)
    #: what is ordered; changed by who orders it, as long as it is open
    _order_fields = ("name", "user_id", "due_date")

    name = fields.Char(string="What to Correct", required=True, tracking=True)
    item_id = fields.Many2one(
        comodel_name="metrology.safety.check.item",
        required=True,
        index=True,
        # The database would take it along, without asking.
        ondelete="restrict",
    )
    check_id = fields.Many2one(related="item_id.check_id", store=True, index=True)
    room_id = fields.Many2one(related="check_id.room_id", store=True)
    company_id = fields.Many2one(related="room_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Responsible", tracking=True
    )
    due_date = fields.Date(tracking=True, index=True)
    state = fields.Selection(
        selection=[("open", "Open"), ("done", "Done"), ("verified", "Verified")],
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )
    result = fields.Text(string="What Was Done", readonly=True, tracking=True)
    done_by_id = fields.Many2one(comodel_name="res.users", readonly=True)
    verified_by_id = fields.Many2one(comodel_name="res.users", readonly=True)

    can_order = fields.Boolean(compute="_compute_can_order")

    @api.depends("state", "create_uid")
    @api.depends_context("uid")
    def _compute_can_order(self):
        for correction in self:
            correction.can_order = correction._is_ordered_by(self.env.user)

    def _is_ordered_by(self, user):
        """Tell whether a user may still change what this one correction asks for.

        Who found it in the check orders it; quality may for everybody.
        """
        self.ensure_one()
        return self.state == "open" and (
            not self.id
            or self.sudo().create_uid == user
            or user.has_group("metrology.group_quality")
        )

    def _guard_is_frozen(self):
        return True

    def _check_order(self):
        if not self._guard_is_closed():
            return
        for correction in self:
            if not correction._is_ordered_by(self.env.user):
                raise AccessError(
                    self.env._(
                        "“%(correction)s” was ordered by %(person)s: only that person "
                        "or quality changes what is to be done, by whom and until "
                        "when, as long as it is open.",
                        correction=correction.name,
                        person=correction.sudo().create_uid.name,
                    )
                )

    def write(self, vals):
        if set(self._order_fields) & set(vals):
            self._check_order()
        return super().write(vals)

    def action_done(self, result=None):
        """Report what was done: the responsible person, or who keeps corrections."""
        if result is None:
            return self._guard_ask_reason("action_done")
        self.check_access("read")
        others = self.filtered(lambda one: one.user_id != self.env.user)
        if others:
            others.check_access("write")
        self._lock()
        self._require_state("open")
        self.sudo()._guard_open().write(
            {
                "state": "done",
                "result": self._guard_check_reason(result),
                "done_by_id": self.env.uid,
            }
        )
        return True

    def action_verify(self):
        """Confirm on the spot that it was put right; another person than who did it."""
        self._guard_check_group(
            "metrology.group_department_head,metrology.group_quality"
        )
        self._lock()
        self._require_state("done")
        for correction in self:
            if correction.done_by_id == self.env.user and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(correction)s was done by you: another person verifies it.",
                        correction=correction.name,
                    )
                )
        self.sudo()._guard_open().write(
            {"state": "verified", "verified_by_id": self.env.uid}
        )
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        self._check_order()
        for correction in self:
            if correction.state != "open" or correction.check_id.state == "closed":
                raise UserError(
                    self.env._(
                        "%(correction)s stays on file.", correction=correction.name
                    )
                )
