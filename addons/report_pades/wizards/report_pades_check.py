# SPDX-License-Identifier: AGPL-3.0-only
import base64

from odoo import Command, fields, models
from odoo.exceptions import UserError


class ReportPadesCheck(models.TransientModel):
    """Upload a document and read whether it is ours and unchanged."""

    _name = "report.pades.check"
    _description = "Check of a Signed Document"

    file = fields.Binary(string="PDF Document", attachment=False)
    filename = fields.Char(string="File Name")
    state = fields.Selection(
        selection=[
            ("draft", "To Check"),
            ("valid", "Valid"),
            ("invalid", "Not Valid"),
        ],
        string="Result",
        default="draft",
        readonly=True,
    )
    findings = fields.Text(readonly=True)
    sha256 = fields.Char(string="SHA-256", readonly=True)
    line_ids = fields.One2many(
        comodel_name="report.pades.check.line",
        inverse_name="check_id",
        string="Signatures",
        readonly=True,
    )

    def action_check(self):
        """Verify the file and show the result in the same window."""
        self.ensure_one()
        if not self.file:
            raise UserError(self.env._("Choose a PDF document first."))
        pdf = base64.b64decode(self.with_context(bin_size=False).file)
        pades = self.env["report.pades"]
        result = pades._verify_pdf(pdf)
        self.line_ids.unlink()
        self.write(
            {
                "state": "valid" if result["valid"] else "invalid",
                "findings": "\n".join(result["findings"]),
                "sha256": pades._document_hash(pdf),
                "line_ids": [
                    Command.create(
                        {
                            "field_name": signer["field"],
                            "signer": signer["signer"],
                            "signed_on": signer["signed_on"],
                            "timestamped": signer["timestamped"],
                            "reason": signer["reason"],
                            "location": signer["location"],
                            "valid": signer["valid"],
                            "trusted": signer["trusted"],
                        }
                    )
                    for signer in result["signers"]
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Check a Signed Document"),
        }


class ReportPadesCheckLine(models.TransientModel):
    _name = "report.pades.check.line"
    _description = "Signature of a Checked Document"

    check_id = fields.Many2one(
        comodel_name="report.pades.check", required=True, ondelete="cascade"
    )
    field_name = fields.Char(string="Field")
    signer = fields.Char()
    signed_on = fields.Datetime()
    timestamped = fields.Boolean(string="Time Stamp")
    reason = fields.Char()
    location = fields.Char()
    valid = fields.Boolean()
    trusted = fields.Boolean()
