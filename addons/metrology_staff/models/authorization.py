# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..const import ACTIVITIES

STATES = [
    ("draft", "Draft"),
    ("active", "In Force"),
    ("suspended", "Suspended"),
    ("revoked", "Revoked"),
]


class MetrologyAuthorization(models.Model):
    """One person, one activity, one capability, from .. to; issued by a named person.

    History is kept by new ones: what was issued is never edited, it ends, is suspended
    or revoked, and the next one is issued.
    """

    _name = "metrology.authorization"
    _description = "Authorization"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "metrology.personal.mixin",
        "metrology.lifecycle.mixin",
        "metrology.expiry.mixin",
    ]
    _order = "employee_id, capability_id, activity, date_from desc, id desc"
    _rec_names_search = ["employee_id.name", "capability_id.name", "number"]
    _check_company_auto = True

    _guard_action_fields = ("state", "issued_by_id", "issued_on")
    _guard_frozen_fields = (
        # Archived it would be gone from work and from the ledger, without a reason.
        "active",
        "company_id",
        "employee_id",
        "activity",
        "capability_id",
        "date_from",
        "date_to",
        "competence_confirmed_on",
        "competence_evidence",
        "training_ids",
        "assessment_ids",
    )
    _guard_reason_actions = ("action_suspend", "action_revoke")
    _lifecycle_roles = {
        "active": "metrology.group_technical_head",
        "suspended": "metrology.group_technical_head,metrology.group_staff_manager",
        "revoked": "metrology.group_technical_head,metrology.group_staff_manager",
    }

    # 1. Who may do what
    department_id = fields.Many2one(
        comodel_name="hr.department",
        related="capability_id.department_id",
        store=True,
        index="btree_not_null",
    )
    activity = fields.Selection(selection=ACTIVITIES, required=True, tracking=True)
    capability_id = fields.Many2one(
        comodel_name="metrology.capability",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    active = fields.Boolean(default=True)

    # 2. From when to when
    number = fields.Char(string="Badge / Document", copy=False, tracking=True)
    date_from = fields.Date(
        string="Authorized from",
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
        tracking=True,
    )
    date_to = fields.Date(
        string="Authorized until", required=True, index=True, tracking=True
    )

    # 3. On what grounds and by whom
    competence_confirmed_on = fields.Date(
        tracking=True,
        help="The day on which the person's competence for it was confirmed, after "
        "training and assessment.",
    )
    competence_evidence = fields.Text(
        string="Training and Assessment",
        help="Which training, which assessment, with which result.",
    )
    issued_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    issued_on = fields.Date(readonly=True, copy=False)
    state = fields.Selection(selection=STATES)
    validity = fields.Selection(
        selection=[
            ("valid", "Valid"),
            ("expiring", "Expiring"),
            ("upcoming", "Upcoming"),
            ("expired", "Expired"),
            ("blocked", "Not Usable"),
        ],
        compute="_compute_validity",
    )
    validity_note = fields.Text(string="Why Not", compute="_compute_validity")

    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "An authorization cannot end before it starts."
    )
    _find_idx = models.Index(
        "(capability_id, activity, date_from, date_to) WHERE state = 'active'"
    )

    # Computes -----------------------------------------------------------------

    @api.depends("employee_id", "activity", "capability_id")
    def _compute_display_name(self):
        labels = dict(self._fields["activity"]._description_selection(self.env))
        for record in self:
            record.display_name = ", ".join(
                part
                for part in (
                    record.employee_id.display_name,
                    labels.get(record.activity),
                    record.capability_id.display_name,
                )
                if part
            )

    @api.depends("state", "date_from", "date_to", "employee_id", "activity")
    def _compute_validity(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        soon = fields.Date.add(today, days=self._expiry_days)
        persons = self.env["hr.employee"]._get_person_blockers(
            self.employee_id, set(self.mapped("activity")), today
        )
        competence = self.env["hr.employee"]._get_capability_blockers(
            self.employee_id, today
        )
        for record in self:
            reasons = [
                *persons.get((record.employee_id.id, record.activity), ()),
                *competence.get((record.employee_id.id, record.capability_id.id), ()),
            ]
            record.validity_note = "\n".join(text for _code, text in reasons)
            if not record.date_to or not record.date_from:
                record.validity = False
            elif record.date_to < today:
                record.validity = "expired"
            elif reasons or record.state != "active":
                record.validity = "blocked"
            elif record.date_from > today:
                record.validity = "upcoming"
            elif record.date_to <= soon:
                record.validity = "expiring"
            else:
                record.validity = "valid"

    # Rules --------------------------------------------------------------------

    @api.constrains(
        "employee_id", "activity", "capability_id", "date_from", "date_to", "state"
    )
    def _check_not_overlapping(self):
        in_force = self.search(
            [
                ("employee_id", "in", self.employee_id.ids),
                ("capability_id", "in", self.capability_id.ids),
                ("state", "in", ("active", "suspended")),
            ],
            order="employee_id, capability_id, activity, date_from, id",
        )
        previous = self.browse()
        for record in in_force:
            if (
                previous
                and previous.employee_id == record.employee_id
                and previous.capability_id == record.capability_id
                and previous.activity == record.activity
                and previous.date_to >= record.date_from
            ):
                raise ValidationError(
                    self.env._(
                        "%(authorization)s is in force until %(day)s already. Revoke "
                        "it first, or start the new one on the day after.",
                        authorization=previous.display_name,
                        day=previous.date_to,
                    )
                )
            previous = record

    @api.constrains("employee_id")
    def _check_not_oneself(self):
        # Constraints run as superuser, but env.user stays the person who acts.
        for record in self:
            if record.employee_id.user_id == self.env.user:
                raise ValidationError(
                    self.env._(
                        "Nobody authorizes himself: another person must enter the "
                        "authorization of %(person)s.",
                        person=record.employee_id.display_name,
                    )
                )

    def _guard_is_frozen(self):
        return self.state != "draft"

    # Actions ------------------------------------------------------------------

    def action_revoke(self, reason=None):
        """Revoke authorizations for ever, for a reason."""
        return self._lifecycle_leave("action_revoke", "revoked", reason)

    def _lifecycle_check(self, state):
        result = super()._lifecycle_check(state)
        # Two decisions on one person at once must see each other.
        self._lock_owners(self.sudo().employee_id)
        return result

    def _lifecycle_open(self):
        """A draft was never issued, so it is deleted instead of revoked."""
        return ("active", "suspended")

    def _prepare_activation(self, day):
        return {
            **super()._prepare_activation(day),
            "issued_by_id": self.env.uid,
            "issued_on": day,
        }

    def _get_activation_blockers(self, day):
        """Add: the person's own reasons, his competence, the capability."""
        result = super()._get_activation_blockers(day)
        by_start = defaultdict(self.browse)
        for record in self:
            by_start[max(day, record.date_from)] |= record
        for start, records in by_start.items():
            persons = self.env["hr.employee"]._get_person_blockers(
                records.employee_id, set(records.mapped("activity")), start
            )
            for record in records:
                result[record.id] += [
                    *record._own_activation_blockers(day),
                    *persons[record.employee_id.id, record.activity],
                ]
        return result

    def _own_activation_blockers(self, day):
        """Return what in this one authorization speaks against issuing it."""
        self.ensure_one()
        capability = self.capability_id
        values = {
            "authorization": self.display_name,
            "person": self.employee_id.display_name,
            "capability": capability.display_name,
        }
        blockers = []
        if self.employee_id.user_id == self.env.user:
            blockers.append(
                (
                    "authorization_self",
                    self.env._(
                        "Nobody authorizes himself: another authority must issue the "
                        "authorization of %(person)s.",
                        **values,
                    ),
                )
            )
        if self.date_to < day:
            blockers.append(
                (
                    "authorization_past",
                    self.env._("%(authorization)s would be over already.", **values),
                )
            )
        if not self.competence_confirmed_on:
            blockers.append(
                (
                    "authorization_competence",
                    self.env._(
                        "%(authorization)s: enter the day on which the competence was "
                        "confirmed.",
                        **values,
                    ),
                )
            )
        if capability.state in ("suspended", "withdrawn") or (
            capability.date_to and capability.date_to < max(day, self.date_from)
        ):
            blockers.append(
                (
                    "authorization_capability",
                    self.env._(
                        "Nobody can be authorized for %(capability)s: it has lapsed or "
                        "is not in use.",
                        **values,
                    ),
                )
            )
        return blockers

    # What others ask ----------------------------------------------------------

    @api.model
    def _domain_in_force(self, day):
        """Return the domain of the authorizations in force on ``day``."""
        return (
            Domain("state", "=", "active")
            & Domain("date_from", "<=", day)
            & Domain("date_to", ">=", day)
        )

    @api.model
    def _get_authorized(self, capability_ids, activities, day):
        """Return who may do what on ``day``.

        In force that day, and nothing in the person against it (age, second
        institution, key post, title, left, evaluation, commitment, type of role).

        :param capability_ids: list of ids of metrology.capability
        :param activities: list of activity keys
        :param datetime.date day: the institution's calendar day
        :return: {(capability id, activity): hr.employee}, with an entry for each pair
        :rtype: dict[tuple[int, str], recordset]

        A fixed number of queries for any number of capabilities and persons.  Asked
        as superuser inside: the answer is about persons' authorizations, which every
        employee of the laboratory may know, not about their private data.
        """
        found = self.sudo().search(
            Domain("capability_id", "in", list(capability_ids))
            & Domain("activity", "in", list(activities))
            & self._domain_in_force(day)
        )
        Employee = self.env["hr.employee"]
        blockers = Employee._get_person_blockers(found.employee_id, activities, day)
        competence = Employee._get_capability_blockers(found.employee_id, day)
        result = {
            (capability_id, activity): Employee
            for capability_id in capability_ids
            for activity in activities
        }
        for record in found:
            person_id, capability_id = record.employee_id.id, record.capability_id.id
            if (
                not blockers[person_id, record.activity]
                and (person_id, capability_id) not in competence
            ):
                key = (capability_id, record.activity)
                result[key] |= Employee.browse(record.employee_id.id)
        return result

    @api.model
    def _get_refusals(self, employees, capability, activity, day):
        """Say why each person may not do one activity under one capability.

        :return: {employee id: [(code, message)]}, an empty list where he may
        :rtype: dict[int, list[tuple[str, str]]]
        """
        labels = dict(self._fields["activity"]._description_selection(self.env))
        persons = self.env["hr.employee"]._get_person_blockers(
            employees, [activity], day
        )
        competence = self.env["hr.employee"]._get_capability_blockers(employees, day)
        records = defaultdict(self.sudo().browse)
        for record in self.sudo().search(
            [
                ("employee_id", "in", employees.ids),
                ("capability_id", "=", capability.id),
                ("activity", "=", activity),
                ("state", "!=", "draft"),
            ],
            order="date_to",
        ):
            records[record.employee_id.id] |= record
        result = {}
        for employee in employees.sudo():
            blockers = [
                *persons[employee.id, activity],
                *competence.get((employee.id, capability.id), ()),
            ]
            own = records[employee.id]
            in_force = own.filtered_domain(self._domain_in_force(day))
            if not in_force:
                values = {
                    "person": employee.name,
                    "activity": labels[activity],
                    "capability": capability.display_name,
                }
                blockers.insert(0, own._lapse(day, values))
            result[employee.id] = blockers
        return result

    def _lapse(self, day, values):
        """Return (code, message): how these authorizations of a person ended."""
        last = self[-1:]
        if not last:
            return (
                "authorization_missing",
                self.env._(
                    "%(person)s is not authorized: %(activity)s, %(capability)s.",
                    **values,
                ),
            )
        if last.state == "suspended":
            return (
                "authorization_suspended",
                self.env._(
                    "The authorization of %(person)s is suspended: %(activity)s, "
                    "%(capability)s.",
                    **values,
                ),
            )
        if last.state == "revoked":
            return (
                "authorization_revoked",
                self.env._(
                    "The authorization of %(person)s was revoked: %(activity)s, "
                    "%(capability)s.",
                    **values,
                ),
            )
        if last.date_from > day:
            return (
                "authorization_upcoming",
                self.env._(
                    "The authorization of %(person)s starts on %(from)s only: "
                    "%(activity)s, %(capability)s.",
                    **values | {"from": last.date_from},
                ),
            )
        return (
            "authorization_expired",
            self.env._(
                "The authorization of %(person)s ended on %(to)s: %(activity)s, "
                "%(capability)s.",
                **values | {"to": last.date_to},
            ),
        )

    # Expiry (metrology.expiry.mixin) ------------------------------------------

    def _expiry_is_wanted(self):
        return self.state == "active"

    def _get_expiry_user(self):
        return (
            self.department_id.sudo().manager_id.user_id
            or self.user_id
            or super()._get_expiry_user()
        )
