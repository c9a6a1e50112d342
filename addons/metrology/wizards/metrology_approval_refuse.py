# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError


class MetrologyApprovalRefuse(models.TransientModel):
    """Asks for the reason of a refusal."""

    _name = "metrology.approval.refuse"
    _description = "Refuse a Document"

    reason = fields.Text(required=True)

    def action_refuse(self):
        """Refuse the documents the dialog was opened from."""
        self.ensure_one()
        model = self.env.context.get("active_model")
        if model not in self.env["metrology.approval.rule"]._get_models():
            raise UserError(self.env._("Open this dialog from a document."))
        documents = self.env[model].browse(self.env.context.get("active_ids", []))
        documents.action_refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
