# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    metrology_induction_days = fields.Integer(
        related="company_id.metrology_induction_days", readonly=False
    )
    metrology_workload_limit = fields.Integer(
        related="company_id.metrology_workload_limit", readonly=False
    )
