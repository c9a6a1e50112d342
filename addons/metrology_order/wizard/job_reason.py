# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyJobReason(models.TransientModel):
    """Asks why jobs pause."""

    _name = "metrology.job.reason"
    _description = "Reason of a Pause"

    job_ids = fields.Many2many(comodel_name="metrology.job", required=True)
    reason = fields.Text(required=True)

    def action_confirm(self):
        """Pause the jobs."""
        self.job_ids.action_pause(self.reason)
        return {"type": "ir.actions.act_window_close"}
