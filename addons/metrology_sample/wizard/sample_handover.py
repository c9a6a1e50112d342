# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologySampleHandover(models.TransientModel):
    """Hands samples to the departments of their jobs: giver, receiver, time, count."""

    _name = "metrology.sample.handover"
    _description = "Hand Over Samples"

    sample_ids = fields.Many2many(comodel_name="metrology.sample", string="Samples")
    giver_id = fields.Many2one(
        comodel_name="res.users",
        string="Given By",
        default=lambda self: self.env.user,
        readonly=True,
    )
    line_ids = fields.One2many(
        comodel_name="metrology.sample.handover.line",
        inverse_name="wizard_id",
        string="Departments",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("sample_ids")
    def _compute_line_ids(self):
        for wizard in self:
            groups = {}
            for sample in wizard.sample_ids:
                # The department whose work comes next; a second one follows later.
                waiting = sample.job_ids.filtered(
                    lambda job: (
                        job.state not in ("done", "cancelled")
                        and job.department_id != job.sample_id.department_id
                    )
                )
                jobs = waiting or sample.job_ids
                groups.setdefault(jobs.department_id[:1], []).append(sample._origin.id)
            wizard.line_ids = [
                fields.Command.clear(),
                *(
                    fields.Command.create(
                        {
                            "department_id": department.id,
                            "sample_ids": [fields.Command.set(ids)],
                            "counted": len(ids),
                            "receiver_id": department.manager_id.id,
                        }
                    )
                    for department, ids in groups.items()
                ),
            ]

    def action_hand_over(self):
        """Hand all lines over, or none."""
        self.ensure_one()
        if not self.line_ids.sample_ids:
            raise UserError(self.env._("Choose the samples first."))
        for line in self.line_ids:
            line._hand_over()
        return {"type": "ir.actions.act_window_close"}
