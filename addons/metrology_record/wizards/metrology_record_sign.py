# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyRecordSign(models.TransientModel):
    """The dialog in which a person signs records with the password."""

    _name = "metrology.record.sign"
    _inherit = "metrology.signing.dialog"
    _description = "Sign Records"

    step = fields.Selection(
        selection=[
            ("submit", "Submit"),
            ("cosign", "Sign"),
            ("check", "Check"),
            ("mentor", "Sign as Mentor"),
        ],
        required=True,
        readonly=True,
    )
    record_ids = fields.Many2many(
        comodel_name="metrology.record", string="Records", readonly=True
    )
    reason = fields.Char(string="Reason of the Changes")
    needs_reason = fields.Boolean(compute="_compute_needs_reason")
    lock = fields.Boolean(string="Lock at Once", default=True)
    duplicate_text = fields.Text(compute="_compute_duplicate_text")
    duplicate_answer = fields.Char(string="Explanation")

    @api.depends("record_ids", "step")
    def _compute_needs_reason(self):
        for wizard in self:
            wizard.needs_reason = wizard.step == "submit" and any(
                record.data for record in wizard.record_ids
            )

    @api.depends("record_ids", "step")
    def _compute_duplicate_text(self):
        for wizard in self:
            wizard.duplicate_text = (
                wizard.record_ids._get_duplicate_text()
                if wizard.step == "check"
                else False
            )

    def action_sign(self):
        """Take the step in the name of the person who signs."""
        self.ensure_one()
        password, self = self._take_password()
        records = self.record_ids
        if self.step == "submit":
            records.action_submit(password, self.reason)
        elif self.step == "cosign":
            records.action_cosign(password)
        elif self.step == "mentor":
            records.action_mentor_sign(password)
        else:
            if self.duplicate_text and (self.duplicate_answer or "").strip():
                records.filtered("duplicate_ids").action_explain_duplicate(
                    self.duplicate_answer
                )
            records.action_check(password, lock=self.lock)
        return {"type": "ir.actions.act_window_close"}
