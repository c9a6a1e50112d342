# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.metrology_method.const import DISCIPLINES

from ..const import EXECUTE_ACTIVITIES, MIN_PERSONS

#: Of two states of one person the greater is shown.
_ORDER = {
    "expired": 0,
    "upcoming": 1,
    "suspended": 2,
    "blocked": 3,
    "expiring": 4,
    "valid": 5,
}
_WORKING = ("valid", "expiring")


class MetrologyAuthorizationMatrix(models.AbstractModel):
    """The matrix persons x capabilities on a day: who may, who may not, and the gaps
    with the open work that hangs on them.
    """

    _name = "metrology.authorization.matrix"
    _description = "Matrix of Authorizations"

    @api.model
    @api.readonly
    def get_options(self):
        """Return the choices of the page.

        :return: dict of ``activities`` [[key, label]], the first of which is the
            carrying out of each capability's own service, ``departments``
            [[id, name]], ``disciplines`` [[key, label]], ``today``, ``days`` (ahead,
            in which an end counts as expiring), ``can_create`` and ``currency``
        """
        Authorization = self.env["metrology.authorization"]
        Capability = self.env["metrology.capability"]
        labels = Authorization._fields["activity"]._description_selection(self.env)
        departments = Capability._read_group(
            [("department_id", "!=", False)], ["department_id"]
        )
        used = {key for (key,) in Capability._read_group([], ["discipline"]) if key}
        disciplines = Capability._fields["discipline"]._description_selection(self.env)
        currency = self.env.company.currency_id
        return {
            "activities": [
                ["execute", self.env._("Carry Out")],
                *[
                    [key, label]
                    for key, label in labels
                    if key not in EXECUTE_ACTIVITIES.values()
                ],
            ],
            "departments": [
                [department.id, department.display_name]
                for (department,) in departments
            ],
            "disciplines": [[key, label] for key, label in disciplines if key in used],
            "today": fields.Date.to_string(self.env["metrology.calendar"]._today()),
            "days": Authorization._expiry_days,
            "can_create": Authorization.has_access("create"),
            "currency": [currency.symbol or "", currency.position or "before"],
        }

    @api.model
    @api.readonly
    def get_matrix(
        self,
        activity="execute",
        day=None,
        department_id=None,
        discipline=None,
        days=None,
    ):
        """Return the matrix of one activity on one day.

        :param str activity: a key of metrology.authorization's activities, or
            "execute": to carry out the service of each capability
        :param str day: ISO date; today when not given
        :param int department_id: only the capabilities of this department
        :param str discipline: only the capabilities of this discipline
        :param int days: how many days ahead an end counts as expiring
        :return: dict of
            ``persons`` [{"id", "name", "department"}], ``capabilities`` [{"id", "name",
            "activity", "count", "gap", "expiring", "note", "orders", "jobs",
            "amount"}], ``cells`` {capability id: {employee id: state}} with the states
            valid, expiring, suspended, expired, upcoming and blocked, and ``papers``
            {capability id: {employee id: [authorization id, last day]}}; JSON, so the
            keys are texts.  ``orders``, ``jobs`` and ``amount`` (company currency) are
            the open work at risk and given for gaps only.

        A fixed number of queries for any number of persons and capabilities.
        """
        Authorization = self.env["metrology.authorization"]
        day = fields.Date.to_date(day) or self.env["metrology.calendar"]._today()
        days = Authorization._expiry_days if days is None else max(0, int(days))
        capabilities = self._find_capabilities(department_id, discipline)
        activities = (
            list(EXECUTE_ACTIVITIES.values()) if activity == "execute" else [activity]
        )
        # Plain rows: a hundred thousand cells are too many records to walk through.
        rows = Authorization.search_read(
            [
                ("capability_id", "in", capabilities.ids),
                ("activity", "in", activities),
                ("state", "in", ("active", "suspended")),
            ],
            [
                "employee_id",
                "capability_id",
                "activity",
                "state",
                "date_from",
                "date_to",
            ],
            order="capability_id, employee_id, date_from",
            load=None,
        )
        persons = self.env["hr.employee"].browse({row["employee_id"] for row in rows})
        facts = {
            "day": day,
            "soon": fields.Date.add(day, days=days),
            "persons": persons._get_person_blockers(persons, activities, day),
            "competence": persons._get_capability_blockers(persons, day),
        }
        kinds = {one.id: one.service_kind for one in capabilities}
        cells, papers = {}, {}
        for row in rows:
            capability_id = row["capability_id"]
            if (
                activity == "execute"
                and row["activity"] != EXECUTE_ACTIVITIES[kinds[capability_id]]
            ):
                continue
            state = self._cell_state(row, facts)
            key, person = str(capability_id), str(row["employee_id"])
            own = cells.setdefault(key, {})
            # Several in the course of time: the one that lets the person work wins.
            if _ORDER[state] >= _ORDER.get(own.get(person), -1):
                own[person] = state
                papers.setdefault(key, {})[person] = [
                    row["id"],
                    fields.Date.to_string(row["date_to"]),
                ]
        return {
            "persons": self._person_rows(persons),
            "capabilities": self._capability_rows(capabilities, cells, activity, day),
            "cells": cells,
            "papers": papers,
        }

    @api.model
    def _find_capabilities(self, department_id, discipline):
        domain = Domain("state", "in", ("active", "suspended"))
        if department_id:
            domain &= Domain("department_id", "child_of", department_id)
        if discipline in dict(DISCIPLINES):
            domain &= Domain("discipline", "=", discipline)
        return self.env["metrology.capability"].search(domain)

    @api.model
    def _cell_state(self, row, facts):
        """Return the state of one authorization on the day."""
        day = facts["day"]
        if row["date_to"] < day:
            return "expired"
        if row["state"] == "suspended":
            return "suspended"
        if (
            facts["persons"][row["employee_id"], row["activity"]]
            or (row["employee_id"], row["capability_id"]) in facts["competence"]
        ):
            return "blocked"
        if row["date_from"] > day:
            return "upcoming"
        return "expiring" if row["date_to"] <= facts["soon"] else "valid"

    @api.model
    def _person_rows(self, persons):
        persons = persons.sudo().with_context(active_test=False)
        return [
            {
                "id": person.id,
                "name": person.name,
                "department": person.department_id.name or "",
            }
            for person in persons.sorted(lambda person: person.name or "")
        ]

    @api.model
    def _capability_rows(self, capabilities, cells, activity, day):
        """Return the rows; the open work is asked for the gaps together."""
        counts = {
            one.id: sum(
                state in _WORKING for state in cells.get(str(one.id), {}).values()
            )
            for one in capabilities
        }
        gaps = capabilities.filtered(lambda one: counts[one.id] < MIN_PERSONS)
        risks = gaps._get_risk(day)
        blockers = capabilities._get_validity_blockers(day)
        nothing = {"orders": 0, "jobs": 0, "amount": 0.0}
        return [
            {
                "id": one.id,
                "name": one.display_name,
                "activity": EXECUTE_ACTIVITIES[one.service_kind]
                if activity == "execute"
                else activity,
                "count": counts[one.id],
                "gap": counts[one.id] < MIN_PERSONS,
                "expiring": any(
                    state == "expiring" for state in cells.get(str(one.id), {}).values()
                ),
                "note": "\n".join(message for _code, message in blockers[one.id]),
                **{name: risks.get(one.id, nothing)[name] for name in nothing},
            }
            for one in capabilities
        ]
