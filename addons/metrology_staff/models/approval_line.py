# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class MetrologyApprovalLine(models.Model):
    _inherit = "metrology.approval.line"

    @api.model
    def _get_deciding_groups(self):
        """Add the posts in which the user stands in for somebody today."""
        principals = self.env["metrology.deputy"]._get_principals()
        # An own role goes before a post in which one stands in.
        return principals | super()._get_deciding_groups()
