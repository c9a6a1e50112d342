# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyJob(models.Model):
    _inherit = "metrology.job"

    deviation_ids = fields.One2many(
        comodel_name="metrology.method.deviation",
        inverse_name="job_id",
        string="Deviations",
    )

    def action_view_deviations(self):
        """Show the deviations agreed for this job, or open the first one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_order.action_method_deviation"
        )
        action["domain"] = [("order_line_id", "=", self.order_line_id.id)]
        action["context"] = {"default_order_line_id": self.order_line_id.id}
        return action
