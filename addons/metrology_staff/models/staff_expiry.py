# SPDX-License-Identifier: AGPL-3.0-only
"""What ends of persons: one small extension for each model."""

from odoo import api, models
from odoo.fields import Domain


class MetrologyAuthorization(models.Model):
    _inherit = "metrology.authorization"

    @api.model
    def _get_expiry_domain(self, name):
        """Those in force; one that was issued anew ends in silence."""
        return (
            Domain("state", "=", "active")
            & Domain(name, "!=", False)
            & self._expiry_domain_last(
                name, ("employee_id", "capability_id", "activity"), ("active",)
            )
        )


class MetrologyEvaluation(models.Model):
    _inherit = "metrology.evaluation"

    @api.model
    def _get_expiry_domain(self, name):
        return super()._get_expiry_domain(name) & Domain("is_last", "=", True)


class MetrologyCommitment(models.Model):
    _inherit = "metrology.commitment"

    @api.model
    def _get_expiry_domain(self, name):
        return (
            Domain("state", "=", "signed")
            & Domain(name, "!=", False)
            & Domain("employee_id.active", "=", True)
            & self._expiry_domain_last(name, ("employee_id", "kind"), ("signed",))
        )


class HrEmployee(models.Model):
    """The registration as metrologist ends on a day."""

    _name = "hr.employee"
    _inherit = ["hr.employee", "metrology.expiry.source"]

    _expiry_days = 90
    _expiry_date_field = "metrologist_date_to"

    @api.model
    def _get_expiry_kinds(self):
        return {
            "metrologist_date_to": {
                "label": self.env._("Registration as Metrologist"),
                "days": self._expiry_days,
            }
        }

    @api.model
    def _get_expiry_domain(self, name):
        return Domain(name, "!=", False) & Domain("metrologist_number", "!=", False)

    def _get_expiry_user(self):
        self.ensure_one()
        return (
            self.user_id
            or self.department_id.sudo().manager_id.user_id
            or super()._get_expiry_user()
        )
