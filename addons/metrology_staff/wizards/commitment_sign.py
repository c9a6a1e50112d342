# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyCommitmentSign(models.TransientModel):
    """The dialog in which a person confirms own commitments with the password."""

    _name = "metrology.commitment.sign"
    _inherit = "metrology.signing.dialog"
    _description = "Sign Commitments"

    commitment_ids = fields.Many2many(
        comodel_name="metrology.commitment",
        relation="metrology_commitment_sign_rel",
        string="Commitments",
        readonly=True,
    )
    text = fields.Text(compute="_compute_text")

    @api.depends("commitment_ids")
    def _compute_text(self):
        for wizard in self:
            wizard.text = "\n\n".join(wizard.commitment_ids.mapped("text"))

    def action_sign(self):
        """Confirm them in the name of the person who signs."""
        self.ensure_one()
        password, self = self._take_password()
        self.commitment_ids.action_sign(password)
        return {"type": "ir.actions.act_window_close"}
