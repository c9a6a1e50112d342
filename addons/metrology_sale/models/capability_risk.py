# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models
from odoo.tools import SQL

from odoo.addons.metrology_order.models.job import OPEN_STATES


class MetrologyCapability(models.Model):
    _inherit = "metrology.capability"

    def _get_risk(self, day):
        """Add: the fees agreed for the open jobs under each capability."""
        result = super()._get_risk(day)
        jobs = self.env["metrology.job"].sudo()
        for capability_id, amount in jobs._get_open_amounts(self.ids):
            result[capability_id]["amount"] = amount
        return result


class MetrologyJob(models.Model):
    _inherit = "metrology.job"

    def _get_open_amounts(self, capability_ids):
        """Return [(capability id, sum of the agreed fees of its open jobs)].

        One query for any number of capabilities.
        """
        self.flush_model(["capability_id", "state", "order_line_id"])
        self.env["metrology.order.line"].flush_model(["price_unit"])
        return self.env.execute_query(
            SQL(
                """
                SELECT job.capability_id, SUM(line.price_unit)
                  FROM metrology_job job
                  JOIN metrology_order_line line ON line.id = job.order_line_id
                 WHERE job.capability_id = ANY(%s) AND job.state IN %s
              GROUP BY job.capability_id
                """,
                list(capability_ids),
                OPEN_STATES,
            )
        )

    def _get_amount_text(self):
        lines = self.sudo().order_line_id
        amount = sum(lines.mapped("price_unit"))
        if not amount:
            return super()._get_amount_text()
        return lines.company_id[:1].currency_id.format(amount)
