# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologySampleUndo(models.TransientModel):
    """Asks why the last custody step of samples is undone."""

    _name = "metrology.sample.undo"
    _description = "Undo a Custody Step"

    sample_ids = fields.Many2many(comodel_name="metrology.sample", required=True)
    reason = fields.Char(required=True)

    def action_undo(self):
        """Move the samples back."""
        self.sample_ids._check_keeper()
        self.sample_ids._undo_custody(self.reason)
        return {"type": "ir.actions.act_window_close"}
