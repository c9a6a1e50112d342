# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..const import METROLOGY_STATES, METROLOGY_USES, USABLE_STATES


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

    _guard_action_fields = ("metrology_state", "metrology_limitation", "is_away")

    # 1. What it is
    metrology_use = fields.Selection(
        selection=METROLOGY_USES,
        string="Use in Measuring",
        required=True,
        default="none",
        index=True,
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
        default="qualified",
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
    metrology_event_ids = fields.One2many(
        "metrology.equipment.event", "equipment_id", string="Events"
    )

    seal_state = fields.Selection(
        selection=[("none", "Not Sealed"), ("intact", "Intact"), ("broken", "Broken")],
        string="Seal against Adjustment",
        required=True,
        default="none",
        tracking=True,
        help="A broken seal means that it may have been adjusted: it is not used until "
        "it was calibrated and sealed again.",
    )
    accepted_on = fields.Date(
        string="Accepted on",
        tracking=True,
        help="When it was checked against what was ordered, before its first use.",
    )
    acceptance_note = fields.Text(
        string="Acceptance", help="What was checked, by whom, and the result."
    )
    commissioned_on = fields.Date(string="In Service since", tracking=True)
    software_version = fields.Char(string="Software and Firmware", tracking=True)
    manual_reference = fields.Char(
        string="Manual", help="Where the maker's instructions are kept."
    )
    usage_ids = fields.One2many("metrology.equipment.usage", "equipment_id")

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

    # 5. Where it is used
    standard_member_ids = fields.One2many("metrology.standard.member", "equipment_id")
    standard_ids = fields.Many2many(
        comodel_name="metrology.standard",
        string="Measurement Standards",
        compute="_compute_standard_ids",
    )

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

    @api.depends("standard_member_ids.standard_id")
    def _compute_standard_ids(self):
        for equipment in self:
            equipment.standard_ids = equipment.standard_member_ids.standard_id

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

    # Actions ------------------------------------------------------------------

    def action_metrology_event(self):
        """Open the dialog of a change of state; the kind comes with the context."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change of Status"),
            "res_model": "metrology.equipment.state",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_equipment_ids": self.ids,
                "default_kind": self.env.context.get("metrology_event_kind"),
            },
        }

    def _register_event(self, kind, reason, limitation=False, partner=None):
        """Record what happened to equipment and set the state that follows.

        :param str kind: a kind of metrology.equipment.event
        :param str reason: why; never empty
        :param str limitation: what it may not be used for (kind "limit")
        :param partner: res.partner who has it (kind "leave")
        :return: the events
        :raises UserError: the event does not fit the state, naming the equipment
        """
        self.check_access("write")
        self.lock_for_update()
        reason = self._guard_check_reason(reason)
        Event = self.env["metrology.equipment.event"]
        rule = Event._get_rules()[kind]
        today = self.env["metrology.calendar"]._today(self.env.company)
        for equipment in self:
            equipment._check_event(kind, rule, today)
        if kind == "limit" and not (limitation or "").strip():
            raise UserError(self.env._("Say what the equipment may not be used for."))
        values = dict(rule["values"])
        if "metrology_state" in values:
            values["metrology_limitation"] = limitation if kind == "limit" else False
        self._guard_open().write(values)
        return Event.sudo().create(
            [
                {
                    "equipment_id": equipment.id,
                    "kind": kind,
                    "reason": reason,
                    "limitation": limitation,
                    "partner_id": partner.id if partner else False,
                    "user_id": self.env.uid,
                }
                for equipment in self
            ]
        )

    def _check_event(self, kind, rule, today):
        """Check that an event fits this one equipment. Hook."""
        self.ensure_one()
        if self.metrology_state not in rule["from"] or (
            rule.get("away") is not None and self.is_away != rule["away"]
        ):
            label = dict(
                self.env["metrology.equipment.event"]
                ._fields["kind"]
                ._description_selection(self.env)
            )[kind]
            state = dict(
                self._fields["metrology_state"]._description_selection(self.env)
            )[self.metrology_state]
            raise UserError(
                self.env._(
                    "%(event)s does not fit %(equipment)s, which is %(state)s now.",
                    event=label,
                    equipment=self.display_name,
                    state=state,
                )
            )
        if kind == "resume":
            stopped = self.metrology_event_ids.filtered(
                lambda event: event.kind in ("suspend", "seal")
            ).sorted("id")[-1:]
            confirmed = self.traceability_id
            if self.traceability_required and (
                not confirmed
                or (stopped and confirmed.confirmed_on < stopped.date)
                or (confirmed.date_to and confirmed.date_to < today)
            ):
                raise UserError(
                    self.env._(
                        "%(equipment)s needs a certificate confirmed after it was "
                        "stopped before it is used again.",
                        equipment=self.display_name,
                    )
                )

    # What others ask ----------------------------------------------------------

    @api.model
    def _domain_usable(self, day):
        """Return the domain of what may be offered for work on ``day``.

        It is what a selector shows; ``_get_validity_blockers`` decides.
        """
        return (
            Domain("metrology_use", "!=", "none")
            & Domain("metrology_state", "in", USABLE_STATES)
            & Domain("is_away", "=", False)
            & (
                Domain("traceability_required", "=", False)
                | Domain("traceability_due", ">=", day)
            )
        )

    def _get_traceabilities(self, day):
        """Return the confirmed certificate each equipment works by on ``day``.

        :return: {equipment id: metrology.traceability}; missing where there is none
        :rtype: dict[int, recordset]

        One query for any number of equipment.
        """
        found = self.env["metrology.traceability"].search(
            [
                ("equipment_id", "in", self.ids),
                ("state", "=", "confirmed"),
                ("date", "<=", day),
            ],
            order="equipment_id, date, id",
        )
        return {record.equipment_id.id: record for record in found}

    def _get_validity_blockers(self, day):
        """Say why each equipment may not be used on ``day``.

        Its state, whether it left our control, and its traceability: a certificate,
        confirmed by a person, not past its last day, and no newer one waiting for
        confirmation.

        :return: {equipment id: [(code, message)]}, an empty list where it may be used
        :rtype: dict[int, list[tuple[str, str]]]

        Two queries for any number of equipment.
        """
        certificates = defaultdict(self.env["metrology.traceability"].browse)
        for record in self.env["metrology.traceability"].search(
            [
                ("equipment_id", "in", self.ids),
                ("state", "in", ("draft", "confirmed")),
                ("date", "<=", day),
            ],
            order="equipment_id, date, id",
        ):
            certificates[record.equipment_id.id] |= record
        states = dict(self._fields["metrology_state"]._description_selection(self.env))
        return {
            equipment.id: equipment._own_blockers(
                certificates[equipment.id], day, states
            )
            for equipment in self
        }

    def _own_blockers(self, certificates, day, states):
        """Return the blockers of this one equipment, given its certificates."""
        self.ensure_one()
        values = {"equipment": self.display_name, "day": day}
        blockers = []
        if self.metrology_use == "none":
            blockers.append(
                (
                    "equipment_not_for_measuring",
                    self.env._("%(equipment)s is not for measuring.", **values),
                )
            )
        if self.metrology_state not in USABLE_STATES:
            blockers.append(
                (
                    "equipment_state",
                    self.env._(
                        "%(equipment)s may not be used: its status is %(state)s.",
                        state=states[self.metrology_state],
                        **values,
                    ),
                )
            )
        if self.is_away:
            blockers.append(
                (
                    "equipment_away",
                    self.env._(
                        "%(equipment)s left our control and was not checked on its "
                        "return: check it first.",
                        **values,
                    ),
                )
            )
        if self.seal_state == "broken":
            blockers.append(
                (
                    "equipment_seal_broken",
                    self.env._(
                        "The seal of %(equipment)s is broken: have it calibrated and "
                        "sealed again first.",
                        **values,
                    ),
                )
            )
        if not self.traceability_required:
            return blockers
        confirmed = certificates.filtered(lambda record: record.state == "confirmed")
        newest, valid = certificates[-1:], confirmed[-1:]
        if newest and newest.state == "draft":
            blockers.append(
                (
                    "equipment_unconfirmed",
                    self.env._(
                        "The certificate %(number)s of %(equipment)s waits for its "
                        "metrological confirmation.",
                        number=newest.number,
                        **values,
                    ),
                )
            )
        elif not valid:
            blockers.append(
                (
                    "equipment_untraceable",
                    self.env._(
                        "%(equipment)s has no confirmed calibration or verification "
                        "certificate on %(day)s.",
                        **values,
                    ),
                )
            )
        if valid and valid.date_to and valid.date_to < day:
            blockers.append(
                (
                    "equipment_overdue",
                    self.env._(
                        "%(equipment)s is overdue: its certificate %(number)s ended on "
                        "%(to)s.",
                        number=valid.number,
                        to=valid.date_to,
                        **values,
                    ),
                )
            )
        return blockers

    def _log_usage(self, documents, note=False):
        """Record that this equipment was used for each of some documents.

        Rows that exist already are left as they are, so that a second submit of the
        same record makes no second row.

        :param documents: recordset of any model, for example technical records
        :return: the new rows
        """
        Usage = self.env["metrology.equipment.usage"].sudo()
        known = {
            (row.document_id, row.equipment_id.id)
            for row in Usage.search(
                [
                    ("document_model", "=", documents._name),
                    ("document_id", "in", documents.ids),
                    ("equipment_id", "in", self.ids),
                ]
            )
        }
        return Usage.create(
            [
                {
                    "equipment_id": equipment.id,
                    "user_id": self.env.uid,
                    "document_model": documents._name,
                    "document_id": document.id,
                    "document_name": document.display_name,
                    "note": note,
                }
                for document in documents
                for equipment in self
                if (document.id, equipment.id) not in known
            ]
        )

    def _get_correction_table(self, code, day):
        """Return the correction table this one equipment had on ``day``.

        :param code: metrology.quantity, or the code of the correction (str)
        :param datetime.date day: the day of the measurement
        :return: [(value, correction, expanded uncertainty)] as typed texts, by
            rising value; the uncertainty is False where none is given.  An empty list
            where the certificate in force that day has no such table.
        :rtype: list[tuple[str, str, str | bool]]
        """
        self.ensure_one()
        certificate = self._get_traceabilities(day).get(self.id)
        if not certificate:
            return []
        return certificate._get_correction_table(code)

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
