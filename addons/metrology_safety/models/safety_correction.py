# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologySafetyCorrection(models.Model):
    """What is put right after a safety check, by whom and until when.

    open → done (by the responsible person, with what was done) → verified by another.
    """

    _name = "metrology.safety.correction"
    _description = "Safety Correction"
    _inherit = ["metrology.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "due_date, id"

    _guard_action_fields = ("state", "result", "done_by_id", "verified_by_id")
    _guard_reason_actions = ("action_done",)

    name = fields.Char(string="What to Correct", required=True)
    item_id = fields.Many2one(
        comodel_name="metrology.safety.check.item",
        required=True,
        index=True,
        ondelete="cascade",
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

    def action_done(self, result=None):
        """Report what was done."""
        if result is None:
            return self._guard_ask_reason("action_done")
        self.filtered(lambda one: one.user_id != self.env.user).check_access("write")
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
        for correction in self:
            if correction.state != "open" or correction.check_id.state == "closed":
                raise UserError(
                    self.env._(
                        "%(correction)s stays on file.", correction=correction.name
                    )
                )
