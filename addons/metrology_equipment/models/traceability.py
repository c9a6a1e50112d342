# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import USABLE_STATES


class MetrologyTraceability(models.Model):
    """A calibration or verification certificate of our equipment, and its confirmation.

    After each certificate a person compares its results with what the equipment is used
    for (metrological confirmation, ISO 10012); only then it may be used.  A confirmed
    certificate and its corrections are never edited: the next certificate is the next
    version.
    """

    _name = "metrology.traceability"
    _description = "Traceability Certificate"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "metrology.guard.mixin",
    ]
    _order = "date desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "equipment_id.name", "provider"]

    _guard_action_fields = ("state", "confirmed_by_id", "confirmed_on", "verdict")
    _guard_frozen_fields = (
        "equipment_id",
        "number",
        "provider",
        "kind",
        "date",
        "date_to",
        "uncertainty_text",
        "result",
        "criterion",
        "file",
        "file_name",
        "correction_ids",
        "result_ids",
        "adjustment",
        "confirmation_note",
    )
    _guard_reason_actions = ("action_refuse",)

    # 1. The certificate
    equipment_id = fields.Many2one(
        comodel_name="maintenance.equipment",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, index=True
    )
    kind = fields.Selection(
        selection=[
            ("verification", "Verification"),
            ("calibration", "Calibration"),
            ("comparison", "Comparison"),
            ("internal", "Internal Calibration"),
            ("material", "Certified Reference Material"),
        ],
        required=True,
        default="calibration",
        tracking=True,
    )
    number = fields.Char(
        string="Certificate Number", required=True, index=True, tracking=True
    )
    provider = fields.Char(string="Issued by", required=True, tracking=True)
    date = fields.Date(string="Date of Calibration", required=True, tracking=True)
    date_to = fields.Date(
        string="Valid until",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        help="The last day on which the equipment may be used by this certificate.",
    )
    uncertainty_text = fields.Char(string="Uncertainty / Class", tracking=True)
    file = fields.Binary(string="Copy of the Certificate", attachment=True, copy=False)
    file_name = fields.Char()
    correction_ids = fields.One2many(
        "metrology.correction", "traceability_id", copy=False
    )
    link_ids = fields.One2many(
        comodel_name="metrology.traceability.link",
        inverse_name="traceability_id",
        string="Chain up to the National Standard",
        copy=True,
    )

    # 2. The confirmation
    criterion = fields.Text(
        string="Acceptance Criterion",
        help="What the use of the equipment asks of it, for example MPE ±0.05 %FS.",
    )
    result = fields.Text(help="What the certificate says about it.")
    confirmation_note = fields.Text(string="Judgement")
    state = fields.Selection(
        selection=[
            ("draft", "To Confirm"),
            ("confirmed", "Confirmed"),
            ("refused", "Not Fit for Use"),
        ],
        required=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    confirmed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    confirmed_on = fields.Date(readonly=True, copy=False)

    _number_uniq = models.UniqueIndex(
        "(equipment_id, number) WHERE state != 'refused'",
        "The equipment has a certificate of this number already.",
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date)", "A certificate cannot end before its date."
    )
    _valid_idx = models.Index("(equipment_id, state, date)")

    @api.depends("number", "equipment_id")
    def _compute_display_name(self):
        for record in self:
            record.display_name = f"{record.equipment_id.name or ''} {record.number}"

    @api.depends("date", "equipment_id")
    def _compute_date_to(self):
        for record in self:
            months = record.equipment_id.traceability_interval_months
            if record.date and months:
                # Valid for the interval: its last day is the day before the next one.
                record.date_to = fields.Date.subtract(
                    fields.Date.add(record.date, months=months), days=1
                )
            else:
                record.date_to = record.date_to or record.date

    @api.constrains("date")
    def _check_date(self):
        for record in self:
            company = record.company_id or self.env.company
            if record.date > self.env["metrology.calendar"]._today(company):
                raise ValidationError(
                    self.env._(
                        "%(certificate)s: a calibration cannot be dated in the future.",
                        certificate=record.display_name,
                    )
                )

    def _guard_is_frozen(self):
        return self.state != "draft"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        for record in self:
            if record.state != "draft":
                raise UserError(
                    self.env._(
                        "%(certificate)s was decided upon and stays on file.",
                        certificate=record.display_name,
                    )
                )

    # Actions ------------------------------------------------------------------

    def action_confirm(self):
        """Confirm that the equipment is fit for its use (metrological confirmation).

        The person is another than the one who entered the certificate; its results
        are within what the use of the equipment asks.

        :raises UserError: naming what is missing or not fit
        """
        self._check_decision()
        self._check_results()
        self._guard_open().write(self._prepare_decision("confirmed"))
        self._after_confirm()
        return True

    def action_refuse(self, reason=None):
        """Judge that the equipment is not fit for its use, and suspend it."""
        if reason is None:
            return self._guard_ask_reason("action_refuse")
        reason = self._guard_check_reason(reason)
        self._check_decision()
        self._guard_open().write(
            {**self._prepare_decision("refused"), "confirmation_note": reason}
        )
        in_use = self.equipment_id.filtered(
            lambda equipment: equipment.metrology_state in USABLE_STATES
        )
        if in_use:
            in_use._register_event("suspend", reason, fault_kind="limits")
        self._after_refuse()
        return True

    def _check_decision(self):
        self._guard_check_group(
            "metrology.group_equipment,metrology.group_technical_head"
        )
        self.check_access("write")
        self.lock_for_update()
        for record in self:
            if record.state != "draft":
                raise UserError(
                    self.env._(
                        "%(certificate)s was decided upon already.",
                        certificate=record.display_name,
                    )
                )
            if record.create_uid == self.env.user and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(certificate)s was entered by you: another person must "
                        "make the metrological confirmation.",
                        certificate=record.display_name,
                    )
                )

    def _prepare_decision(self, state):
        return {
            "state": state,
            "confirmed_by_id": self.env.uid,
            "confirmed_on": self.env["metrology.calendar"]._today(self.env.company),
        }

    # What others ask ----------------------------------------------------------

    def _get_correction_table(self, code):
        """Return one correction table of this certificate.

        :param code: metrology.quantity, or the code of the correction (str)
        :rtype: list[tuple[str, str, str | bool]], as
            ``maintenance.equipment._get_correction_table``
        """
        self.ensure_one()
        if isinstance(code, str):
            table = self.correction_ids.filtered(lambda record: record.code == code)
        else:
            table = self.correction_ids.filtered(
                lambda record: record.quantity_id == code
            )
        return table[:1]._get_points()
