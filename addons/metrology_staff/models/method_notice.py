# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class HrEmployee(models.Model):
    """After the grace date nobody works by a method of whose change he has not read."""

    _inherit = "hr.employee"

    @api.model
    def _get_capability_blockers(self, employees, day):
        """Add: notices of method changes that a person has not confirmed in time."""
        result = super()._get_capability_blockers(employees, day)
        unread = self.env["metrology.method.notice"]._get_unread(employees, None, day)
        if not unread:
            return result
        by_method = {}
        for capability in (
            self.env["metrology.capability"]
            .sudo()
            .search([("method_id", "in", [method_id for _person, method_id in unread])])
        ):
            by_method.setdefault(capability.method_id.id, []).append(capability.id)
        # Of one recordset, so that all names are read at once.
        persons = {person.id: person for person in employees.sudo()}
        for (employee_id, method_id), notice in unread.items():
            person = persons[employee_id]
            for capability_id in by_method.get(method_id, ()):
                result[employee_id, capability_id].append(
                    (
                        "notice_unread",
                        self.env._(
                            "%(person)s has not confirmed the reading of “%(notice)s”, "
                            "due by %(day)s.",
                            person=person.name,
                            notice=notice.name,
                            day=notice.grace_date,
                        ),
                    )
                )
        return result
