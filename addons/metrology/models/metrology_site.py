# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologySite(models.Model):
    """A place where the institution works: head office, branch, mobile laboratory."""

    _name = "metrology.site"
    _description = "Site"
    _order = "sequence, code, name, id"
    _check_company_auto = True
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Short code used in numbers and on labels.")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        selection=[
            ("fixed", "Fixed"),
            ("temporary", "Temporary"),
            ("mobile", "Mobile"),
        ],
        required=True,
        default="fixed",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Address",
        check_company=True,
        help="The address and opening hours that customers see.",
    )
    department_ids = fields.One2many(
        comodel_name="hr.department", inverse_name="site_id", string="Departments"
    )
    active = fields.Boolean(default=True)
    note = fields.Text(string="Remark")

    _code_uniq = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL AND code != ''",
        "Another site of the institution has this code already.",
    )
