# SPDX-License-Identifier: AGPL-3.0-only
import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    pades_seal = fields.Binary(
        string="Seal",
        attachment=True,
        copy=False,
        groups="base.group_system",
        help="Image of the registered seal, SVG or PDF with one page.",
    )
    pades_seal_filename = fields.Char(
        string="File Name of the Seal", groups="base.group_system"
    )

    @api.constrains("pades_seal")
    def _check_pades_seal(self):
        for company in self.sudo().with_context(bin_size=False):
            if not company.pades_seal:
                continue
            try:
                content = base64.b64decode(company.pades_seal, validate=True)
                self.env["report.pades"]._get_seal_pdf(content)
            except (UserError, binascii.Error) as error:
                raise ValidationError(
                    self.env._(
                        "The seal of %(company)s is not usable. Upload an SVG file or "
                        "a PDF with one page. %(reason)s",
                        company=company.name,
                        reason=error,
                    )
                ) from error
