# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MetrologyQualification(models.Model):
    """A licence of the institution: legal authorisation, accreditation, CMA, ..."""

    _name = "metrology.qualification"
    _description = "Qualification of the Institution"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "metrology.expiry.mixin",
        "metrology.sealed.mixin",
    ]
    _order = "date_to, name, id"
    _check_company_auto = True
    _rec_names_search = ["name", "number"]

    _sealed_fields = (
        "name",
        "kind",
        "number",
        "authority",
        "date_from",
        "date_to",
        "company_id",
        "active",
        "attachment",
    )
    _sealed_lock_field = ""
    _expiry_days = 90

    name = fields.Char(required=True, tracking=True)
    kind = fields.Selection(
        selection=[
            ("legal", "Legal Authorisation"),
            ("standards", "Measurement Standard Assessment"),
            ("accreditation", "Laboratory Accreditation (CNAS)"),
            ("cma", "Inspection Body Qualification (CMA)"),
            ("letter", "Authorising Letter"),
            ("other", "Other"),
        ],
        required=True,
        default="legal",
        tracking=True,
    )
    number = fields.Char(required=True, tracking=True)
    authority = fields.Char(string="Issued by", tracking=True)
    date_from = fields.Date(string="Valid from", required=True, tracking=True)
    date_to = fields.Date(tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
        help="Is told before the qualification expires.",
    )
    attachment = fields.Binary(string="Scan", attachment=True)
    attachment_name = fields.Char(string="File Name")
    scope = fields.Text(help="What the qualification covers.")
    state = fields.Selection(
        selection=[
            ("coming", "Not Yet Valid"),
            ("valid", "Valid"),
            ("expiring", "Expiring"),
            ("expired", "Expired"),
        ],
        compute="_compute_state",
        search="_search_state",
    )
    active = fields.Boolean(default=True)

    _number_uniq = models.UniqueIndex(
        "(company_id, kind, number, date_from)",
        "This qualification is registered already.",
    )

    @api.depends("date_from", "date_to", "company_id")
    def _compute_state(self):
        for record in self:
            today = self.env["metrology.calendar"]._today(record.company_id)
            soon = today + timedelta(days=self._expiry_days)
            if record.date_from and record.date_from > today:
                record.state = "coming"
            elif not record.date_to or record.date_to > soon:
                record.state = "valid"
            elif record.date_to >= today:
                record.state = "expiring"
            else:
                record.state = "expired"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env["metrology.calendar"]._today()
        soon = today + timedelta(days=self._expiry_days)
        begun = fields.Domain("date_from", "<=", today)
        parts = {
            "coming": fields.Domain("date_from", ">", today),
            "valid": begun
            & (
                fields.Domain("date_to", "=", False)
                | fields.Domain("date_to", ">", soon)
            ),
            "expiring": begun
            & fields.Domain("date_to", ">=", today)
            & fields.Domain("date_to", "<=", soon),
            "expired": begun & fields.Domain("date_to", "<", today),
        }
        return fields.Domain.OR(parts[item] for item in value if item in parts)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for record in self:
            if record.date_to and record.date_to < record.date_from:
                raise ValidationError(
                    self.env._(
                        "%(name)s ends before it begins: check both dates.",
                        name=record.name,
                    )
                )

    def _get_expiry_user(self):
        self.ensure_one()
        return (
            self.user_id or self.company_id.metrology_quality_head_id or self.create_uid
        )

    def _is_valid_on(self, day):
        """Tell whether the qualification is valid on the calendar day ``day``."""
        self.ensure_one()
        return self.date_from <= day and (not self.date_to or self.date_to >= day)
