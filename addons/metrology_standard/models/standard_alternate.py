# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyStandard(models.Model):
    """Which other standards can take the work over while one may not be used."""

    _inherit = "metrology.standard"

    alternate_standard_ids = fields.Many2many(
        comodel_name="metrology.standard",
        compute="_compute_alternate_standard_ids",
        string="Can Be Replaced by",
        help="Other measurement standards, valid today, that serve one of its "
        "capabilities: they can be chosen where a job is assigned.",
    )

    def _compute_alternate_standard_ids(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        valid = self._get_for_capabilities(self.capability_ids, today)
        for standard in self:
            found = self.browse().union(
                *(valid[capability.id] for capability in standard.capability_ids)
            )
            standard.alternate_standard_ids = found - standard
