# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyJobAssign(models.TransientModel):
    _inherit = "metrology.job.assign"

    workload_text = fields.Text(
        string="Above the Limit", compute="_compute_workload_text"
    )
    workload_confirmed = fields.Boolean(string="I confirm this as the head")

    @api.depends("job_ids", "person_ids.chosen", "leader_id")
    def _compute_workload_text(self):
        for wizard in self:
            persons = wizard.person_ids.filtered("chosen").employee_id
            overloads = self.env["metrology.job"]._get_overloads(
                persons._origin | wizard.leader_id._origin, wizard.job_ids._origin
            )
            wizard.workload_text = "\n".join(overloads.values()) or False

    def action_assign(self):
        wizard = self.with_context(workload_confirmed=self.workload_confirmed)
        return super(MetrologyJobAssign, wizard).action_assign()
