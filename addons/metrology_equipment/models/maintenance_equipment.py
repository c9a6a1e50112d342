# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import METROLOGY_KINDS, METROLOGY_STATES, METROLOGY_USES


class MaintenanceEquipment(models.Model):
    """Equipment that the laboratory measures with.

    Its state changes by events only (``metrology.equipment.event``), and whether it is
    traceable on a day is what its confirmed certificates say.
    """

    _name = "maintenance.equipment"
    _inherit = [
        "maintenance.equipment",
        "metrology.guard.mixin",
        "metrology.expiry.mixin",
    ]

    # What runs out is the last confirmed certificate, whichever that is.
    _expiry_date_field = "traceability_due"

    _guard_action_fields = (
        "metrology_state",
        "metrology_limitation",
        "is_away",
        "is_back",
        "running_state",
        "seal_state",
        # What follows from certificates, checks and maintenance is typed by nobody.
        "traceability_id",
        "traceability_due",
        "metrology_validity",
        "metrology_validity_note",
        "check_due",
        "care_due",
    )

    # 1. What it is
    metrology_use = fields.Selection(
        selection=METROLOGY_USES,
        string="Use in Measuring",
        required=True,
        default="none",
        index=True,
        tracking=True,
    )
    metrology_kind = fields.Selection(
        selection=METROLOGY_KINDS,
        string="Kind",
        required=True,
        default="instrument",
        tracking=True,
    )
    metrology_code = fields.Char(
        string="Equipment Code",
        copy=False,
        tracking=True,
        help="The institution's own unique number of the equipment.",
    )
    manufacturer = fields.Char()
    model_text = fields.Char(string="Model/Type", related="model", readonly=False)
    range_text = fields.Char(string="Measuring Range", tracking=True)
    uncertainty_text = fields.Char(
        string="Uncertainty / Class / MPE",
        tracking=True,
        help="As stated in documents: uncertainty, accuracy class or maximum "
        "permissible error.",
    )
    # hr_maintenance has a department_id of its own, to which equipment is assigned.
    metrology_department_id = fields.Many2one(
        comodel_name="hr.department",
        string="Laboratory",
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )
    room_id = fields.Many2one(
        comodel_name="metrology.room",
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )

    # 2. State and where it is
    metrology_state = fields.Selection(
        selection=METROLOGY_STATES,
        string="Status",
        required=True,
        default="new",
        index=True,
        copy=False,
        tracking=True,
    )
    metrology_limitation = fields.Char(
        string="Limitation",
        readonly=True,
        copy=False,
        help="What it may not be used for, while its use is limited.",
    )
    is_away = fields.Boolean(
        string="Left Our Control",
        readonly=True,
        copy=False,
        help="Lent, sent away or moved out; after its return it must be checked "
        "before it is used.",
    )
    is_back = fields.Boolean(
        string="Back, Not Yet Checked",
        readonly=True,
        copy=False,
        help="It came back and waits for the check of function and calibration status.",
    )
    metrology_event_ids = fields.One2many(
        "metrology.equipment.event", "equipment_id", string="Events"
    )

    seal_state = fields.Selection(
        selection=[("none", "Not Sealed"), ("intact", "Intact"), ("broken", "Broken")],
        string="Seal against Adjustment",
        required=True,
        default="none",
        copy=False,
        tracking=True,
        help="A broken seal means that it may have been adjusted: it is not used until "
        "it was calibrated and sealed again.",
    )
    # 3. Intermediate checks
    check_interval_months = fields.Integer(
        string="Check Interval (months)",
        help="Time between intermediate checks; 0 where none are planned.",
    )
    check_procedure_id = fields.Many2one(
        comodel_name="metrology.equipment.procedure",
        domain="[('kind', '=', 'check')]",
        check_company=True,
        ondelete="restrict",
    )
    check_ids = fields.One2many("metrology.equipment.check", "equipment_id")
    check_due = fields.Date(
        string="Next Check",
        compute="_compute_check_due",
        store=True,
        index="btree_not_null",
        help="The interval after the last good check, or after the last confirmed "
        "certificate where that is later.",
    )

    # 4. Traceability
    traceability_required = fields.Boolean(
        default=True,
        tracking=True,
        help="Off only for auxiliary equipment that does not affect results.",
    )
    traceability_interval_months = fields.Integer(
        string="Traceability Interval (months)", default=12
    )
    traceability_ids = fields.One2many("metrology.traceability", "equipment_id")
    traceability_id = fields.Many2one(
        comodel_name="metrology.traceability",
        string="Last Confirmed Certificate",
        compute="_compute_traceability_due",
        store=True,
    )
    traceability_due = fields.Date(
        string="Traceable until",
        compute="_compute_traceability_due",
        store=True,
        index="btree_not_null",
        help="The last day on which it may be used, from its last confirmed "
        "certificate.",
    )
    metrology_validity = fields.Selection(
        selection=[
            ("usable", "Usable"),
            ("due_soon", "Due Soon"),
            ("blocked", "Not Usable"),
            ("none", "Not for Measuring"),
        ],
        string="Usability",
        compute="_compute_metrology_validity",
    )
    metrology_validity_note = fields.Text(
        string="Why Not", compute="_compute_metrology_validity"
    )

    date_to = fields.Date(related="traceability_due", string="Valid until", index=False)

    # Odoo wants a serial number once in the whole database. Two makers give the same
    # one, so Odoo's constraint is lifted and ours is per company, maker and model.
    _serial_no = models.Constraint("CHECK(TRUE)", "")
    _metrology_serial_no_uniq = models.UniqueIndex(
        "(serial_no, COALESCE(company_id, 0), COALESCE(manufacturer, ''), "
        "COALESCE(model, '')) WHERE serial_no IS NOT NULL",
        "Another equipment of the same maker and model has this serial number.",
    )
    _metrology_code_uniq = models.UniqueIndex(
        "(metrology_code, COALESCE(company_id, 0)) WHERE metrology_code IS NOT NULL",
        "Another equipment of the company has this code.",
    )

    # Computes -----------------------------------------------------------------

    @api.depends("metrology_code")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for equipment in self:
            if equipment.metrology_code:
                equipment.display_name = (
                    f"[{equipment.metrology_code}] {equipment.display_name}"
                )
        return result

    @api.depends(
        "traceability_ids.state", "traceability_ids.date", "traceability_ids.date_to"
    )
    def _compute_traceability_due(self):
        for equipment in self:
            confirmed = equipment.traceability_ids.filtered(
                lambda record: record.state == "confirmed"
            ).sorted(lambda record: (record.date, record.id))
            equipment.traceability_id = confirmed[-1:]
            equipment.traceability_due = confirmed[-1:].date_to

    @api.depends(
        "metrology_use",
        "metrology_state",
        "is_away",
        "traceability_required",
        "traceability_ids.state",
        "traceability_ids.date",
        "traceability_ids.date_to",
    )
    def _compute_metrology_validity(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        soon = fields.Date.add(today, days=30)
        blockers = self._origin._get_validity_blockers(today)
        for equipment in self:
            reasons = blockers.get(equipment._origin.id, [])
            equipment.metrology_validity_note = "\n".join(text for _c, text in reasons)
            if equipment.metrology_use == "none":
                equipment.metrology_validity = "none"
                equipment.metrology_validity_note = False
            elif reasons:
                equipment.metrology_validity = "blocked"
            elif equipment.traceability_due and equipment.traceability_due <= soon:
                equipment.metrology_validity = "due_soon"
            else:
                equipment.metrology_validity = "usable"

    @api.depends(
        "check_interval_months", "check_ids.state", "check_ids.date", "traceability_id"
    )
    def _compute_check_due(self):
        for equipment in self:
            good = equipment.check_ids.filtered(lambda check: check.state == "passed")
            days = [*good.mapped("date"), equipment.traceability_id.date]
            last = max((day for day in days if day), default=False)
            months = equipment.check_interval_months
            equipment.check_due = (
                fields.Date.add(last, months=months) if last and months else False
            )

    # Rules --------------------------------------------------------------------

    @api.constrains("traceability_required", "metrology_use")
    def _check_traceability_required(self):
        for equipment in self:
            if (
                equipment.metrology_use == "reference"
                and not equipment.traceability_required
            ):
                raise ValidationError(
                    self.env._(
                        "%(equipment)s is reference equipment: it must be traceable.",
                        equipment=equipment.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for equipment in self:
            if equipment.traceability_ids or equipment.metrology_event_ids:
                raise UserError(
                    self.env._(
                        "%(equipment)s has certificates or events and stays on file. "
                        "Scrap and archive it instead.",
                        equipment=equipment.display_name,
                    )
                )

    # Expiry (metrology.expiry.mixin) ------------------------------------------

    def _expiry_is_wanted(self):
        return self.metrology_use != "none" and self.metrology_state != "scrapped"

    def _get_expiry_user(self):
        return self.technician_user_id or super()._get_expiry_user()

    def _get_expiry_summary(self):
        return self.env._(
            "%(equipment)s: send to calibration before %(date)s",
            equipment=self.display_name,
            date=self.traceability_due,
        )
