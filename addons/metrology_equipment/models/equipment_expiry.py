# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.fields import Domain


class MaintenanceEquipment(models.Model):
    """Equipment falls due twice: for calibration and for its intermediate check."""

    _inherit = "maintenance.equipment"

    _expiry_department_field = "metrology_department_id"

    @api.model
    def _get_expiry_kinds(self):
        return {
            "traceability_due": {
                "label": self.env._("Traceability of Equipment"),
                "days": self._expiry_days,
            },
            "check_due": {
                "label": self.env._("Intermediate Check of Equipment"),
                "days": 14,
            },
        }

    @api.model
    def _get_expiry_domain(self, name):
        return (
            Domain(name, "!=", False)
            & Domain("metrology_use", "!=", "none")
            & Domain("metrology_state", "!=", "scrapped")
        )

    def _get_expiry_summary_of(self, name):
        if name == "check_due":
            return self.env._(
                "%(equipment)s: intermediate check until %(date)s",
                equipment=self.display_name,
                date=self.check_due,
            )
        return super()._get_expiry_summary_of(name)
