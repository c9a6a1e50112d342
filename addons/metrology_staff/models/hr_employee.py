# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..const import (
    AGE_LIMITED,
    MAX_AGE,
    OWN_EMPLOYMENT,
    QUALIFIED_TITLES,
    SIGNATORY,
    TITLES,
)


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    professional_title = fields.Selection(
        selection=TITLES, default="none", groups="hr.group_hr_user", tracking=True
    )
    metrologist_number = fields.Char(
        string="Registered Metrologist", groups="hr.group_hr_user", tracking=True
    )
    metrologist_date_to = fields.Date(
        string="Registered until", groups="hr.group_hr_user", tracking=True
    )
    practice_ids = fields.One2many(
        comodel_name="metrology.practice",
        inverse_name="employee_id",
        string="Other Institutions",
        groups="hr.group_hr_user",
    )
    authorization_ids = fields.One2many(
        comodel_name="metrology.authorization",
        inverse_name="employee_id",
        string="Authorizations",
        groups="hr.group_hr_user",
    )
    authorization_count = fields.Integer(
        compute="_compute_authorization_count", groups="hr.group_hr_user"
    )
    last_day_of_service = fields.Date(
        string="Last Day for Verification",
        compute="_compute_last_day_of_service",
        search="_search_last_day_of_service",
        groups="hr.group_hr_user",
        help="The day before the 66th birthday: the last on which the person may "
        "verify, calibrate, check or sign.",
    )

    @api.depends("birthday")
    def _compute_last_day_of_service(self):
        for employee in self:
            employee.last_day_of_service = employee._get_last_day_of_service()

    def _search_last_day_of_service(self, operator, value):
        """Find by the last day of service: who reaches the age limit until a day."""
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        day = fields.Date.to_date(value)
        compare = {
            "<": lambda last: last < day,
            "<=": lambda last: last <= day,
            ">": lambda last: last > day,
            ">=": lambda last: last >= day,
        }[operator]
        # The birthday itself is compared, as the leap years ask for.
        employees = (
            self.sudo()
            .with_context(active_test=False)
            .search([("birthday", "!=", False)])
        )
        return [
            (
                "id",
                "in",
                [
                    one.id
                    for one in employees
                    if compare(one._get_last_day_of_service())
                ],
            )
        ]

    def _compute_authorization_count(self):
        groups = self.env["metrology.authorization"]._read_group(
            [("employee_id", "in", self.ids), ("state", "=", "active")],
            ["employee_id"],
            ["__count"],
        )
        counts = {employee.id: count for employee, count in groups}
        for employee in self:
            employee.authorization_count = counts.get(employee.id, 0)

    def _get_last_day_of_service(self):
        """Return the day before this one employee's 66th birthday, or False.

        Who was born on 29 February has the birthday on 28 February in common years,
        which is the earlier and therefore the safe day.
        """
        self.ensure_one()
        if not self.birthday:
            return False
        return self.birthday + relativedelta(years=MAX_AGE + 1) - relativedelta(days=1)

    def _is_qualified_signatory(self, day):
        """Tell whether title or registration lets this one person sign on ``day``."""
        self.ensure_one()
        return self.professional_title in QUALIFIED_TITLES or bool(
            self.metrologist_number
            and (not self.metrologist_date_to or self.metrologist_date_to >= day)
        )

    @api.model
    def _get_person_blockers(self, employees, activities, day):
        """Say what in the person speaks against each activity on ``day``.

        Age, a second institution, dispatched labour in a key post, the title of a
        signatory, a person who has left.  Authorizations are not asked for here.

        :param employees: recordset of hr.employee
        :param activities: iterable of activity keys
        :param datetime.date day: the institution's calendar day
        :return: {(employee id, activity): [(code, message)]}, with an entry for each
        :rtype: dict[tuple[int, str], list[tuple[str, str]]]

        Private data are read as superuser and appear in no more than the sentence.
        A fixed number of queries for any number of persons.
        """
        persons = employees.sudo().with_context(active_test=False)
        elsewhere = defaultdict(list)
        for practice in self.env["metrology.practice"].sudo()._search_on(persons, day):
            elsewhere[practice.employee_id.id].append(practice.institution)
        result = {}
        for person in persons:
            common = person._person_blockers(elsewhere[person.id])
            for activity in activities:
                result[person.id, activity] = common + person._activity_blockers(
                    activity, day
                )
        return result

    def _person_blockers(self, institutions):
        """Return what speaks against any activity of this one person."""
        self.ensure_one()
        blockers = []
        if not self.active:
            blockers.append(
                (
                    "person_left",
                    self.env._(
                        "%(person)s does not work here any more.", person=self.name
                    ),
                )
            )
        if institutions:
            blockers.append(
                (
                    "person_second_institution",
                    self.env._(
                        "%(person)s practises at another institution too "
                        "(%(institution)s); a person may do so at one only. Enter the "
                        "end of it first.",
                        person=self.name,
                        institution=", ".join(institutions),
                    ),
                )
            )
        return blockers

    def _activity_blockers(self, activity, day):
        """Return what in this one person speaks against one activity."""
        self.ensure_one()
        blockers = []
        if activity in AGE_LIMITED:
            last = self._get_last_day_of_service()
            if not last:
                blockers.append(
                    (
                        "person_birthday_missing",
                        self.env._(
                            "The birthday of %(person)s is not on file, so the age "
                            "limit cannot be checked.",
                            person=self.name,
                        ),
                    )
                )
            elif day > last:
                blockers.append(
                    (
                        "person_age",
                        self.env._(
                            "%(person)s has passed the age limit of %(age)s full "
                            "years.",
                            person=self.name,
                            age=MAX_AGE,
                        ),
                    )
                )
        if activity in OWN_EMPLOYMENT and self.employee_type == "dispatched":
            blockers.append(
                (
                    "person_dispatched",
                    self.env._(
                        "%(person)s is dispatched labour and cannot hold a key post, "
                        "such as a signatory's.",
                        person=self.name,
                    ),
                )
            )
        if activity in SIGNATORY and not self._is_qualified_signatory(day):
            blockers.append(
                (
                    "person_title",
                    self.env._(
                        "%(person)s cannot be a signatory: that needs the title of "
                        "engineer or above, or a valid registration as metrologist.",
                        person=self.name,
                    ),
                )
            )
        return blockers

    def action_open_authorizations(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_staff.action_authorization"
        )
        action["domain"] = [("employee_id", "=", self.id)]
        action["context"] = {"default_employee_id": self.id}
        return action
