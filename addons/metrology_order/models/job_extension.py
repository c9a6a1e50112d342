# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyJobExtension(models.Model):
    """An extension (延时): a later promised date for jobs, registered and approved.

    It is registered while the present date has not passed; another than the author
    approves; then jobs, lines and order have the new date and the customer is told.
    """

    _name = "metrology.job.extension"
    _description = "Extension of Jobs"
    _inherit = ["metrology.approval.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True
    _approval_default_group = "metrology.group_department_head"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    job_ids = fields.Many2many(
        comodel_name="metrology.job",
        relation="metrology_job_extension_rel",
        string="Jobs",
        required=True,
        check_company=True,
    )
    old_date = fields.Date(
        string="Present Date",
        compute="_compute_old_date",
        store=True,
        help="The latest promised date of the jobs when the extension was registered.",
    )
    new_date = fields.Date(string="New Date", required=True, tracking=True)
    reason = fields.Text(required=True)

    @api.depends("job_ids")
    def _compute_old_date(self):
        for extension in self:
            dates = [date for date in extension.job_ids.mapped("due_date") if date]
            extension.old_date = max(dates, default=False)

    @api.depends("job_ids", "new_date")
    def _compute_display_name(self):
        for extension in self:
            extension.display_name = self.env._(
                "%(job)s until %(date)s",
                job=", ".join(extension.job_ids[:3].mapped("name")),
                date=extension.new_date,
            )

    @api.constrains("new_date", "reason", "job_ids")
    def _check_extension(self):
        for extension in self:
            if not extension.job_ids:
                raise UserError(self.env._("Choose the jobs that are extended."))
            if not (extension.reason or "").strip():
                raise UserError(self.env._("Enter why more time is needed."))
            for job in extension.job_ids:
                if job.due_date and extension.new_date <= job.due_date:
                    raise UserError(
                        self.env._(
                            "Job %(job)s is promised for %(due)s: %(date)s is not "
                            "later.",
                            job=job.display_name,
                            due=job.due_date,
                            date=extension.new_date,
                        )
                    )

    def _approval_frozen_fields(self):
        return {"job_ids", "new_date", "old_date", "reason", "company_id"}

    def action_submit_approval(self):
        """Register the extension; too late once the present date has passed."""
        today = self.env["metrology.calendar"]._today(self.env.company)
        for job in self.job_ids:
            if job.state in ("done", "cancelled"):
                raise UserError(
                    self.env._("Job %(job)s has ended.", job=job.display_name)
                )
            if job.due_date and job.due_date < today:
                raise UserError(
                    self.env._(
                        "Job %(job)s was promised for %(due)s, which has passed: an "
                        "extension is registered before.",
                        job=job.display_name,
                        due=job.due_date,
                    )
                )
        return super().action_submit_approval()

    def _after_approved(self):
        # Another extension may have been approved since this one was registered.
        self._check_extension()
        result = super()._after_approved()
        for extension in self.sudo():
            jobs = extension.job_ids
            jobs.write({"due_date": extension.new_date})
            jobs.order_line_id.write({"due_date": extension.new_date})
            for order in jobs.order_id:
                if not order.due_date or order.due_date < extension.new_date:
                    order.due_date = extension.new_date
                order.message_post(
                    body=self.env._(
                        "The promised date of %(count)s instruments is now %(date)s: "
                        "%(reason)s",
                        count=len(
                            jobs.filtered(lambda job, o=order: job.order_id == o)
                        ),
                        date=extension.new_date,
                        reason=extension.reason,
                    ),
                    partner_ids=order.partner_id.ids,
                    subtype_xmlid="mail.mt_comment",
                )
        return result
