# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class MetrologyMethodEdition(models.Model):
    """An edition that ends without a successor leaves capabilities without a method."""

    _name = "metrology.method.edition"
    _inherit = [
        "metrology.method.edition",
        "mail.activity.mixin",
        "metrology.expiry.source",
    ]

    _expiry_days = 90

    @api.model
    def _get_expiry_domain(self, name):
        """Approved editions with an end, as long as none has followed."""

        def not_followed(model, alias, query):
            return SQL(
                "NOT EXISTS (SELECT FROM metrology_method_edition successor WHERE "
                "successor.method_id = %s AND successor.date_from > %s AND "
                "successor.approved_on IS NOT NULL AND successor.withdrawn_on IS NULL)",
                SQL.identifier(alias, "method_id"),
                SQL.identifier(alias, "date_from"),
            )

        return (
            Domain(name, "!=", False)
            & Domain("approved_on", "!=", False)
            & Domain("withdrawn_on", "=", False)
            & Domain.custom(to_sql=not_followed)
        )

    def _get_expiry_user(self):
        """Return who leads where the method is used most; else the technical head."""
        self.ensure_one()
        capabilities = self.env["metrology.capability"].sudo()
        capabilities = capabilities.search(
            [("method_id", "=", self.method_id.id), ("state", "=", "active")], limit=1
        )
        company = self.company_id or self.env.company
        return (
            capabilities.department_id.manager_id.user_id
            or company.metrology_technical_head_id
            or super()._get_expiry_user()
        )
