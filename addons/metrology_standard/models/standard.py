# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..const import STANDARD_NATURES

STATES = [
    ("draft", "Draft"),
    ("active", "In Use"),
    ("suspended", "Suspended"),
    ("withdrawn", "Withdrawn"),
]
_STATE_CODES = {f"standard_{state}" for state, _label in STATES}


class MetrologyStandard(models.Model):
    """A measurement standard: the examined set of main and auxiliary equipment.

    It may be used while its examination certificate (and, for a social public
    standard, also its social public standard certificate) is in date, it has main
    equipment, and every member is fit for use.
    """

    _name = "metrology.standard"
    _description = "Measurement Standard"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "metrology.lifecycle.mixin",
        "metrology.expiry.mixin",
    ]
    _order = "code, name, id"
    _rec_names_search = ["name", "code", "number", "social_number"]
    _check_company_auto = True

    # Once in use, certificates change by registered certificates, members by changes.
    _guard_frozen_fields = (
        "company_id",
        "nature",
        "number",
        "authority",
        "date_from",
        "date_to",
        "social_number",
        "social_date_from",
        "social_date_to",
    )
    _guard_reason_actions = ("action_suspend", "action_withdraw")
    _lifecycle_roles = dict.fromkeys(
        ("active", "suspended", "withdrawn"),
        "metrology.group_equipment,metrology.group_technical_head",
    )

    # 1. What it is
    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(index=True, copy=False, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    nature = fields.Selection(
        selection=STANDARD_NATURES, required=True, default="social", tracking=True
    )
    range_text = fields.Char(string="Measuring Range", tracking=True)
    uncertainty_text = fields.Char(string="Uncertainty / Class / MPE", tracking=True)
    department_id = fields.Many2one(
        comodel_name="hr.department",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    leader_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Person in Charge",
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

    # 2. Its certificates
    number = fields.Char(
        string="Examination Certificate",
        index="btree_not_null",
        copy=False,
        tracking=True,
        help="Number of the measurement standard examination certificate.",
    )
    authority = fields.Char(string="Examined by", tracking=True)
    date_from = fields.Date(string="Examined on", copy=False, tracking=True)
    date_to = fields.Date(
        string="Examination Valid until",
        index="btree_not_null",
        copy=False,
        tracking=True,
    )
    social_number = fields.Char(
        string="Social Public Standard Certificate", copy=False, tracking=True
    )
    social_date_from = fields.Date(
        string="Social Certificate from", copy=False, tracking=True
    )
    social_date_to = fields.Date(
        string="Social Certificate until", copy=False, tracking=True
    )

    # 3. What it consists of and serves
    member_ids = fields.One2many("metrology.standard.member", "standard_id", copy=True)
    equipment_ids = fields.Many2many(
        comodel_name="maintenance.equipment",
        compute="_compute_equipment_ids",
        search="_search_equipment_ids",
    )
    capability_ids = fields.Many2many(
        comodel_name="metrology.capability",
        relation="metrology_standard_capability_rel",
        column1="standard_id",
        column2="capability_id",
        check_company=True,
    )

    # 4. State
    state = fields.Selection(selection=STATES)
    validity = fields.Selection(
        selection=[
            ("valid", "Valid"),
            ("expiring", "Expiring"),
            ("blocked", "Not Usable"),
        ],
        compute="_compute_validity",
    )
    validity_note = fields.Text(string="What Is Missing", compute="_compute_validity")
    note = fields.Text()

    _code_uniq = models.UniqueIndex(
        "(code, company_id) WHERE code IS NOT NULL AND active",
        "Another measurement standard of the company has this code.",
    )
    _number_uniq = models.UniqueIndex(
        "(number, company_id) WHERE number IS NOT NULL AND active",
        "Another measurement standard has this examination certificate.",
    )
    _dates_in_order = models.Constraint(
        "CHECK((date_from IS NULL OR date_to IS NULL OR date_to >= date_from) AND "
        "(social_date_from IS NULL OR social_date_to IS NULL OR "
        "social_date_to >= social_date_from))",
        "A certificate cannot end before it starts.",
    )

    # Computes -----------------------------------------------------------------

    @api.depends("code", "name")
    def _compute_display_name(self):
        for standard in self:
            standard.display_name = (
                f"[{standard.code}] {standard.name}" if standard.code else standard.name
            )

    @api.depends("member_ids.equipment_id")
    def _compute_equipment_ids(self):
        for standard in self:
            standard.equipment_ids = standard.member_ids.equipment_id

    def _search_equipment_ids(self, operator, value):
        return Domain("member_ids.equipment_id", operator, value)

    @api.depends(
        "state",
        "nature",
        "number",
        "date_from",
        "date_to",
        "social_number",
        "social_date_from",
        "social_date_to",
        "member_ids.equipment_id.metrology_state",
        "member_ids.equipment_id.traceability_due",
    )
    def _compute_validity(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        soon = fields.Date.add(today, days=90)
        blockers = self._origin._get_validity_blockers(today)
        for standard in self:
            reasons = blockers.get(standard._origin.id, [])
            standard.validity_note = "\n".join(text for _code, text in reasons)
            if reasons:
                standard.validity = "blocked"
            elif standard.date_to and standard.date_to <= soon:
                standard.validity = "expiring"
            else:
                standard.validity = "valid"

    def _guard_is_frozen(self):
        return self.state in ("active", "suspended")

    @api.constrains("leader_id")
    def _check_leader(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        blockers = self._get_leader_blockers(today)
        messages = [text for standard in self for _code, text in blockers[standard.id]]
        if messages:
            raise ValidationError("\n".join(messages))

    def _get_leader_blockers(self, day):
        """Say why the person in charge may not lead each standard on ``day``. Hook.

        The addon that knows titles and qualifications of persons extends it; the
        answer stops saving the person and putting the standard in use.

        :return: {standard id: [(code, message)]}, with an entry for each standard
        :rtype: dict[int, list[tuple[str, str]]]
        """
        return {standard.id: [] for standard in self}

    # Actions ------------------------------------------------------------------

    def action_withdraw(self, reason=None):
        """Give standards up for ever, for a reason."""
        return self._lifecycle_leave("action_withdraw", "withdrawn", reason)

    def _get_activation_blockers(self, day):
        """Add: everything that would keep the standard from being used."""
        result = super()._get_activation_blockers(day)
        for standard_id, blockers in self._get_leader_blockers(day).items():
            result[standard_id] += blockers
        for standard_id, blockers in self._get_validity_blockers(day).items():
            result[standard_id] += [
                (code, message)
                for code, message in blockers
                # The state itself is what the activation changes or has judged.
                if code not in _STATE_CODES
            ]
        return result

    # What others ask ----------------------------------------------------------

    @api.model
    def _domain_valid(self, day):
        """Return the domain of what may be offered on ``day``.

        It is what a selector shows; ``_get_validity_blockers`` decides.
        """
        return Domain("state", "=", "active") & Domain("date_to", ">=", day)

    @api.model
    def _get_for_capabilities(self, capabilities, day):
        """Return the standards that serve each capability and are valid on ``day``.

        :return: {capability id: standards}, with an entry for each capability
        :rtype: dict[int, recordset]

        A fixed number of queries for any number of capabilities.
        """
        standards = self.search(
            Domain("capability_ids", "in", capabilities.ids) & self._domain_valid(day)
        )
        blockers = standards._get_validity_blockers(day)
        result = {capability.id: self.browse() for capability in capabilities}
        for standard in standards:
            if blockers[standard.id]:
                continue
            for capability in standard.capability_ids:
                if capability.id in result:
                    result[capability.id] |= standard
        return result

    def _get_validity_blockers(self, day):
        """Say why each measurement standard may not be used on ``day``.

        Its state, its certificates (a social public standard needs both), its main
        equipment, and everything that blocks a member.

        :param datetime.date day: the institution's calendar day
        :return: {standard id: [(code, message)]}, an empty list where it may be used
        :rtype: dict[int, list[tuple[str, str]]]

        A fixed number of queries for any number of standards.
        """
        members = self.env["metrology.standard.member"].search(
            [("standard_id", "in", self.ids)]
        )
        equipment_blockers = members.equipment_id._get_validity_blockers(day)
        by_standard = members.grouped("standard_id")
        result = {}
        for standard in self:
            own = by_standard.get(standard, members.browse())
            blockers = standard._own_blockers(day)
            if not own.filtered(lambda member: member._is_main()):
                blockers.append(
                    (
                        "standard_no_main",
                        self.env._(
                            "The measurement standard %(standard)s has no main "
                            "equipment.",
                            standard=standard.display_name,
                        ),
                    )
                )
            blockers += [
                (
                    code,
                    self.env._(
                        "%(standard)s: %(reason)s",
                        standard=standard.display_name,
                        reason=message,
                    ),
                )
                for member in own._get_working(equipment_blockers).values()
                for code, message in equipment_blockers[member.equipment_id.id]
            ]
            result[standard.id] = blockers
        return result

    def _get_equipment(self, day):
        """Return the equipment each standard works with on ``day``.

        Its members; in the place of one that may not be used its substitute, where
        that one may.

        :return: {standard id: maintenance.equipment}, with an entry for each
        :rtype: dict[int, recordset]

        A fixed number of queries for any number of standards.
        """
        members = self.env["metrology.standard.member"].search(
            [("standard_id", "in", self.ids)]
        )
        blockers = members.equipment_id._get_validity_blockers(day)
        by_standard = members.grouped("standard_id")
        result = {}
        for standard in self:
            own = by_standard.get(standard, members.browse())
            working = members.browse().union(*own._get_working(blockers).values())
            result[standard.id] = working.equipment_id
        return result

    def _own_blockers(self, day):
        """Return the blockers of this one standard's own state and certificates."""
        self.ensure_one()
        values = {"standard": self.display_name, "day": day}
        blockers = []
        if self.state != "active":
            blockers.append(
                (
                    f"standard_{self.state}",
                    self.env._(
                        "The measurement standard %(standard)s is not in use "
                        "(%(state)s).",
                        state=self._state_label(),
                        **values,
                    ),
                )
            )
        examination = self.env._("measurement standard examination certificate")
        blockers += self._certificate_blockers(
            "standard", examination, self.number, self.date_from, self.date_to, day
        )
        if self.nature == "social":
            blockers += self._certificate_blockers(
                "standard_social",
                self.env._("social public measurement standard certificate"),
                self.social_number,
                self.social_date_from,
                self.social_date_to,
                day,
            )
        return blockers

    def _certificate_blockers(self, prefix, what, number, date_from, date_to, day):
        """Return the blockers of one certificate of this one standard."""
        values = {
            "standard": self.display_name,
            "what": what,
            "number": number,
            "from": date_from,
            "to": date_to,
        }
        if not number or not date_to:
            return [
                (
                    f"{prefix}_missing",
                    self.env._(
                        "%(standard)s has no %(what)s with its validity on file.",
                        **values,
                    ),
                )
            ]
        if date_from and date_from > day:
            return [
                (
                    f"{prefix}_not_yet",
                    self.env._(
                        "The %(what)s %(number)s of %(standard)s is valid from "
                        "%(from)s only.",
                        **values,
                    ),
                )
            ]
        if date_to < day:
            return [
                (
                    f"{prefix}_expired",
                    self.env._(
                        "The %(what)s %(number)s of %(standard)s ended on %(to)s.",
                        **values,
                    ),
                )
            ]
        return []

    # Expiry (metrology.expiry.mixin) ------------------------------------------

    def _expiry_is_wanted(self):
        return self.state in ("active", "suspended")

    def _get_expiry_user(self):
        return self.leader_id.user_id or super()._get_expiry_user()
