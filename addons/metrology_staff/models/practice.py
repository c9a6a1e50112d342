# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.fields import Domain


class MetrologyPractice(models.Model):
    """A person's practice at another institution, as the person declared it.

    Verification staff may practise at one institution only; while one of these is
    open, the person cannot be authorized or assigned here.
    """

    _name = "metrology.practice"
    _description = "Practice at Another Institution"
    _inherit = ["mail.thread"]
    _order = "employee_id, date_from desc, id desc"
    _rec_name = "institution"
    _check_company_auto = True

    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        related="employee_id.company_id",
        store=True,
        index=True,
    )
    institution = fields.Char(required=True, tracking=True)
    date_from = fields.Date(string="From", required=True, tracking=True)
    date_to = fields.Date(string="Until", tracking=True)
    note = fields.Char()

    _dates_in_order = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "A practice cannot end before it starts.",
    )

    @api.model
    def _search_on(self, employees, day):
        """Return the practices elsewhere that persons have on ``day``."""
        return self.search(
            Domain("employee_id", "in", employees.ids)
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        )
