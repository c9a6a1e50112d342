# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.metrology.const import SERVICE_KINDS

STATES = [
    ("draft", "Draft"),
    ("active", "Active"),
    ("suspended", "Suspended"),
    ("withdrawn", "Withdrawn"),
]


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
        "metrology.range.mixin",
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
    uncertainty_text = fields.Char(
        string="CMC / Class",
        tracking=True,
        help="Calibration and measurement capability, accuracy class or maximum "
        "permissible error, as the authorisation words it.",
    )

    # 3. By whose authority and how long
    grant_id = fields.Many2one(
        comodel_name="metrology.grant",
        string="Authorisation Certificate",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="The certificate on which the capability stands: when it lapses, so do all "
        "its capabilities.",
    )
    authority = fields.Char(
        compute="_compute_from_grant",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Who granted it.",
    )
    certificate_number = fields.Char(
        string="Certificate Number",
        compute="_compute_from_grant",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        tracking=True,
        help="Of a certificate that is not entered as such; otherwise the number of the "
        "authorisation certificate.",
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

    @api.depends("instrument_type_id", "service_kind")
    def _compute_from_type(self):
        for capability in self:
            kind = capability.instrument_type_id
            capability.interval_months = kind.interval_months
            capability.mandatory = (
                kind.mandatory and capability.service_kind == "verification"
            )

    @api.depends("grant_id.authority", "grant_id.name")
    def _compute_from_grant(self):
        for capability in self:
            grant = capability.grant_id
            capability.authority = grant.authority or capability.authority
            capability.certificate_number = grant.name or capability.certificate_number

    @api.depends("method_id", "edition_id")
    def _compute_current_edition_id(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        editions = self._get_editions(today)
        for capability in self:
            capability.current_edition_id = editions.get(capability._origin.id)

    @api.depends(
        "state", "date_from", "date_to", "method_id", "edition_id", "grant_id.state"
    )
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

    @api.constrains("grant_id", "certificate_number", "authority")
    def _check_one_certificate(self):
        """Number and authority are those of the certificate, where one is named."""
        for capability in self:
            grant = capability.grant_id
            if grant and (capability.certificate_number, capability.authority) != (
                grant.name,
                grant.authority,
            ):
                raise ValidationError(
                    self.env._(
                        "%(capability)s stands on the certificate %(number)s of "
                        "%(authority)s: another number or authority cannot be typed. "
                        "Choose another certificate, or none.",
                        capability=capability.display_name,
                        number=grant.name,
                        authority=grant.authority,
                    )
                )

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
        self._lock()
        missing = self.filtered(lambda record: not record.product_id)
        products = (
            self.env["product.product"]
            .sudo()
            .create([capability._prepare_product_values() for capability in missing])
        )
        for capability, product in zip(missing, products, strict=True):
            capability.product_id = product
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

    # Expiry (metrology.expiry.mixin) ------------------------------------------

    def _expiry_is_wanted(self):
        return self.state in ("active", "suspended")

    def _get_expiry_user(self):
        return self.department_id.manager_id.user_id or super()._get_expiry_user()
