# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    metrology_retention_years = fields.Integer(
        related="company_id.metrology_retention_years", readonly=False
    )
    metrology_technical_head_id = fields.Many2one(
        related="company_id.metrology_technical_head_id", readonly=False
    )
    metrology_quality_head_id = fields.Many2one(
        related="company_id.metrology_quality_head_id", readonly=False
    )
