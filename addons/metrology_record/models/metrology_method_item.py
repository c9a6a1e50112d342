# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class MetrologyMethodItem(models.Model):
    _inherit = "metrology.method.item"

    def _describe(self):
        """Return the items with their points and limits as plain data.

        That is what a sheet is made from and what its fingerprint is taken of, in the
        language of the institution, whoever asks.
        """
        return [
            {
                "code": item.code,
                "name": item.name,
                "clause": item.clause or "",
                "params": [
                    {
                        "code": param.code,
                        "name": param.name,
                        "unit": param.unit_id.symbol,
                        "points": param._get_points(),
                        "readings": param.readings,
                        "lower": param.limit_min or "",
                        "upper": param.limit_max or "",
                        "limit": param.limit_formula or "",
                    }
                    for param in item.param_ids
                ],
            }
            for item in self.with_context(lang=self.env.company.partner_id.lang)
        ]
