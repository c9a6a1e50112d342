# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.metrology.const import SERVICE_KINDS

from ..const import NON_STANDARD_LEVELS, SOURCE_LEVELS, VERIFICATION_LEVELS


class MetrologyMethod(models.Model):
    """A technical document as a family: "JJG 52", of whatever edition.

    An undated reference to a method means the edition that is in force on the day
    (``metrology.method.edition._get_in_force``).
    """

    _name = "metrology.method"
    _description = "Method"
    _inherit = ["metrology.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "code, service_kind, id"
    _rec_names_search = ["code", "name", "edition_ids.name"]

    # 1. What it is
    name = fields.Char(string="Title", required=True, translate=True, tracking=True)
    code = fields.Char(
        string="Number without Year",
        required=True,
        index=True,
        tracking=True,
        help='For example "JJG 52"; the year belongs to the edition.',
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        help="Empty: the method is known to all companies.",
    )
    service_kind = fields.Selection(
        selection=SERVICE_KINDS, string="Service", required=True, tracking=True
    )
    source_level = fields.Selection(
        selection=SOURCE_LEVELS,
        string="Source",
        required=True,
        default="1",
        tracking=True,
        help="Where the method comes from, in the order of preference.",
    )
    is_non_standard = fields.Boolean(
        string="Non-standard Method", compute="_compute_is_non_standard", store=True
    )
    verification_scheme = fields.Char(
        help="The national verification scheme (检定系统表) on which a verification "
        'regulation stands, for example "JJG 2023".',
    )
    instrument_type_ids = fields.Many2many(
        comodel_name="metrology.instrument.type",
        relation="metrology_method_instrument_type_rel",
        column1="method_id",
        column2="type_id",
        string="Instrument Types",
        check_company=True,
    )

    # 2. Its editions
    edition_ids = fields.One2many("metrology.method.edition", "method_id")
    edition_count = fields.Integer(compute="_compute_edition_count")
    current_edition_id = fields.Many2one(
        comodel_name="metrology.method.edition",
        string="Edition in Force",
        compute="_compute_current_edition_id",
        search="_search_current_edition_id",
    )

    # 3. What the institution does by it
    capability_ids = fields.One2many("metrology.capability", "method_id")
    capability_count = fields.Integer(compute="_compute_capability_count")
    note = fields.Text()

    _code_uniq = models.UniqueIndex(
        "(code, service_kind, COALESCE(company_id, 0))",
        "A method of this number exists already for this service: add an edition to it.",
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for method in self:
            method.display_name = f"{method.code or ''} {method.name or ''}".strip()

    @api.depends("source_level")
    def _compute_is_non_standard(self):
        for method in self:
            method.is_non_standard = method.source_level in NON_STANDARD_LEVELS

    @api.depends("edition_ids")
    def _compute_edition_count(self):
        for method in self:
            method.edition_count = len(method.edition_ids)

    @api.depends(
        "edition_ids.approved_on",
        "edition_ids.date_from",
        "edition_ids.date_to",
        "edition_ids.withdrawn_on",
    )
    def _compute_current_edition_id(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        current = self.env["metrology.method.edition"]._get_in_force(self, today)
        for method in self:
            method.current_edition_id = current.get(method._origin.id)

    def _search_current_edition_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        editions = self.env["metrology.method.edition"]
        today = self.env["metrology.calendar"]._today(self.env.company)
        in_force = editions._domain_in_force(today)
        domain = [("edition_ids", "any", in_force & fields.Domain("id", "in", value))]
        if False in value:
            domain = ["|", ("edition_ids", "not any", in_force), *domain]
        return domain

    def _compute_capability_count(self):
        groups = self.env["metrology.capability"]._read_group(
            [("method_id", "in", self.ids)], ["method_id"], ["__count"]
        )
        counts = {method.id: count for method, count in groups}
        for method in self:
            method.capability_count = counts.get(method.id, 0)

    @api.constrains("service_kind", "source_level")
    def _check_source_level(self):
        for method in self:
            if (
                method.service_kind == "verification"
                and method.source_level not in VERIFICATION_LEVELS
            ):
                raise ValidationError(
                    self.env._(
                        "%(method)s cannot be used for verification: only national, "
                        "departmental or local verification regulations may be.",
                        method=method.display_name,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        # Superuser: what was worked by before the suite is entered without reports.
        if "source_level" in vals and not self.env.su:
            self._check_confirmed()
        return result

    def _check_confirmed(self):
        """Refuse to make a method in use a non-standard one that was not confirmed.

        It would be in use without what its approval had asked for (JJF 1069, 5.2.4).

        :raises UserError: an approved edition, and what is missing
        """
        editions = self.filtered("is_non_standard").edition_ids.filtered(
            lambda one: one.state in ("in_force", "upcoming")
        )
        for edition in editions:
            blockers = edition._get_validation_blockers()
            if blockers:
                raise UserError("\n".join(message for _code, message in blockers))

    @api.constrains("company_id")
    def _check_company_of_capabilities(self):
        """A method by which another company works is not taken away from it."""
        foreign = (
            self.env["metrology.capability"]
            .sudo()
            .search([("method_id", "in", self.ids)])
            .filtered(
                lambda one: (
                    one.method_id.company_id
                    and one.method_id.company_id != one.company_id
                )
            )
        )
        if foreign:
            raise ValidationError(
                self.env._(
                    "%(method)s is worked by in %(company)s: it cannot become another "
                    "company's.",
                    method=foreign[0].method_id.display_name,
                    company=foreign[0].company_id.name,
                )
            )

    @api.constrains("service_kind")
    def _check_service_kind(self):
        # A capability keeps the service of its method: both say the same for ever.
        wrong = self.env["metrology.capability"].search(
            [
                ("method_id", "in", self.ids),
                ("state", "!=", "draft"),
            ]
        )
        for capability in wrong:
            if capability.service_kind != capability.method_id.service_kind:
                raise ValidationError(
                    self.env._(
                        "The service of %(method)s cannot change: the capability "
                        "%(capability)s relies on it.",
                        method=capability.method_id.display_name,
                        capability=capability.display_name,
                    )
                )

    def action_open_capabilities(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_method.action_capability"
        )
        action["domain"] = [("method_id", "=", self.id)]
        action["context"] = {
            "default_method_id": self.id,
            "default_service_kind": self.service_kind,
        }
        return action
