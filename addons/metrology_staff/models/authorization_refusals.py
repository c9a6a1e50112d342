# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict

from odoo import api, models


class MetrologyAuthorization(models.Model):
    _inherit = "metrology.authorization"

    @api.model
    def _get_refusals_of(self, keys, day):
        """Say why persons may not do activities under capabilities, many at once.

        :param keys: iterable of (capability id, activity, employee id)
        :param datetime.date day: the institution's calendar day
        :return: {key: [(code, message)]}, an empty list where the person may
        :rtype: dict[tuple[int, str, int], list[tuple[str, str]]]

        A fixed number of queries for any number of keys: what ``_get_refusals`` says
        of one capability, for the screens that show hundreds of jobs.
        """
        keys = set(keys)
        labels = dict(self._fields["activity"]._description_selection(self.env))
        capabilities = (
            self.env["metrology.capability"].sudo().browse({key[0] for key in keys})
        )
        names = {record.id: record.display_name for record in capabilities}
        employees = self.env["hr.employee"].browse({key[2] for key in keys})
        activities = sorted({key[1] for key in keys})
        persons = employees._get_person_blockers(employees, activities, day)
        competence = employees._get_capability_blockers(employees, day)
        known = defaultdict(self.sudo().browse)
        for record in self.sudo().search(
            [
                ("employee_id", "in", employees.ids),
                ("capability_id", "in", capabilities.ids),
                ("activity", "in", activities),
                ("state", "!=", "draft"),
            ],
            order="date_to, id",
        ):
            key = (record.capability_id.id, record.activity, record.employee_id.id)
            known[key] |= record
        in_force = self._domain_in_force(day)
        result = {}
        for key in keys:
            capability_id, activity, employee_id = key
            blockers = [
                *persons[employee_id, activity],
                *competence.get((employee_id, capability_id), ()),
            ]
            own = known[key]
            if not own.filtered_domain(in_force):
                employee = employees.browse(employee_id).sudo()
                values = {
                    "person": employee.name,
                    "activity": labels[activity],
                    "capability": names[capability_id],
                }
                blockers.insert(0, own._lapse(day, values))
            result[key] = blockers
        return result
