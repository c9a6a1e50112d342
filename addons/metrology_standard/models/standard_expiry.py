# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.fields import Domain


class MetrologyStandard(models.Model):
    """A measurement standard has two certificates, each with an end of its own."""

    _inherit = "metrology.standard"

    #: JJF 1033: the review is asked for six months before the end.
    _expiry_days = 180

    @api.model
    def _get_expiry_kinds(self):
        return {
            "date_to": {
                "label": self.env._("Examination Certificate of a Standard"),
                "days": self._expiry_days,
            },
            "social_date_to": {
                "label": self.env._("Social Public Standard Certificate"),
                "days": self._expiry_days,
            },
        }

    @api.model
    def _get_expiry_domain(self, name):
        domain = super()._get_expiry_domain(name)
        if name == "social_date_to":
            domain &= Domain("nature", "=", "social")
        return domain
