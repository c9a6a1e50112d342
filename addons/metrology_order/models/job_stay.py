# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyJobStay(models.Model):
    """How long a job stayed in one state: one row for each time it entered it.

    Written by the job itself, set-based, and by nobody else.
    """

    _name = "metrology.job.stay"
    _description = "Time of a Job in a State"
    _order = "begun_on, id"

    job_id = fields.Many2one(
        comodel_name="metrology.job",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="job_id.company_id", store=True, index=True, precompute=True
    )
    department_id = fields.Many2one(
        related="job_id.department_id", store=True, index=True
    )
    capability_id = fields.Many2one(related="job_id.capability_id", store=True)
    state = fields.Selection(
        selection=lambda self: (
            self.env["metrology.job"]._fields["state"]._description_selection(self.env)
        ),
        required=True,
        readonly=True,
    )
    begun_on = fields.Datetime(string="From", required=True, readonly=True)
    ended_on = fields.Datetime(
        string="To", readonly=True, help="Empty: the job is in this state now."
    )
    hours = fields.Float(
        compute="_compute_hours",
        store=True,
        digits=(16, 2),
        aggregator="avg",
        help="Hours from entering the state to leaving it, nights included.",
    )
    hours_text = fields.Char(string="Time Spent", compute="_compute_hours_text")
    user_id = fields.Many2one(
        comodel_name="res.users", string="Moved by", readonly=True
    )

    _open_uniq = models.UniqueIndex(
        "(job_id) WHERE ended_on IS NULL", "A job is in one state at a time."
    )

    @api.depends("begun_on", "ended_on")
    def _compute_hours(self):
        for stay in self:
            stay.hours = (
                (stay.ended_on - stay.begun_on).total_seconds() / 3600
                if stay.ended_on
                else 0.0
            )

    @api.depends("begun_on", "ended_on")
    @api.depends_context("lang")
    def _compute_hours_text(self):
        now = fields.Datetime.now()
        for stay in self:
            minutes = int(
                ((stay.ended_on or now) - stay.begun_on).total_seconds() // 60
            )
            hours, minutes = divmod(minutes, 60)
            days, hours = divmod(hours, 24)
            stay.hours_text = self.env._(
                "%(days)s d %(hours)s h %(minutes)s min",
                days=days,
                hours=hours,
                minutes=minutes,
            )

    @api.depends("job_id", "state")
    def _compute_display_name(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for stay in self:
            stay.display_name = f"{stay.job_id.name}: {labels.get(stay.state, '')}"

    @api.model
    def _enter(self, jobs):
        """End the stay of each job and begin the one in its present state.

        :param jobs: metrology.job, whose state has just been written
        """
        stays = self.sudo()
        now = fields.Datetime.now()
        present = {
            stay.job_id.id: stay
            for stay in stays.search(
                [("job_id", "in", jobs.ids), ("ended_on", "=", False)]
            )
        }
        moved = jobs.filtered(
            lambda job: job.id not in present or present[job.id].state != job.state
        )
        left = stays.browse(present[job.id].id for job in moved if job.id in present)
        left.write({"ended_on": now})
        left.flush_recordset()  # before the next open row of the same job
        stays.create(
            [
                {
                    "job_id": job.id,
                    "state": job.state,
                    "begun_on": now,
                    "user_id": self.env.uid,
                }
                for job in moved
            ]
        )

    def write(self, vals):
        if not self.env.su:
            raise UserError(self.env._("The times of a job are kept by the system."))
        return super().write(vals)
