# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.compute import prefill_value
from ..tools.data import clean, empty


class MetrologyRecord(models.Model):
    """How a record is opened from its job."""

    _inherit = "metrology.record"

    @api.model
    def _open_for_jobs(self, jobs):
        """Open one record for each job that has none; return the records of all.

        Header, persons, standards and conditions are taken from the job; cells of the
        template that name a source are filled from the instrument.

        :raises UserError: a job has no approved template
        """
        self._lock_to_make(jobs)
        existing = {
            record.job_id.id: record
            for record in self.search([("job_id", "in", jobs.ids)])
        }
        versions = self.env["metrology.record.template"]._find_versions(jobs)
        opened = self.browse()
        vals_list = []
        # asked once for all jobs, not for each
        opening = self.with_context(
            metrology_job_equipment=self._get_job_equipment(jobs)
        )
        for job in jobs.sudo():
            if job.id in existing:
                continue
            version = versions.get(job.id)
            if not version:
                raise UserError(
                    self.env._(
                        "%(job)s: no approved record template serves %(method)s. The "
                        "technical head approves one under Capabilities, Record Templates.",
                        job=job.display_name,
                        method=job.method_id.display_name
                        or job.capability_id.display_name
                        or self.env._("this service"),
                    )
                )
            vals_list.append(opening._prepare_record(job, version))
        if vals_list:
            opened = (
                self.sudo()
                ._guard_open()
                .with_context(sealed_reason=self.env._("Opened for its job"))
                .create(vals_list)
            )
            numbers = self.env["metrology.number"]._assign("record", opened)
            opened._write_each(
                {record.id: {"name": numbers[record.id]} for record in opened},
                self.env._("Numbered"),
            )
        opened = self.browse(opened.ids)
        return self.union(*existing.values(), opened)

    @api.model
    def _prepare_record(self, job, version):
        definition = version._get_definition()
        conditions = self._get_conditions(job)
        data = empty(definition)
        sources = {"instrument": job.instrument_id, "sample": job.sample_id}
        for name, item in definition.scalars.items():
            if "prefill" not in item:
                continue
            source, _dot, field = item["prefill"]["from"].partition(".")
            value = prefill_value(
                sources[source][field], item["prefill"].get("take", "text")
            )
            if value:
                data["fields"][name] = value
        cleaned, _problems = clean(definition, data)
        return {
            "job_id": job.id,
            "version_id": version.id,
            "executor_ids": [fields.Command.set(job.employee_ids.ids)],
            "draft_data": cleaned,
            "temperature": conditions.get("temperature") or False,
            "humidity": conditions.get("humidity") or False,
            "pressure": conditions.get("pressure") or False,
            "standard_snapshot": self._prepare_standards(job),
            "evidence": {"open": (job.evidence or {}).get("start", {})},
        }

    @api.model
    def _get_room(self, job):
        return job.room_id or job.standard_ids.room_id[:1]

    @api.model
    def _get_conditions(self, job):
        room = self._get_room(job)
        if not room or job.order_id.place == "onsite":
            return {}
        conditions = room._get_conditions(fields.Datetime.now())
        return {} if conditions.get("stale") else conditions

    @api.model
    def _prepare_standards(self, job):
        """Return standards and reference equipment as they are today, for print."""
        return {
            "standards": [
                {
                    "id": standard.id,
                    "name": standard.name,
                    "number": standard.number or "",
                    "range": standard.range_text or "",
                    "uncertainty": standard.uncertainty_text or "",
                    "valid_until": fields.Date.to_string(standard.date_to) or "",
                }
                for standard in job.standard_ids
            ],
            "equipment": [
                {
                    "id": equipment.id,
                    "name": equipment.name,
                    "code": equipment.metrology_code or "",
                    "number": equipment.traceability_id.number or "",
                    "provider": equipment.traceability_id.provider or "",
                    "range": equipment.range_text or "",
                    "uncertainty": equipment.traceability_id.uncertainty_text
                    or equipment.uncertainty_text
                    or "",
                    "valid_until": fields.Date.to_string(equipment.traceability_due)
                    or "",
                }
                for equipment in self._get_equipment_of(job)
            ],
        }
