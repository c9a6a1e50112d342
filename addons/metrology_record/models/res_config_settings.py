# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    metrology_executor_may_check = fields.Boolean(
        related="company_id.metrology_executor_may_check", readonly=False
    )
