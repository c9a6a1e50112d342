# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    metrology_executor_may_check = fields.Boolean(
        string="The Second Executor May Check",
        default=True,
        help="The executor who did not submit the record may check it. Otherwise the "
        "checker is a third person. Nobody ever checks the own record.",
    )
