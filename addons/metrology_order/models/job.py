# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.metrology.const import SERVICE_KINDS

#: The authorised activity that executes a job of a service kind.
EXECUTE_ACTIVITIES = {
    "verification": "verify",
    "calibration": "calibrate",
    "testing": "test",
    "inspection": "inspect",
}

OPEN_STATES = ("new", "assigned", "ready", "running", "paused")


class MetrologyJob(models.Model):
    """One service on one sample, done by two persons or more.

    new → assigned → ready → running (⇄ paused) → done; or cancelled.  Who and
    what may be used, ``metrology.eligibility`` decides at each step; its answer
    is kept in ``evidence`` with the step it allowed.
    """

    _name = "metrology.job"
    _description = "Job"
    _inherit = ["metrology.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "urgent desc, due_date, id"
    _rec_names_search = ["name", "sample_id.name", "instrument_id.serial_number"]
    _check_company_auto = True
    _guard_action_fields = (
        "name",
        "state",
        "employee_ids",
        "leader_id",
        "standard_ids",
        "started_on",
        "finished_on",
        "first_finished_on",
        "evidence",
        "edition_id",
        "capability_id",
        "sample_id",
        "order_line_id",
        # A later date is promised by an approved extension only.
        "due_date",
    )

    name = fields.Char(
        string="Job Number", default="New", readonly=True, copy=False, index=True
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, index=True, precompute=True
    )
    order_id = fields.Many2one(
        comodel_name="metrology.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    order_line_id = fields.Many2one(
        comodel_name="metrology.order.line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    sample_id = fields.Many2one(
        comodel_name="metrology.sample",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    sample_state = fields.Selection(
        related="sample_id.state", string="State of the Sample"
    )
    instrument_id = fields.Many2one(
        related="sample_id.instrument_id", store=True, index=True, precompute=True
    )
    instrument_type_id = fields.Many2one(related="instrument_id.instrument_type_id")
    model_text = fields.Char(related="instrument_id.model_text")
    range_text = fields.Char(related="instrument_id.range_text")
    serial_number = fields.Char(related="instrument_id.serial_number")
    partner_id = fields.Many2one(
        related="order_id.commercial_partner_id",
        string="Customer",
        store=True,
        index=True,
        precompute=True,
    )
    service_kind = fields.Selection(
        selection=SERVICE_KINDS, string="Service", required=True, readonly=True
    )
    capability_id = fields.Many2one(
        comodel_name="metrology.capability",
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    method_id = fields.Many2one(related="capability_id.method_id")
    edition_id = fields.Many2one(
        comodel_name="metrology.method.edition", readonly=True, ondelete="restrict"
    )
    department_id = fields.Many2one(
        comodel_name="hr.department", index=True, check_company=True, tracking=True
    )
    due_date = fields.Date(index=True, tracking=True)
    urgent = fields.Boolean()
    note = fields.Text(string="Notes of the Department")

    # Who and what
    employee_ids = fields.Many2many(
        comodel_name="hr.employee",
        relation="metrology_job_employee_rel",
        string="Executors",
        readonly=True,
        tracking=True,
    )
    leader_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Responsible",
        readonly=True,
        index="btree_not_null",
        tracking=True,
    )
    standard_ids = fields.Many2many(
        comodel_name="metrology.standard",
        relation="metrology_job_standard_rel",
        string="Measurement Standards",
        readonly=True,
    )
    room_id = fields.Many2one(comodel_name="metrology.room", check_company=True)

    # Where it stands
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("assigned", "Assigned"),
            ("ready", "Ready"),
            ("running", "Running"),
            ("paused", "Paused"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="new",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    pause_reason = fields.Char(readonly=True)
    assigned_on = fields.Datetime(readonly=True, copy=False)
    started_on = fields.Datetime(readonly=True, copy=False)
    finished_on = fields.Datetime(readonly=True, copy=False)
    first_finished_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="The first time the job was finished; work done again changes nothing.",
    )
    evidence = fields.Json(
        readonly=True,
        copy=False,
        help="What was valid when each step was allowed: persons, method, standards.",
    )
    extension_ids = fields.Many2many(
        comodel_name="metrology.job.extension",
        relation="metrology_job_extension_rel",
        string="Extensions",
        readonly=True,
        copy=False,
    )
    extension_count = fields.Integer(
        string="Approved Extensions", compute="_compute_extension_count"
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue"
    )
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")

    _name_uniq = models.UniqueIndex(
        "(name, company_id) WHERE name != 'New'",
        "Two jobs cannot have the same number.",
    )
    _line_uniq = models.UniqueIndex(
        "(order_line_id) WHERE order_line_id IS NOT NULL AND state != 'cancelled'",
        "A line of an order has one job.",
    )
    _worklist_idx = models.Index("(department_id, state, due_date)")

    # ------------------------------------------------------------------ compute
    @api.depends("name", "instrument_id")
    def _compute_display_name(self):
        for job in self:
            job.display_name = " ".join(
                part for part in (job.name, job.instrument_id.display_name) if part
            )

    @api.depends("extension_ids.approval_state")
    def _compute_extension_count(self):
        counts = {
            job.id: count
            for job, count in self.env["metrology.job.extension"]._read_group(
                [("job_ids", "in", self.ids), ("approval_state", "=", "approved")],
                ["job_ids"],
                ["__count"],
            )
        }
        for job in self:
            job.extension_count = counts.get(job.id, 0)

    @api.depends("due_date", "state")
    def _compute_is_overdue(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        for job in self:
            job.is_overdue = bool(
                job.state in OPEN_STATES and job.due_date and job.due_date < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        today = self.env["metrology.calendar"]._today(self.env.company)
        return [("state", "in", OPEN_STATES), ("due_date", "<", today)]

    @api.depends_context("uid")
    @api.depends("employee_ids")
    def _compute_is_mine(self):
        me = self.env.user.employee_ids
        for job in self:
            job.is_mine = bool(job.employee_ids & me)

    def _search_is_mine(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("employee_ids", "in", self.env.user.employee_ids.ids)]

    # -------------------------------------------------------------- transitions
    def _job_activity(self):
        """Return the authorised activity that executes the job (verify, …)."""
        self.ensure_one()
        return EXECUTE_ACTIVITIES[self.service_kind]

    def action_assign(self):
        """Open the wizard that assigns the selected jobs of a department."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assign Jobs"),
            "res_model": "metrology.job.assign",
            "view_mode": "form",
            "target": "new",
            "context": {"default_job_ids": self.ids},
        }

    def _assign(self, employees, standards=None):
        """Assign jobs to two or more persons, each authorised for each job.

        :param employees: hr.employee, the first is responsible
        :param standards: metrology.standard to use; by default the valid ones of
            the job's capability
        :raises UserError: who or what is refused, for which job, and why
        """
        self = self._lock()
        self._require_state("new", "assigned", "ready")
        eligibility = self.env["metrology.eligibility"]
        if len(employees) < eligibility._minimum_executors():
            raise UserError(
                self.env._(
                    "A job needs %(count)s different persons.",
                    count=eligibility._minimum_executors(),
                )
            )
        evidence = eligibility._check(
            self, "execute", employees=employees, standards=standards, step="assign"
        )
        jobs = self.sudo()
        jobs.write(
            {
                "employee_ids": [fields.Command.set(employees.ids)],
                "leader_id": employees[0].id,
                "state": "assigned",
                "assigned_on": fields.Datetime.now(),
            }
        )
        by_standards = {}
        for job in jobs:
            ids = standards.ids if standards else evidence[job.id]["standards"]
            by_standards.setdefault(tuple(ids), []).append(job.id)
        for standard_ids, job_ids in by_standards.items():
            jobs.browse(job_ids).standard_ids = [fields.Command.set(standard_ids)]
        jobs._keep_evidence("assign", evidence)
        jobs._refresh_ready()
        self.order_id.sudo()._update_progress()
        return True

    def _keep_evidence(self, step, answers):
        """Keep what allowed a step with the jobs (superuser records)."""
        for job in self.with_context(tracking_disable=True):
            job.evidence = {**(job.evidence or {}), step: answers[job.id]}

    def _refresh_ready(self):
        """Assigned jobs whose sample is in the department are ready, and back."""
        jobs = self.sudo()
        ready = jobs.filtered(lambda j: j.state == "assigned" and j._sample_is_here())
        gone = jobs.filtered(lambda j: j.state == "ready" and not j._sample_is_here())
        ready.write({"state": "ready"})
        gone.write({"state": "assigned"})

    def _sample_is_here(self):
        """Whether the work can begin on the sample: it is in a department (or it is
        on site, where the instrument does not come to us)."""
        self.ensure_one()
        return self.order_id.place == "onsite" or self.sample_id.state in (
            "in_department",
            "testing",
            "tested",
        )

    def action_start(self):
        """Begin the work. assigned, ready → running."""
        self = self._lock()
        self._require_state("assigned", "ready")
        evidence = self.env["metrology.eligibility"]._check(
            self, "execute", step="start"
        )
        self.sudo().write({"state": "running"})
        self.sudo().filtered(lambda job: not job.started_on).write(
            {"started_on": fields.Datetime.now()}
        )
        self.sudo()._keep_evidence("start", evidence)
        self.sample_id.sudo()._start_test()
        self.order_id.sudo()._update_progress()
        return True

    def action_pause(self, reason=None):
        """Interrupt running jobs (environment, deviation), with the reason."""
        if reason is None:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Pause"),
                "res_model": "metrology.job.reason",
                "view_mode": "form",
                "target": "new",
                "context": {"default_job_ids": self.ids},
            }
        self = self._lock()
        self._require_state("running")
        if not reason.strip():
            raise UserError(self.env._("Enter the reason."))
        self.sudo().write({"state": "paused", "pause_reason": reason.strip()})
        for job in self:
            job.message_post(body=self.env._("Paused: %(reason)s", reason=reason))
        return True

    def action_resume(self):
        """Go on after a pause; what is needed must still be valid."""
        self = self._lock()
        self._require_state("paused")
        evidence = self.env["metrology.eligibility"]._check(
            self, "execute", step="start"
        )
        self.sudo().write({"state": "running", "pause_reason": False})
        self.sudo()._keep_evidence("resume", evidence)
        return True

    def action_finish(self):
        """End the work. running → done; the sample is tested when all are."""
        self = self._lock()
        self._require_state("running")
        evidence = self.env["metrology.eligibility"]._check(
            self, "execute", step="finish"
        )
        now = fields.Datetime.now()
        self.sudo().write({"state": "done", "finished_on": now})
        self.sudo().filtered(lambda job: not job.first_finished_on).write(
            {"first_finished_on": now}
        )
        self.sudo()._keep_evidence("finish", evidence)
        self.sample_id.sudo()._finish_test()
        self._after_finish()
        self.order_id.sudo()._update_progress()
        return True

    def _after_finish(self):
        """Hook: what follows the end of jobs (delivered quantity, messages)."""

    def _reopen(self, reason):
        """Take finished jobs up again (recall, retest); called by other models."""
        self = self._lock()
        self._require_state("done")
        self.sudo().write({"state": "running", "finished_on": False})
        for job in self:
            job.message_post(
                body=self.env._("Taken up again: %(reason)s", reason=reason)
            )
        self.order_id.sudo()._update_progress()

    def _cancel(self):
        """Cancel jobs that have not begun."""
        jobs = self.filtered(lambda job: job.state in ("new", "assigned", "ready"))
        jobs.sudo().write({"state": "cancelled"})

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Jobs are not deleted; cancel their order's line."))

    # ------------------------------------------------------------------ actions
    def action_extend(self):
        """Register more time for the jobs."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Extension"),
            "res_model": "metrology.job.extension",
            "view_mode": "form",
            "context": {"default_job_ids": self.ids},
        }

    def action_view_order(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "metrology.order",
            "res_id": self.order_id.id,
            "view_mode": "form",
        }

    def action_view_sample(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "metrology.sample",
            "res_id": self.sample_id.id,
            "view_mode": "form",
        }
