# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class MetrologyJob(models.Model):
    """The hazards of a job, which who begins it has read (S2-5.1-4)."""

    _inherit = "metrology.job"

    hazard_ids = fields.Many2many(
        comodel_name="metrology.hazard", string="Hazards", compute="_compute_hazard_ids"
    )
    hazard_acknowledgement_ids = fields.One2many(
        "metrology.hazard.acknowledgement", "job_id", string="Acknowledged"
    )
    hazards_open = fields.Boolean(
        string="Hazards to Acknowledge", compute="_compute_hazards_open"
    )

    @api.depends("capability_id", "room_id", "standard_ids")
    def _compute_hazard_ids(self):
        hazards = self._get_hazards()
        for job in self:
            job.hazard_ids = hazards.get(job._origin.id, False)

    def _get_hazards(self):
        """Return {job id: hazards} of the work and of its room; one search."""
        jobs = self._origin.sudo()
        rooms = {job.id: job._get_work_room() for job in jobs}
        every = self.env["metrology.room"].sudo().union(*rooms.values())
        hazards = (
            self.env["metrology.hazard"]
            .sudo()
            .search(
                Domain("capability_ids", "in", jobs.capability_id.ids)
                | (
                    Domain("capability_ids", "=", False)
                    & Domain("room_ids", "in", every.ids)
                )
            )
        )
        result = {}
        for job in jobs:
            onsite = job.order_id.place == "onsite"
            result[job.id] = hazards.filtered(
                lambda one, job=job, onsite=onsite: (
                    one.company_id == job.company_id
                    and (onsite or one.stage != "onsite")
                    and (
                        job.capability_id in one.capability_ids
                        if one.capability_ids
                        else rooms[job.id] in one.room_ids
                    )
                )
            )
        return result

    def _get_open_hazards(self, employees):
        """Return {job id: hazards none of the employees has acknowledged as they are}."""
        Acknowledgement = self.env["metrology.hazard.acknowledgement"].sudo()
        known = {
            (one.job_id.id, one.hazard_id.id, one.digest)
            for one in Acknowledgement.search(
                [("job_id", "in", self.ids), ("employee_id", "in", employees.ids)]
            )
        }
        return {
            job_id: hazards.filtered(
                lambda one, job_id=job_id: (
                    (job_id, one.id, Acknowledgement._digest(one)) not in known
                )
            )
            for job_id, hazards in self._get_hazards().items()
        }

    @api.depends("hazard_ids", "hazard_acknowledgement_ids")
    @api.depends_context("uid")
    def _compute_hazards_open(self):
        hazards = self._origin._get_open_hazards(self.env.user.employee_ids)
        for job in self:
            job.hazards_open = bool(hazards.get(job._origin.id))

    def action_acknowledge_hazards(self):
        """Say that one has read the hazards and keeps the measures, by name.

        :raises AccessError: the caller does not do the job
        """
        self.check_access("read")
        rows = []
        Acknowledgement = self.env["metrology.hazard.acknowledgement"]
        self._lock()
        for job in self:
            mine = (self.env.user.employee_ids & job.sudo().employee_ids)[:1]
            if not mine:
                raise AccessError(
                    self.env._(
                        "%(job)s is done by others: they acknowledge its hazards.",
                        job=job.display_name,
                    )
                )
            rows += [
                {
                    "job_id": job.id,
                    "hazard_id": hazard.id,
                    "employee_id": mine.id,
                    "time": fields.Datetime.now(),
                    "digest": Acknowledgement._digest(hazard),
                }
                for hazard in job._get_open_hazards(mine)[job.id]
            ]
        Acknowledgement._with_key().create(rows)
        self.invalidate_recordset(["hazard_acknowledgement_ids", "hazards_open"])
        return True

    def action_start(self):
        """Refuse to begin what whose hazards were not acknowledged by who begins."""
        if not self.env.su:
            todo = self._get_open_hazards(self.env.user.employee_ids)
            messages = [
                self.env._(
                    "%(job)s: read and acknowledge its hazards first: %(hazards)s.",
                    job=job.display_name,
                    hazards=", ".join(todo[job.id].mapped("name")),
                )
                for job in self
                if todo.get(job.id)
            ]
            if messages:
                raise UserError("\n".join(messages))
        return super().action_start()
