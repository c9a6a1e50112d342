# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyJob(models.Model):
    _inherit = "metrology.job"

    deviation_ids = fields.Many2many(
        comodel_name="metrology.method.deviation",
        string="Deviations",
        compute="_compute_deviation_ids",
        help="Deviations from the method that were agreed for this work.",
    )

    @api.depends("order_line_id")
    def _compute_deviation_ids(self):
        found = {}
        for deviation in self.env["metrology.method.deviation"].search(
            [
                ("order_line_id", "in", self.order_line_id.ids),
                ("state", "=", "accepted"),
            ]
        ):
            line = deviation.order_line_id
            found[line] = found.get(line, deviation.browse()) | deviation
        none = self.env["metrology.method.deviation"]
        for job in self:
            job.deviation_ids = found.get(job.order_line_id, none)

    def action_view_deviations(self):
        """Show the deviations agreed for this job, or open the first one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_order.action_method_deviation"
        )
        action["domain"] = [("order_line_id", "=", self.order_line_id.id)]
        action["context"] = {"default_order_line_id": self.order_line_id.id}
        return action
