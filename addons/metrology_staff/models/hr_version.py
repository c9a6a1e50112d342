# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class HrVersion(models.Model):
    _inherit = "hr.version"

    # Employed by a labour agency and working here; bars from key posts.
    employee_type = fields.Selection(
        selection_add=[("dispatched", "Dispatched Labour")],
        ondelete={"dispatched": "set default"},
    )
