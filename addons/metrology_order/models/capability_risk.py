# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models

from .job import OPEN_STATES


class MetrologyCapability(models.Model):
    _inherit = "metrology.capability"

    def _get_risk(self, day):
        """Add: the open jobs under each capability and the orders they belong to.

        What is open is open now: ``day`` changes nothing here.
        """
        result = super()._get_risk(day)
        # Counts only, of all departments: no document of theirs is shown.
        for capability, jobs, orders in (
            self.env["metrology.job"]
            .sudo()
            ._read_group(
                [("capability_id", "in", self.ids), ("state", "in", OPEN_STATES)],
                ["capability_id"],
                ["__count", "order_id:count_distinct"],
            )
        ):
            result[capability.id].update(jobs=jobs, orders=orders)
        return result
