# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class HrDepartment(models.Model):
    _inherit = "hr.department"

    metrology_daily_jobs = fields.Integer(
        string="Jobs per Working Day",
        help="How many jobs the department finishes on a working day. The contract "
        "review compares it with what is promised. 0: not limited.",
    )

    _metrology_daily_jobs_positive = models.Constraint(
        "CHECK (metrology_daily_jobs >= 0)",
        "The jobs per working day cannot be negative.",
    )
