# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class HrDepartment(models.Model):
    _inherit = "hr.department"

    metrology_code = fields.Char(
        string="Code", help="Short code used in numbers and on labels."
    )
    is_laboratory = fields.Boolean(
        string="Laboratory",
        help="Samples are handed to laboratories and jobs are given to them.",
    )
    site_id = fields.Many2one(
        comodel_name="metrology.site",
        index="btree_not_null",
        check_company=True,
    )

    _metrology_code_uniq = models.UniqueIndex(
        "(company_id, metrology_code) "
        "WHERE metrology_code IS NOT NULL AND metrology_code != ''",
        "Another department of the institution has this code already.",
    )
