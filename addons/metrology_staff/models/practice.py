# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class MetrologyPractice(models.Model):
    """A person's practice at another institution, as the person declared it.

    Verification staff may practise at one institution only; while one of these is
    open, the person cannot be authorized or assigned here.
    """

    _name = "metrology.practice"
    _description = "Practice at Another Institution"
    _inherit = ["metrology.guard.mixin", "mail.thread"]
    _order = "employee_id, date_from desc, id desc"
    _rec_name = "institution"
    _check_company_auto = True

    # What one person declared is not another's.
    _guard_frozen_fields = ("employee_id",)

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

    def _guard_is_frozen(self):
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        """What stopped a person from working here leaves by its end, not unseen."""
        today = self.env["metrology.calendar"]._today(self.env.company)
        for practice in self:
            if practice.date_from <= today and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(person)s at %(institution)s stays on file: enter the day on "
                        "which it ended.",
                        person=practice.employee_id.name,
                        institution=practice.institution,
                    )
                )

    @api.model
    def _search_on(self, employees, day):
        """Return the practices elsewhere that persons have on ``day``."""
        return self.search(
            Domain("employee_id", "in", employees.ids)
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        )
