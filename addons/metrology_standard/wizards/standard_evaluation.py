# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyStandardEvaluation(models.TransientModel):
    """Asks what the new evaluation of the uncertainty came to."""

    _name = "metrology.standard.evaluation"
    _description = "New Evaluation of the Uncertainty"

    test_id = fields.Many2one(
        comodel_name="metrology.standard.test", required=True, ondelete="cascade"
    )
    result_text = fields.Text(related="test_id.result_text")
    uncertainty = fields.Char(string="New U", required=True)
    satisfied = fields.Selection(
        selection=[
            ("yes", "It still meets what the standard is for"),
            ("no", "It does not: suspend the standard"),
        ],
        string="Conclusion",
        required=True,
    )
    note = fields.Char(string="Evaluation and Its Place", required=True)

    def action_confirm(self):
        self.ensure_one()
        self.test_id.action_evaluate(
            self.uncertainty, self.satisfied == "yes", self.note
        )
        return {"type": "ir.actions.act_window_close"}
