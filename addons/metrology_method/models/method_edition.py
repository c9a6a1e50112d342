# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

STATES = [
    ("draft", "Draft"),
    ("upcoming", "Upcoming"),
    ("in_force", "In Force"),
    ("superseded", "Superseded"),
    ("withdrawn", "Withdrawn"),
]


class MetrologyMethodEdition(models.Model):
    """One dated edition of a method: "JJG 52-2013", in force from .. to.

    The state follows the day and the approval; it is never typed.  Approved editions
    of one method never overlap: approving the next one ends the one before it on the
    day before.
    """

    _name = "metrology.method.edition"
    _description = "Method Edition"
    _inherit = ["mail.thread", "metrology.four.eyes.mixin"]
    _order = "method_id, date_from desc, id desc"
    _rec_names_search = ["name", "method_id.name"]

    _guard_action_fields = (
        "approved_on",
        "approved_by_id",
        "withdrawn_on",
        "withdrawn_reason",
    )
    # Archived it would be out of use without a reason, and overlap the next one.
    _guard_frozen_fields = (
        *("active", "name", "method_id", "date_from", "date_to"),
        *("file", "file_name", "amendment"),
    )
    _guard_reason_actions = ("action_withdraw",)

    # 1. What it is
    name = fields.Char(
        string="Number with Year",
        required=True,
        index=True,
        tracking=True,
        help='For example "JJG 52-2013".',
    )
    method_id = fields.Many2one(
        comodel_name="metrology.method",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="method_id.company_id", store=True, index=True)
    service_kind = fields.Selection(related="method_id.service_kind", store=True)
    active = fields.Boolean(default=True)
    file = fields.Binary(
        string="Document",
        attachment=True,
        copy=False,
        help="The text of the edition, a PDF as a rule.",
    )
    file_name = fields.Char()
    amendment = fields.Text(
        string="What Changed",
        help="What is different from the edition before, for those who work by it.",
    )

    # 2. When it is in force
    date_from = fields.Date(string="In Force from", required=True, tracking=True)
    date_to = fields.Date(
        string="In Force until",
        tracking=True,
        help="The last day on which it may be used; empty while no later edition "
        "is known.",
    )
    replaced_by_id = fields.Many2one(
        comodel_name="metrology.method.edition",
        compute="_compute_replaced_by_id",
        string="Replaced by",
    )
    state = fields.Selection(
        selection=STATES, compute="_compute_state", search="_search_state"
    )

    # 3. Who approved it for use here
    approved_on = fields.Date(tracking=True)
    validation_ids = fields.One2many(
        comodel_name="metrology.method.validation",
        inverse_name="edition_id",
        string="Confirmation and Verification",
    )
    effect_ids = fields.One2many(
        comodel_name="metrology.method.effect", inverse_name="edition_id"
    )
    notice_ids = fields.One2many(
        comodel_name="metrology.method.notice", inverse_name="edition_id"
    )
    item_ids = fields.One2many(
        comodel_name="metrology.method.item", inverse_name="edition_id"
    )
    is_non_standard = fields.Boolean(related="method_id.is_non_standard")
    withdrawn_on = fields.Date(readonly=True, copy=False, tracking=True)
    withdrawn_reason = fields.Char(readonly=True, copy=False)

    _name_uniq = models.UniqueIndex(
        "(name, method_id) WHERE active",
        "The method has an edition of this number already.",
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "An edition cannot end before it comes into force.",
    )
    _force_idx = models.Index("(method_id, date_from) WHERE approved_on IS NOT NULL")

    # Computes -----------------------------------------------------------------

    def _guard_get_frozen(self):
        """The text of a standard may be attached later, never another one."""
        frozen = super()._guard_get_frozen()
        if self.file:
            return frozen
        return tuple(name for name in frozen if name not in ("file", "file_name"))

    @api.depends("approved_on", "date_from", "date_to", "withdrawn_on")
    @api.depends_context("company")
    def _compute_state(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        for edition in self:
            edition.state = edition._state_on(today)

    def _state_on(self, day):
        """Return the state this one edition has on ``day``."""
        self.ensure_one()
        if not self.approved_on:
            return "draft"
        if self.withdrawn_on and self.withdrawn_on <= day:
            return "withdrawn"
        if self.date_from and self.date_from > day:
            return "upcoming"
        if self.date_to and self.date_to < day:
            return "superseded"
        return "in_force"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env["metrology.calendar"]._today(self.env.company)
        approved = Domain("approved_on", "!=", False)
        gone = Domain("withdrawn_on", "<=", today)
        future = Domain("date_from", ">", today)
        past = Domain("date_to", "<", today)
        by_state = {
            "draft": ~approved,
            "withdrawn": approved & gone,
            "upcoming": approved & ~gone & future,
            "superseded": approved & ~gone & ~future & past,
            "in_force": self._domain_in_force(today),
        }
        return Domain.OR(by_state[state] for state in value if state in by_state)

    @api.depends("method_id.edition_ids.date_from", "method_id.edition_ids.approved_on")
    def _compute_replaced_by_id(self):
        later = defaultdict(self.browse)
        for edition in self.search(
            [("method_id", "in", self.method_id.ids), ("approved_on", "!=", False)],
            order="date_from",
        ):
            later[edition.method_id] |= edition
        for edition in self:
            edition.replaced_by_id = next(
                (
                    other
                    for other in later[edition.method_id]
                    if edition.date_from and other.date_from > edition.date_from
                ),
                False,
            )

    # Rules --------------------------------------------------------------------

    @api.constrains("method_id", "date_from", "date_to", "approved_on", "withdrawn_on")
    def _check_not_overlapping(self):
        approved = self.search(
            [
                ("method_id", "in", self.method_id.ids),
                ("approved_on", "!=", False),
                ("withdrawn_on", "=", False),
            ],
            order="method_id, date_from, id",
        )
        previous = self.browse()
        for edition in approved:
            if previous.method_id == edition.method_id and (
                not previous.date_to or previous.date_to >= edition.date_from
            ):
                raise ValidationError(
                    self.env._(
                        "%(later)s comes into force on %(day)s while %(earlier)s is "
                        "still in force: the editions of a method cannot overlap. End "
                        "the earlier one first.",
                        later=edition.name,
                        day=edition.date_from,
                        earlier=previous.name,
                    )
                )
            previous = edition

    # Actions ------------------------------------------------------------------

    def _four_eyes_lock(self):
        # One lock a method: two heads cannot approve two editions of it at once.
        self._lock_owners(self.method_id)
        return super()._four_eyes_lock()

    def _get_approval_blockers(self, day):
        """Add: verified here, and confirmed before that where it is no standard.

        JJF 1069, 5.2.4; JJF(JL) 7.4: in-house methods with their drafting file.
        """
        result = super()._get_approval_blockers(day)
        if self.env.su:
            return result
        for edition in self:
            result[edition.id] += edition._get_validation_blockers()
        return result

    def _get_validation_blockers(self):
        """Return what of confirmation and verification is missing for this one."""
        self.ensure_one()
        passed = self.validation_ids.filtered(
            lambda one: one.approved_on and one.conclusion == "fit"
        )
        verified = passed.filtered(lambda one: one.kind == "verify").sorted("date")
        confirmed = passed.filtered(lambda one: one.kind == "confirm").sorted("date")
        blockers = []
        values = {"edition": self.name}
        if self.method_id.source_level == "8" and not self.file:
            blockers.append(
                (
                    "drafting",
                    self.env._(
                        "%(edition)s is an in-house method: attach its document with "
                        "the drafting file first.",
                        **values,
                    ),
                )
            )
        if self.is_non_standard and not confirmed:
            blockers.append(
                (
                    "confirmation",
                    self.env._(
                        "%(edition)s is no standard method: an approved confirmation "
                        "for its intended use is missing.",
                        **values,
                    ),
                )
            )
        if not verified:
            blockers.append(
                (
                    "verification",
                    self.env._(
                        "%(edition)s: an approved report of its verification here is "
                        "missing.",
                        **values,
                    ),
                )
            )
        elif self.is_non_standard and confirmed:
            # The latest verification counts: it may be repeated after a confirmation.
            if verified[-1].date < confirmed[0].date:
                blockers.append(
                    (
                        "order",
                        self.env._(
                            "%(edition)s was verified on %(verified)s, before its "
                            "confirmation of %(confirmed)s: a method that is no "
                            "standard is confirmed first, then verified.",
                            verified=verified[-1].date,
                            confirmed=confirmed[0].date,
                            **values,
                        ),
                    )
                )
        return blockers

    def _approve(self, day):
        for edition in self.sorted("date_from"):
            edition._end_predecessor()
            super(MetrologyMethodEdition, edition)._approve(day)
        return True

    def _after_approved(self):
        self.env["metrology.method.notice"]._announce(self)

    def _end_predecessor(self):
        """End the open edition that this one replaces, on the day before it."""
        before = self.search(
            [
                ("method_id", "=", self.method_id.id),
                ("approved_on", "!=", False),
                ("withdrawn_on", "=", False),
                ("date_from", "<", self.date_from),
                ("date_to", "=", False),
            ]
        )
        if before:
            before._end_before(self.date_from, self.name)

    def _end_before(self, day, replaced_by):
        """End approved editions on the day before ``day`` and tell whom it touches.

        :param datetime.date day: the first day on which they are not used any more
        :param str replaced_by: number of the edition that replaces them
        """
        self._guard_open().write({"date_to": day - timedelta(days=1)})
        for edition in self:
            edition.message_post(
                body=self.env._("Replaced by %(edition)s.", edition=replaced_by)
            )
        self.env["metrology.method.effect"]._flag(self, "replaced")

    def action_withdraw(self, reason=None):
        """Take editions out of use as of today, for a reason.

        :param str reason: asked for in a dialog when not given
        """
        if reason is None:
            return self._guard_ask_reason("action_withdraw")
        self._guard_check_group("metrology.group_technical_head")
        self.check_access("write")
        reason = self._guard_check_reason(reason)
        self._lock()
        for edition in self:
            if not edition.approved_on or edition.withdrawn_on:
                raise UserError(
                    self.env._(
                        "%(edition)s is not in use, so it cannot be withdrawn.",
                        edition=edition.name,
                    )
                )
        self._withdraw(self.env["metrology.calendar"]._today(self.env.company), reason)
        return True

    def _withdraw(self, day, reason):
        """Take editions out of use as of ``day`` and tell whom it touches."""
        self._guard_open().write({"withdrawn_on": day, "withdrawn_reason": reason})
        self.env["metrology.method.effect"]._flag(self, "withdrawn")

    # Hooks of later addons ----------------------------------------------------

    def _get_affected(self):
        """Return what works by these editions, so that somebody looks at it. Hook.

        Capabilities here; record templates and authorized persons are added by the
        addons that have them.

        :return: list of (edition, record, user who sees to it or empty)
        :rtype: list[tuple[recordset, recordset, recordset]]

        A fixed number of queries for any number of editions.
        """
        capabilities = self.env["metrology.capability"].search(
            Domain("method_id", "in", self.method_id.ids)
            & Domain("state", "in", ("active", "suspended"))
        )
        return [
            (edition, capability, capability._get_expiry_user())
            for edition in self
            for capability in capabilities
            if capability.method_id == edition.method_id
            and capability.edition_id in (edition, edition.browse())
        ]

    def _get_notice_employees(self):
        """Return who must read of these editions: ``{edition id: hr.employee}``. Hook.

        The addon of persons adds those who are authorized to work by them.
        """
        return {edition.id: self.env["hr.employee"] for edition in self}

    # What others ask ----------------------------------------------------------

    @api.model
    def _domain_in_force(self, day):
        """Return the domain of the editions in force on ``day``."""
        return (
            Domain("approved_on", "!=", False)
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
            & (Domain("withdrawn_on", "=", False) | Domain("withdrawn_on", ">", day))
        )

    @api.model
    def _get_in_force(self, methods, day):
        """Resolve undated references: the edition in force on ``day``.

        :param methods: recordset of metrology.method
        :param datetime.date day: the institution's calendar day
        :return: {method id: edition}; methods without such an edition are missing
        :rtype: dict[int, recordset]

        One query for any number of methods.
        """
        editions = self.search(
            Domain("method_id", "in", methods.ids) & self._domain_in_force(day),
            order="date_from",
        )
        return {edition.method_id.id: edition for edition in editions}

    def _get_validity_blockers(self, day):
        """Say why each edition may not be worked by on ``day``.

        :return: {edition id: [(code, message)]}, an empty list where it may be used
        :rtype: dict[int, list[tuple[str, str]]]

        The message of a superseded edition names the one in force.
        """
        current = self._get_in_force(self.method_id, day)
        result = {}
        for edition in self:
            state = edition._state_on(day)
            if state == "in_force":
                result[edition.id] = []
                continue
            now = current.get(edition.method_id.id)
            values = {
                "edition": edition.name,
                "day": day,
                "current": now.name if now else self.env._("none"),
                "from": edition.date_from,
                "to": edition.date_to or edition.withdrawn_on,
            }
            messages = {
                "draft": self.env._(
                    "%(edition)s is not approved for use; the edition in force is "
                    "%(current)s.",
                    **values,
                ),
                "upcoming": self.env._(
                    "%(edition)s comes into force on %(from)s only; the edition in "
                    "force on %(day)s is %(current)s.",
                    **values,
                ),
                "superseded": self.env._(
                    "%(edition)s was superseded on %(to)s; the edition in force on "
                    "%(day)s is %(current)s.",
                    **values,
                ),
                "withdrawn": self.env._(
                    "%(edition)s was withdrawn from use; the edition in force on "
                    "%(day)s is %(current)s.",
                    **values,
                ),
            }
            result[edition.id] = [(f"edition_{state}", messages[state])]
        return result
