# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class HrDepartment(models.Model):
    _inherit = "hr.department"

    custody_location_id = fields.Many2one(
        comodel_name="stock.location",
        check_company=True,
        copy=False,
        domain="[('usage', '=', 'internal')]",
        help="Where the stock says that the department has a sample; made on the first "
        "hand-over.",
    )

    def _get_custody_location(self, company):
        """Return the department's location in the stock; make it on first use."""
        self.ensure_one()
        department = self.sudo()
        if not department.custody_location_id:
            company = company._metrology_custody_setup()
            department.lock_for_update(allow_referencing=True)
            department.invalidate_recordset()
            if not department.custody_location_id:
                department.custody_location_id = (
                    self.env["stock.location"]
                    .sudo()
                    .create(
                        {
                            "name": department.name,
                            "usage": "internal",
                            "location_id": company.metrology_departments_location_id.id,
                            "company_id": company.id,
                        }
                    )
                )
        return department.custody_location_id
