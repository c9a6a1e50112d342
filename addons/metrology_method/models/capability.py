# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.metrology.const import SERVICE_KINDS
from odoo.addons.metrology.tools import rounding

STATES = [
    ("draft", "Draft"),
    ("active", "Active"),
    ("suspended", "Suspended"),
    ("withdrawn", "Withdrawn"),
]
_STATE_CODES = {f"capability_{state}" for state, _label in STATES}


class MetrologyCapability(models.Model):
    """One item of what the institution may do: service, method, quantity, range, CMC.

    It stands on an authorisation or accreditation of an authority and is valid from ..
    to.  Who may do it and with which standards is added by the addons of staff and
    standards, which extend ``_get_acceptance_blockers``.
    """

    _name = "metrology.capability"
    _description = "Capability"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "metrology.lifecycle.mixin",
        "metrology.expiry.mixin",
    ]
    _order = "code, name, id"
    _rec_names_search = ["code", "name", "method_id.code", "instrument_type_id.name"]
    _check_company_auto = True

    _guard_frozen_fields = (
        "company_id",
        "service_kind",
        "method_id",
        "instrument_type_id",
        "quantity_id",
    )
    _guard_reason_actions = ("action_suspend", "action_withdraw")
    _lifecycle_roles = {
        "active": "metrology.group_technical_head",
        "withdrawn": "metrology.group_technical_head",
    }

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
    service_kind = fields.Selection(
        selection=SERVICE_KINDS, string="Service", required=True, tracking=True
    )
    instrument_type_id = fields.Many2one(
        comodel_name="metrology.instrument.type",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    discipline = fields.Selection(related="instrument_type_id.discipline", store=True)
    method_id = fields.Many2one(
        comodel_name="metrology.method",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    edition_id = fields.Many2one(
        comodel_name="metrology.method.edition",
        string="Dated Edition",
        ondelete="restrict",
        domain="[('method_id', '=', method_id)]",
        tracking=True,
        help="Only where the authorisation names one edition. Empty: the edition in "
        "force on the day of the work.",
    )
    current_edition_id = fields.Many2one(
        comodel_name="metrology.method.edition",
        string="Edition to Work by",
        compute="_compute_current_edition_id",
    )

    # 2. What it reaches
    quantity_id = fields.Many2one(
        comodel_name="metrology.quantity", ondelete="restrict", tracking=True
    )
    unit_id = fields.Many2one(
        comodel_name="metrology.unit",
        ondelete="restrict",
        domain="[('quantity_id', '=', quantity_id)]",
    )
    range_min = fields.Char(
        string="Range from", tracking=True, help="A number as it is written."
    )
    range_max = fields.Char(
        string="Range to", tracking=True, help="A number as it is written."
    )
    range_text = fields.Char(
        string="Measuring Range",
        compute="_compute_range_text",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="As the authorisation words it; made from the limits when empty.",
    )
    uncertainty_text = fields.Char(
        string="CMC / Class",
        tracking=True,
        help="Calibration and measurement capability, accuracy class or maximum "
        "permissible error, as the authorisation words it.",
    )

    # 3. By whose authority and how long
    authority = fields.Char(tracking=True, help="Who granted it.")
    certificate_number = fields.Char(
        string="Authorisation Certificate", index="btree_not_null", tracking=True
    )
    date_from = fields.Date(string="Valid from", tracking=True)
    date_to = fields.Date(string="Valid until", index="btree_not_null", tracking=True)
    state = fields.Selection(selection=STATES)
    validity = fields.Selection(
        selection=[
            ("valid", "Valid"),
            ("expiring", "Expiring"),
            ("expired", "Expired"),
            ("blocked", "Not Usable"),
        ],
        compute="_compute_validity",
    )
    validity_note = fields.Text(string="What Is Missing", compute="_compute_validity")

    # 4. How it is done here and what it costs
    department_id = fields.Many2one(
        comodel_name="hr.department",
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    turnaround_days = fields.Integer(
        string="Working Days",
        default=5,
        help="Promised time from acceptance to the certificate.",
    )
    interval_months = fields.Integer(
        string="Interval (months)",
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
    )
    mandatory = fields.Boolean(
        string="Mandatory Verification",
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Fee Item",
        domain="[('type', '=', 'service')]",
        ondelete="restrict",
        check_company=True,
        copy=False,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    list_price = fields.Float(related="product_id.list_price", string="Fee")
    note = fields.Text()

    _code_uniq = models.UniqueIndex(
        "(code, company_id) WHERE code IS NOT NULL AND active",
        "Another capability of the company has this code.",
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_from IS NULL OR date_to IS NULL OR date_to >= date_from)",
        "A capability cannot end before it starts.",
    )
    _numbers_not_negative = models.Constraint(
        "CHECK(turnaround_days >= 0 AND interval_months >= 0)",
        "Days and months cannot be negative.",
    )
    _find_idx = models.Index("(instrument_type_id, service_kind, state)")

    # Computes -----------------------------------------------------------------

    @api.depends("code", "name")
    def _compute_display_name(self):
        for capability in self:
            capability.display_name = (
                f"[{capability.code}] {capability.name}"
                if capability.code
                else capability.name
            )

    @api.depends("range_min", "range_max", "unit_id")
    def _compute_range_text(self):
        for capability in self:
            low, high = capability.range_min, capability.range_max
            if capability.range_text and not (low or high):
                continue
            if low and high:
                symbol = capability.unit_id.symbol or ""
                text = self.env._(
                    "(%(low)s to %(high)s) %(unit)s", low=low, high=high, unit=symbol
                )
                capability.range_text = text.strip()
            else:
                capability.range_text = capability.range_text or False

    @api.depends("instrument_type_id", "service_kind")
    def _compute_from_type(self):
        for capability in self:
            kind = capability.instrument_type_id
            capability.interval_months = kind.interval_months
            capability.mandatory = (
                kind.mandatory and capability.service_kind == "verification"
            )

    @api.depends("method_id", "edition_id")
    def _compute_current_edition_id(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        editions = self._get_editions(today)
        for capability in self:
            capability.current_edition_id = editions.get(capability._origin.id)

    @api.depends("state", "date_from", "date_to", "method_id", "edition_id")
    @api.depends_context("company")
    def _compute_validity(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        saved = self._origin
        blockers = saved._get_acceptance_blockers(today)
        soon = fields.Date.add(today, days=self._expiry_days)
        for capability in self:
            reasons = blockers.get(capability._origin.id, [])
            codes = {code for code, _message in reasons}
            if "capability_expired" in codes:
                validity = "expired"
            elif reasons:
                validity = "blocked"
            elif capability.date_to and capability.date_to <= soon:
                validity = "expiring"
            else:
                validity = "valid"
            capability.validity = validity
            capability.validity_note = "\n".join(message for _code, message in reasons)

    # Rules --------------------------------------------------------------------

    @api.constrains("service_kind", "method_id")
    def _check_service_kind(self):
        for capability in self:
            if capability.service_kind != capability.method_id.service_kind:
                raise ValidationError(
                    self.env._(
                        "%(method)s is a method of another service than the capability "
                        "%(capability)s.",
                        method=capability.method_id.display_name,
                        capability=capability.display_name,
                    )
                )

    @api.constrains("edition_id", "method_id")
    def _check_edition(self):
        for capability in self:
            edition = capability.edition_id
            if edition and edition.method_id != capability.method_id:
                raise ValidationError(
                    self.env._(
                        "%(edition)s is not an edition of %(method)s.",
                        edition=edition.name,
                        method=capability.method_id.display_name,
                    )
                )

    @api.constrains("range_min", "range_max")
    def _check_range(self):
        for capability in self:
            low = capability._range_number("range_min")
            high = capability._range_number("range_max")
            if low is not None and high is not None and low >= high:
                raise ValidationError(
                    self.env._(
                        "%(capability)s: the range starts at %(low)s, which is not "
                        "below its end %(high)s.",
                        capability=capability.display_name,
                        low=capability.range_min,
                        high=capability.range_max,
                    )
                )

    @api.constrains("unit_id", "quantity_id")
    def _check_unit(self):
        for capability in self:
            unit = capability.unit_id
            if unit and unit.quantity_id != capability.quantity_id:
                raise ValidationError(
                    self.env._(
                        "%(unit)s is not a unit of %(quantity)s.",
                        unit=unit.display_name,
                        quantity=capability.quantity_id.display_name
                        or self.env._("no quantity"),
                    )
                )

    def _range_number(self, name):
        """Return one limit of the range as a Fraction, None where it is empty."""
        self.ensure_one()
        text = self[name]
        if not text:
            return None
        try:
            return rounding.exact(text)
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    '%(capability)s: "%(text)s" is not a number.',
                    capability=self.display_name,
                    text=text,
                )
            ) from error

    def _guard_is_frozen(self):
        return self.state != "draft"

    # Actions ------------------------------------------------------------------

    def action_withdraw(self, reason=None):
        """Give capabilities up for ever, for a reason."""
        return self._lifecycle_leave("action_withdraw", "withdrawn", reason)

    def action_make_fee_item(self):
        """Make the service product by which each capability is sold.

        The product is master data of this addon's own making, so the right to write
        the capability is enough.
        """
        self.check_access("write")
        self.lock_for_update()
        for capability in self.filtered(lambda record: not record.product_id):
            capability.product_id = (
                self.env["product.product"]
                .sudo()
                .create(capability._prepare_product_values())
            )
        return True

    def _prepare_product_values(self):
        """Return the values of the fee item of this capability. Hook."""
        self.ensure_one()
        return {
            "name": self.name,
            "default_code": self.code,
            "type": "service",
            "sale_ok": True,
            "purchase_ok": False,
            "list_price": 0.0,
            "company_id": self.company_id.id,
        }

    # What others ask ----------------------------------------------------------

    @api.model
    def _domain_valid(self, day):
        """Return the domain of the capabilities that are valid on ``day``."""
        return (
            Domain("state", "=", "active")
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", day))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        )

    @api.model
    def _find_for(self, instrument_type, service_kind, day):
        """Return the capabilities valid on ``day`` for instrument types and a service.

        :param instrument_type: recordset of metrology.instrument.type, any number
        :param str service_kind: verification, calibration, testing or inspection
        :rtype: recordset of metrology.capability, those of the type itself first,
            then those of its categories
        """
        found = self._get_for(instrument_type, [service_kind], day)
        result = self.browse()
        for kind in instrument_type:
            result |= found[kind.id, service_kind]
        return result

    @api.model
    def _get_for(self, instrument_types, service_kinds, day):
        """Find capabilities for many instrument types and services at once.

        :return: {(type id, service kind): capabilities}, with an entry for each pair;
            the nearer in the tree of types the earlier
        :rtype: dict[tuple[int, str], recordset]

        Two queries for any number of types.
        """
        paths = {
            kind.id: [int(part) for part in (kind.parent_path or "").split("/") if part]
            or [kind.id]
            for kind in instrument_types
        }
        wanted = {type_id for path in paths.values() for type_id in path}
        by_type = defaultdict(self.browse)
        for capability in self.search(
            Domain("instrument_type_id", "in", list(wanted))
            & Domain("service_kind", "in", list(service_kinds))
            & Domain("company_id", "in", self.env.companies.ids)
            & self._domain_valid(day)
        ):
            key = (capability.instrument_type_id.id, capability.service_kind)
            by_type[key] |= capability
        result = {}
        for type_id, path in paths.items():
            for kind in service_kinds:
                found = self.browse()
                for ancestor in reversed(path):
                    found |= by_type[ancestor, kind]
                result[type_id, kind] = found
        return result

    def _get_editions(self, day):
        """Return the edition each capability is worked by on ``day``.

        A dated reference stays with its edition, an undated one resolves to the
        edition in force (GB/T 1.1: undated references).

        :return: {capability id: edition}; none where no edition is in force
        :rtype: dict[int, recordset]
        """
        undated = self.filtered(lambda capability: not capability.edition_id)
        current = self.env["metrology.method.edition"]._get_in_force(
            undated.method_id, day
        )
        result = {}
        for capability in self:
            edition = capability.edition_id or current.get(capability.method_id.id)
            if edition:
                result[capability.id] = edition
        return result

    def _get_validity_blockers(self, day):
        """Say why each capability may not be worked under on ``day``.

        :return: {capability id: [(code, message)]}, an empty list where it may
        :rtype: dict[int, list[tuple[str, str]]]

        A fixed number of queries for any number of capabilities.
        """
        editions = self._get_editions(day)
        edition_blockers = (
            self.env["metrology.method.edition"]
            .union(*editions.values())
            ._get_validity_blockers(day)
        )
        result = {}
        for capability in self:
            blockers = capability._own_blockers(day)
            edition = editions.get(capability.id)
            if edition:
                blockers += edition_blockers[edition.id]
            else:
                blockers.append(
                    (
                        "edition_missing",
                        self.env._(
                            "%(capability)s: no edition of %(method)s is in force on "
                            "%(day)s.",
                            capability=capability.display_name,
                            method=capability.method_id.code,
                            day=day,
                        ),
                    )
                )
            result[capability.id] = blockers
        return result

    def _own_blockers(self, day):
        """Return the blockers of this one capability's own state and dates."""
        self.ensure_one()
        values = {"capability": self.display_name, "day": day}
        blockers = []
        if self.state != "active":
            blockers.append(
                (
                    f"capability_{self.state}",
                    self.env._(
                        "The capability %(capability)s is not in use (%(state)s).",
                        state=self._state_label(),
                        **values,
                    ),
                )
            )
        if self.date_from and self.date_from > day:
            blockers.append(
                (
                    "capability_not_yet",
                    self.env._(
                        "The capability %(capability)s is valid from %(from)s only.",
                        **values | {"from": self.date_from},
                    ),
                )
            )
        if self.date_to and self.date_to < day:
            blockers.append(
                (
                    "capability_expired",
                    self.env._(
                        "The capability %(capability)s expired on %(to)s.",
                        to=self.date_to,
                        **values,
                    ),
                )
            )
        return blockers

    def _get_acceptance_blockers(self, day):
        """Say why no new line may be accepted under each capability on ``day``.

        Validity first; later addons add too few persons, no standard in date, ...
        Same shape as ``_get_validity_blockers``. Hook.
        """
        return self._get_validity_blockers(day)

    def _get_activation_blockers(self, day):
        """Add: an edition in force, the dates, and what the authorisation names."""
        result = super()._get_activation_blockers(day)
        validity = self._get_validity_blockers(day)
        for capability in self:
            blockers = result[capability.id]
            blockers += [
                (code, message)
                for code, message in validity[capability.id]
                # The state itself is judged above.
                if code not in _STATE_CODES
            ]
            missing = [
                name
                for name in ("department_id", "authority", "certificate_number")
                if not capability[name]
            ]
            if missing:
                blockers.append(
                    (
                        "capability_incomplete",
                        self.env._(
                            "%(capability)s: fill in %(fields)s first.",
                            capability=capability.display_name,
                            fields=self._guard_labels(missing),
                        ),
                    )
                )
        return result

    def _get_range_blockers(self, minimum, maximum, unit):
        """Say why a range lies outside this capability's authorised one.

        :param minimum: number as text, or False
        :param maximum: number as text, or False
        :param unit: metrology.unit of the two
        :rtype: list[tuple[str, str]]
        :raises UserError: the unit is of another quantity
        """
        self.ensure_one()
        low, high = self._range_number("range_min"), self._range_number("range_max")
        if low is None and high is None:
            return []
        if self.unit_id and unit and unit != self.unit_id:
            minimum = minimum and unit._convert(minimum, self.unit_id)
            maximum = maximum and unit._convert(maximum, self.unit_id)
        below = low is not None and minimum and rounding.exact(minimum) < low
        above = high is not None and maximum and rounding.exact(maximum) > high
        if not below and not above:
            return []
        return [
            (
                "capability_range",
                self.env._(
                    "(%(minimum)s to %(maximum)s) is outside the authorised range "
                    "%(range)s of %(capability)s.",
                    minimum=minimum or "…",
                    maximum=maximum or "…",
                    range=self.range_text,
                    capability=self.display_name,
                ),
            )
        ]

    # Expiry (metrology.expiry.mixin) ------------------------------------------

    def _expiry_is_wanted(self):
        return self.state in ("active", "suspended")

    def _get_expiry_user(self):
        return self.department_id.manager_id.user_id or super()._get_expiry_user()
