# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class MetrologyInstrumentCertificate(models.Model):
    """A certificate of a customer's instrument made by another institution (外检证书).

    Its scan is kept, its validity is typed in; the newest one sets when the instrument
    is due, and somebody is told before it ends.
    """

    _name = "metrology.instrument.certificate"
    _description = "Outside Certificate"
    _inherit = ["mail.thread", "mail.activity.mixin", "metrology.expiry.mixin"]
    _order = "date desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "provider", "instrument_id.name"]
    _check_company_auto = True

    instrument_id = fields.Many2one(
        comodel_name="metrology.instrument",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        related="instrument_id.company_id", store=True, precompute=True, index=True
    )
    partner_id = fields.Many2one(
        related="instrument_id.partner_id", string="Customer", store=True, index=True
    )
    kind = fields.Selection(
        selection=[("verification", "Verification"), ("calibration", "Calibration")],
        required=True,
        default="verification",
        tracking=True,
    )
    number = fields.Char(
        string="Certificate Number", required=True, index=True, tracking=True
    )
    provider = fields.Char(string="Issued by", required=True, tracking=True)
    date = fields.Date(
        string="Issued on",
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
        tracking=True,
    )
    date_to = fields.Date(required=True, index=True, tracking=True)
    result = fields.Selection(
        selection=[("pass", "Qualified"), ("fail", "Not Qualified")],
        required=True,
        default="pass",
        tracking=True,
    )
    file = fields.Binary(string="Scan", attachment=True, copy=False)
    file_name = fields.Char()
    is_current = fields.Boolean(
        string="The Last One",
        compute="_compute_is_current",
        store=True,
        help="No later outside certificate of the instrument is known.",
    )
    note = fields.Text()

    _number_uniq = models.Constraint(
        "unique(instrument_id, number)",
        "The instrument has an outside certificate of this number already.",
    )

    @api.depends("number", "instrument_id")
    def _compute_display_name(self):
        for record in self:
            record.display_name = (
                f"{record.number or ''} {record.instrument_id.display_name or ''}"
            )

    @api.depends("instrument_id.outside_certificate_ids.date")
    def _compute_is_current(self):
        for record in self:
            every = record.instrument_id.outside_certificate_ids
            last = every.sorted(lambda one: (one.date or fields.Date.today(), one.id))
            record.is_current = record == last[-1:]

    @api.constrains("date", "date_to")
    def _check_dates(self):
        for record in self:
            if record.date_to < record.date:
                raise ValidationError(
                    self.env._(
                        "%(certificate)s: it cannot end on %(to)s, before it was "
                        "issued on %(day)s.",
                        certificate=record.display_name,
                        to=record.date_to,
                        day=record.date,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not (vals.get("date_to") or self.env.context.get("default_date_to")):
                raise ValidationError(
                    self.env._(
                        "%(certificate)s: enter until when it is valid.",
                        certificate=vals.get("number") or self.env._("A certificate"),
                    )
                )
        records = super().create(vals_list)
        records._feed_instruments()
        return records

    def write(self, vals):
        if "date_to" in vals and not vals["date_to"]:
            raise ValidationError(
                self.env._(
                    "%(certificate)s: enter until when it is valid.",
                    certificate=self[:1].display_name,
                )
            )
        result = super().write(vals)
        if {"date", "date_to", "instrument_id"} & set(vals):
            self._feed_instruments()
        return result

    def _feed_instruments(self):
        """Let the instruments be due when their last outside certificate ends.

        A later service of ours is not set back.
        """
        for record in self.filtered("is_current"):
            # The register feeds the ledger, whoever may write that one.
            instrument = record.instrument_id.sudo()
            if not instrument.last_date or instrument.last_date <= record.date:
                instrument.write({"last_date": record.date, "due_date": record.date_to})

    # Expiry (metrology.expiry.mixin) ------------------------------------------

    @api.model
    def _get_expiry_domain(self, name):
        """Only the last certificate of an instrument is worth a warning."""
        return super()._get_expiry_domain(name) & Domain("is_current", "=", True)

    def _get_expiry_user(self):
        return self.partner_id.user_id or super()._get_expiry_user()

    def _get_expiry_summary(self):
        return self.env._(
            "%(instrument)s of %(customer)s: the outside certificate %(number)s ends on "
            "%(date)s",
            instrument=self.instrument_id.display_name,
            customer=self.partner_id.display_name,
            number=self.number,
            date=self.date_to,
        )


class MetrologyInstrument(models.Model):
    _inherit = "metrology.instrument"

    outside_certificate_ids = fields.One2many(
        "metrology.instrument.certificate",
        "instrument_id",
        string="Outside Certificates",
    )
