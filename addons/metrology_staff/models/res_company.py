# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    metrology_induction_days = fields.Integer(
        string="Days for the Induction",
        default=30,
        help="Every new employee confirms the induction within so many days; 0: none "
        "is asked for.",
    )
    metrology_workload_limit = fields.Integer(
        string="Most Open Jobs per Person",
        help="Above it an assignment needs the head's confirmation; 0: no limit.",
    )
    _metrology_limits_not_negative = models.Constraint(
        "CHECK(COALESCE(metrology_induction_days, 0) >= 0 "
        "AND COALESCE(metrology_workload_limit, 0) >= 0)",
        "Days and limits cannot be negative.",
    )
