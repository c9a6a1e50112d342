# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    metrology_authorization_number = fields.Char(
        related="company_id.metrology_authorization_number", readonly=False
    )
    metrology_authorization_text = fields.Char(
        related="company_id.metrology_authorization_text", readonly=False
    )
    metrology_authorization_from = fields.Date(
        related="company_id.metrology_authorization_from", readonly=False
    )
    metrology_authorization_to = fields.Date(
        related="company_id.metrology_authorization_to", readonly=False
    )
    metrology_public_url = fields.Char(
        related="company_id.metrology_public_url", readonly=False
    )
