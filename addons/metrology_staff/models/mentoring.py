# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..const import EXECUTE_ACTIVITIES


class MetrologyMentoring(models.Model):
    """Who supervises a person in training in which work, from .. to.

    A person in training is not authorized: within the period he takes part in the work
    of the capability beside the mentor, who is authorized to do it and to supervise it,
    and who answers for it by signing too.

    Source: JJF 1069 7.1 g), supervision by persons familiar with methods, procedures,
    purpose and assessment of results, persons in training included; ISO/IEC 17025:2017
    6.2.5 d).
    """

    _name = "metrology.mentoring"
    _description = "Mentoring"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "metrology.personal.mixin",
        "metrology.appointment.mixin",
    ]
    _order = "date_from desc, id desc"
    _rec_names_search = ["employee_id.name", "mentor_id.name", "capability_id.name"]
    _check_company_auto = True
    _expiry_days = 30

    _appointment_person = "employee_id"
    _guard_frozen_fields = (
        *("company_id", "employee_id", "mentor_id", "capability_id"),
        *("date_from", "date_to", "aim"),
    )
    _guard_reason_actions = ("action_suspend", "action_withdraw")
    _lifecycle_roles = dict.fromkeys(
        ("active", "suspended", "withdrawn"),
        "metrology.group_technical_head,metrology.group_staff_manager",
    )

    employee_id = fields.Many2one(string="Person in Training")
    mentor_id = fields.Many2one(
        comodel_name="hr.employee",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Authorized to do the work and to supervise it, for the whole period.",
    )
    mentor_user_id = fields.Many2one(
        comodel_name="res.users",
        related="mentor_id.user_id",
        string="Login of the Mentor",
        store=True,
        index="btree_not_null",
    )
    capability_id = fields.Many2one(
        comodel_name="metrology.capability",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    department_id = fields.Many2one(related="capability_id.department_id")
    aim = fields.Text(
        string="What Is to Be Learnt", help="And how it is seen that it was."
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("active", "Running"),
            ("suspended", "Suspended"),
            ("withdrawn", "Ended"),
        ]
    )

    @api.depends("employee_id", "mentor_id", "capability_id")
    def _compute_display_name(self):
        for record in self:
            record.display_name = self.env._(
                "%(trainee)s with %(mentor)s (%(capability)s)",
                trainee=record.employee_id.name or "",
                mentor=record.mentor_id.name or "",
                capability=record.capability_id.display_name or "",
            )

    # Rules --------------------------------------------------------------------

    @api.constrains("employee_id", "mentor_id")
    def _check_two_persons(self):
        for record in self:
            if record.employee_id == record.mentor_id:
                raise ValidationError(
                    self.env._(
                        "%(person)s cannot be his own mentor: name another person.",
                        person=record.mentor_id.name,
                    )
                )

    @api.constrains("employee_id", "capability_id", "date_from", "date_to", "state")
    def _check_one_at_a_time(self):
        running = ("active", "suspended")
        others = self.search(
            [
                ("employee_id", "in", self.employee_id.ids),
                ("capability_id", "in", self.capability_id.ids),
                ("state", "in", running),
            ]
        )
        for record in self.filtered(lambda one: one.state in running):
            for other in others - record:
                if (
                    other.employee_id == record.employee_id
                    and other.capability_id == record.capability_id
                    and other.date_from <= record.date_to
                    and other.date_to >= record.date_from
                ):
                    raise ValidationError(
                        self.env._(
                            "%(other)s runs from %(from)s until %(to)s: one mentor at "
                            "a time. End it first.",
                            other=other.display_name,
                            to=other.date_to,
                            **{"from": other.date_from},
                        )
                    )

    # Actions ------------------------------------------------------------------

    def _get_activation_blockers(self, day):
        """Add: what speaks against the mentor, the person in training, the period."""
        result = super()._get_activation_blockers(day)
        Employee = self.env["hr.employee"]
        by_start = defaultdict(self.browse)
        for record in self:
            by_start[max(day, record.date_from)] |= record
        for start, records in by_start.items():
            activities = {one._get_activity() for one in records} | {"supervise"}
            persons = Employee._get_person_blockers(
                records.employee_id | records.mentor_id, activities, start
            )
            mentors = records._get_mentor_papers()
            for record in records:
                doing = record._get_activity()
                result[record.id] += [
                    *record._own_activation_blockers(day),
                    *record._mentor_blockers(mentors),
                    *persons[record.mentor_id.id, doing],
                    *persons[record.mentor_id.id, "supervise"],
                    *persons[record.employee_id.id, doing],
                ]
        return result

    def _get_activity(self):
        """Return the activity in which this one person is trained."""
        self.ensure_one()
        return EXECUTE_ACTIVITIES[self.capability_id.service_kind]

    def _own_activation_blockers(self, day):
        self.ensure_one()
        capability = self.capability_id
        values = {
            "record": self.display_name,
            "capability": capability.display_name,
        }
        blockers = []
        if self.env.user in (self.employee_id.sudo() | self.mentor_id.sudo()).user_id:
            blockers.append(
                (
                    "mentoring_self",
                    self.env._(
                        "%(record)s: nobody appoints himself; another person does it.",
                        **values,
                    ),
                )
            )
        if self.date_to < day:
            blockers.append(
                ("mentoring_past", self.env._("%(record)s is over already.", **values))
            )
        if capability.state in ("suspended", "withdrawn"):
            blockers.append(
                (
                    "mentoring_capability",
                    self.env._(
                        "Nobody is trained for %(capability)s: it is not in use.",
                        **values,
                    ),
                )
            )
        return blockers

    def _get_mentor_papers(self):
        """Return the authorizations in force of the mentors; one query.

        :return: {(employee id, capability id, activity): records by their beginning}
        """
        papers = defaultdict(self.env["metrology.authorization"].sudo().browse)
        for paper in papers.default_factory().search(
            [
                ("employee_id", "in", self.mentor_id.ids),
                ("capability_id", "in", self.capability_id.ids),
                ("state", "=", "active"),
            ],
            order="date_from, id",
        ):
            key = (paper.employee_id.id, paper.capability_id.id, paper.activity)
            papers[key] |= paper
        return papers

    def _mentor_blockers(self, papers):
        """Return where this one mentor is not authorized for the whole period."""
        self.ensure_one()
        labels = dict(
            self.env["metrology.authorization"]
            ._fields["activity"]
            ._description_selection(self.env)
        )
        blockers = []
        for activity in (self._get_activity(), "supervise"):
            own = papers.get((self.mentor_id.id, self.capability_id.id, activity), ())
            values = {
                "mentor": self.mentor_id.name,
                "activity": labels[activity],
                "capability": self.capability_id.display_name,
                "from": self.date_from,
                "to": self.date_to,
            }
            if not own:
                blockers.append(
                    (
                        "mentor_not_authorized",
                        self.env._(
                            "%(mentor)s cannot be a mentor: not authorized, "
                            "%(activity)s, %(capability)s.",
                            **values,
                        ),
                    )
                )
                continue
            first_open = self.date_from
            for paper in own:
                if paper.date_from <= first_open <= paper.date_to:
                    first_open = paper.date_to + timedelta(days=1)
            if first_open <= self.date_to:
                blockers.append(
                    (
                        "mentor_period",
                        self.env._(
                            "The period %(from)s to %(to)s lies outside the "
                            "authorization of %(mentor)s (%(activity)s, %(capability)s): "
                            "%(day)s is not covered.",
                            day=first_open,
                            **values,
                        ),
                    )
                )
        return blockers

    # What others ask ----------------------------------------------------------

    @api.model
    def _get_mentors(self, employees, capability_ids, day):
        """Return who supervises persons in training in which work on ``day``.

        Only mentors who are themselves authorized that day to do the work and to
        supervise it, with nothing in the person against it.

        :param employees: recordset of hr.employee
        :param capability_ids: ids of metrology.capability
        :return: {(employee id, capability id): hr.employee of the mentor}
        :rtype: dict[tuple[int, int], recordset]

        A fixed number of queries for any number of persons and capabilities.
        """
        found = self.sudo().search(
            Domain("employee_id", "in", employees.ids)
            & Domain("capability_id", "in", list(capability_ids))
            & self._domain_on(day)
        )
        if not found:
            return {}
        authorized = self.env["metrology.authorization"]._get_authorized(
            found.capability_id.ids,
            sorted({one._get_activity() for one in found} | {"supervise"}),
            day,
        )
        return {
            (one.employee_id.id, one.capability_id.id): self.env["hr.employee"].browse(
                one.mentor_id.id
            )
            for one in found
            if all(
                one.mentor_id in authorized[one.capability_id.id, activity]
                for activity in (one._get_activity(), "supervise")
            )
        }

    # Expiry (metrology.expiry.mixin) ------------------------------------------

    def _get_expiry_user(self):
        return self.mentor_user_id or super()._get_expiry_user()

    def _get_expiry_summary(self):
        return self.env._(
            "The mentoring of %(person)s ends on %(day)s",
            person=self.employee_id.name,
            day=self.date_to,
        )
