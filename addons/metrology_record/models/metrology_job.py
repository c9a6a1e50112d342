# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models
from odoo.exceptions import UserError


class MetrologyJob(models.Model):
    _inherit = "metrology.job"

    record_ids = fields.One2many(
        comodel_name="metrology.record",
        inverse_name="job_id",
        string="Technical Records",
    )
    record_count = fields.Integer(compute="_compute_record_count", string="Records")

    def _compute_record_count(self):
        counts = self.env["metrology.record"]._read_group(
            [("job_id", "in", self.ids)], ["job_id"], ["__count"]
        )
        by_job = {job.id: count for job, count in counts}
        for job in self:
            job.record_count = by_job.get(job.id, 0)

    def action_start(self):
        """Begin the work and open the records of jobs that have a template."""
        result = super().action_start()
        versions = self.env["metrology.record.template"]._find_versions(self)
        recorded = self.filtered(lambda job: job.id in versions)
        if recorded:
            self.env["metrology.record"]._open_for_jobs(recorded)
        return result

    def action_open_record(self):
        """Open the record of running jobs, making it where there is none."""
        self.check_access("read")
        without = self.filtered(lambda job: not job.record_ids)
        if without:
            without._require_state("running")
            me = self.env.user.employee_ids
            for job in without:
                if not (me & job.employee_ids):
                    raise UserError(
                        self.env._(
                            "%(job)s: its record is opened by its executors %(persons)s.",
                            job=job.display_name,
                            persons=", ".join(job.employee_ids.sudo().mapped("name")),
                        )
                    )
            self.env["metrology.eligibility"]._check(without, "execute", step="start")
            self.env["metrology.record"]._open_for_jobs(without)
            self.invalidate_recordset(["record_ids"])
        return self.action_view_records()

    def action_view_records(self):
        """Show the records of the jobs."""
        records = self.record_ids
        action = self.env["ir.actions.actions"]._for_xml_id(
            "metrology_record.action_record"
        )
        if len(records) == 1:
            return {
                **action,
                "res_id": records.id,
                "view_mode": "form",
                "views": [(False, "form")],
                "context": {},
            }
        return {**action, "domain": [("job_id", "in", self.ids)], "context": {}}

    def action_finish(self):
        """End the work; a record that is open must be submitted first."""
        for job in self:
            open_records = job.record_ids.filtered(
                lambda record: record.state in ("draft", "running")
            )
            if open_records:
                raise UserError(
                    self.env._(
                        "%(job)s: submit the technical record %(record)s first.",
                        job=job.display_name,
                        record=open_records[0].name,
                    )
                )
        return super().action_finish()
