# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.fields import Domain

from ..const import EXECUTE_ACTIVITIES, MIN_PERSONS


class MetrologyAuthorizationMatrix(models.AbstractModel):
    """The matrix persons x capabilities on a day: who may, who may not, and the gaps."""

    _name = "metrology.authorization.matrix"
    _description = "Matrix of Authorizations"

    @api.model
    @api.readonly
    def get_options(self):
        """Return the choices of the page.

        :return: dict of ``activities`` [[key, label]], the first of which is the
            carrying out of each capability's own service, ``departments``
            [[id, name]] and ``today``
        """
        Authorization = self.env["metrology.authorization"]
        labels = Authorization._fields["activity"]._description_selection(self.env)
        departments = self.env["metrology.capability"]._read_group(
            [("department_id", "!=", False)], ["department_id"]
        )
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
            "today": fields.Date.to_string(self.env["metrology.calendar"]._today()),
        }

    @api.model
    @api.readonly
    def get_matrix(self, activity="execute", day=None, department_id=None):
        """Return the matrix of one activity on one day.

        :param str activity: a key of metrology.authorization's activities, or
            "execute": to carry out the service of each capability
        :param str day: ISO date; today when not given
        :param int department_id: only the capabilities of this department
        :return: dict of
            ``persons`` [{"id", "name"}], ``capabilities`` [{"id", "name", "count",
            "gap", "note"}] and ``cells`` {capability id: {employee id: state}} with the
            states valid, expiring, suspended, expired, upcoming and blocked; JSON, so
            the keys of ``cells`` are texts

        A fixed number of queries for any number of persons and capabilities.
        """
        Authorization = self.env["metrology.authorization"]
        day = fields.Date.to_date(day) or self.env["metrology.calendar"]._today()
        domain = Domain("state", "in", ("active", "suspended"))
        if department_id:
            domain &= Domain("department_id", "child_of", department_id)
        capabilities = self.env["metrology.capability"].search(domain)
        activities = (
            list(EXECUTE_ACTIVITIES.values()) if activity == "execute" else [activity]
        )
        records = Authorization.search(
            [
                ("capability_id", "in", capabilities.ids),
                ("activity", "in", activities),
                ("state", "in", ("active", "suspended")),
            ],
            order="capability_id, employee_id, date_from",
        )
        blockers = self.env["hr.employee"]._get_person_blockers(
            records.employee_id, activities, day
        )
        soon = fields.Date.add(day, days=Authorization._expiry_days)
        kinds = {capability.id: capability.service_kind for capability in capabilities}
        cells = {}
        for record in records:
            capability_id = record.capability_id.id
            if (
                activity == "execute"
                and record.activity != EXECUTE_ACTIVITIES[kinds[capability_id]]
            ):
                continue
            state = self._cell_state(record, day, soon, blockers)
            row = cells.setdefault(str(capability_id), {})
            key = str(record.employee_id.id)
            # Several in the course of time: the one that lets the person work wins.
            if _ORDER[state] >= _ORDER.get(row.get(key), -1):
                row[key] = state
        persons = records.employee_id.sudo().with_context(active_test=False)
        validity = capabilities._get_validity_blockers(day)
        return {
            "persons": [
                {"id": person.id, "name": person.name}
                for person in persons.sorted(lambda person: person.name or "")
            ],
            "capabilities": [
                self._capability_row(capability, cells, validity[capability.id])
                for capability in capabilities
            ],
            "cells": cells,
        }

    @api.model
    def _cell_state(self, record, day, soon, blockers):
        """Return the state of one authorization on ``day``."""
        if record.date_to < day:
            return "expired"
        if record.state == "suspended":
            return "suspended"
        if blockers[record.employee_id.id, record.activity]:
            return "blocked"
        if record.date_from > day:
            return "upcoming"
        return "expiring" if record.date_to <= soon else "valid"

    @api.model
    def _capability_row(self, capability, cells, blockers):
        states = cells.get(str(capability.id), {}).values()
        count = sum(state in ("valid", "expiring") for state in states)
        return {
            "id": capability.id,
            "name": capability.display_name,
            "count": count,
            "gap": count < MIN_PERSONS,
            "note": "\n".join(message for _code, message in blockers),
        }


#: Of two states of one person the greater is shown.
_ORDER = {
    "expired": 0,
    "upcoming": 1,
    "suspended": 2,
    "blocked": 3,
    "expiring": 4,
    "valid": 5,
}
