# SPDX-License-Identifier: AGPL-3.0-only
import base64

from markupsafe import Markup

from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pades_key_state = fields.Selection(
        selection=[
            ("missing", "No key"),
            ("demo", "Self-signed key"),
            ("ready", "Key ready"),
        ],
        string="Signing Key",
        compute="_compute_pades_key",
    )
    pades_key_signer = fields.Char(string="Signer", compute="_compute_pades_key")
    pades_key_fingerprint = fields.Char(
        string="Fingerprint (SHA-256)", compute="_compute_pades_key"
    )
    pades_key_valid_to = fields.Date(string="Valid Until", compute="_compute_pades_key")
    pades_seal = fields.Binary(
        string="Seal", related="company_id.pades_seal", readonly=False
    )
    pades_seal_filename = fields.Char(
        string="File Name of the Seal",
        related="company_id.pades_seal_filename",
        readonly=False,
    )
    pades_seal_preview = fields.Html(
        string="Seal Preview",
        compute="_compute_pades_seal_preview",
        sanitize=False,
    )

    def _compute_pades_key(self):
        info = self.env["report.pades"]._get_key_info()
        for settings in self:
            settings.pades_key_state = "missing"
            settings.pades_key_signer = settings.pades_key_fingerprint = False
            settings.pades_key_valid_to = False
            if info:
                settings.pades_key_state = "demo" if info["self_signed"] else "ready"
                settings.pades_key_signer = info["signer"]
                settings.pades_key_fingerprint = info["fingerprint"]
                settings.pades_key_valid_to = info["valid_to"].date()

    @api.depends("pades_seal")
    def _compute_pades_seal_preview(self):
        for settings in self:
            seal = self.env["report.pades"]._get_company_seal(settings.company_id)
            settings.pades_seal_preview = False
            if seal and b"<svg" in seal[:4096]:
                # As an image: scripts in an SVG do not run there.
                settings.pades_seal_preview = (
                    Markup(
                        '<img style="width:42mm" src="data:image/svg+xml;base64,%s"/>'
                    )
                    % base64.b64encode(seal).decode()
                )

    def action_make_demo_seal(self):
        """Give the company a drawn seal that says it is a demonstration."""
        self.ensure_one()
        company = self.company_id
        seal = self.env["report.pades"]._seal_svg(company.name, "演示专用章")
        company.write(
            {
                "pades_seal": base64.b64encode(seal),
                "pades_seal_filename": "seal.svg",
            }
        )
        action = "report_weasyprint.action_report_pdf_settings"
        return self.env["ir.actions.actions"]._for_xml_id(action)
