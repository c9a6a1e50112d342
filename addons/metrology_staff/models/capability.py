# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models

from ..const import EXECUTE_ACTIVITIES, MIN_PERSONS


class MetrologyCapability(models.Model):
    _inherit = "metrology.capability"

    authorization_ids = fields.One2many("metrology.authorization", "capability_id")
    capability_person_count = fields.Integer(
        string="Authorized Persons",
        compute="_compute_capability_person_count",
        search="_search_capability_person_count",
        help="How many persons may carry it out today.",
    )
    is_understaffed = fields.Boolean(
        string="Fewer than Two Persons",
        compute="_compute_capability_person_count",
        search="_search_is_understaffed",
    )

    @api.depends("service_kind", "authorization_ids.state")
    def _compute_capability_person_count(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        counts = self._origin._get_person_counts(today)
        for capability in self:
            count = counts.get(capability._origin.id, 0)
            capability.capability_person_count = count
            capability.is_understaffed = count < MIN_PERSONS

    def _search_capability_person_count(self, operator, value):
        if operator not in ("in", "<", "<=", ">", ">="):
            return NotImplemented
        compare = {
            "in": lambda count: count in value,
            "<": lambda count: count < value,
            "<=": lambda count: count <= value,
            ">": lambda count: count > value,
            ">=": lambda count: count >= value,
        }[operator]
        today = self.env["metrology.calendar"]._today(self.env.company)
        counts = self.search([])._get_person_counts(today)
        return [("id", "in", [key for key, count in counts.items() if compare(count)])]

    def _search_is_understaffed(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = []
        if True not in value:
            domain = [("capability_person_count", ">=", MIN_PERSONS)]
        elif False not in value:
            domain = [("capability_person_count", "<", MIN_PERSONS)]
        return domain

    def _get_person_counts(self, day):
        """Return how many persons may carry out each capability on ``day``.

        :return: {capability id: number of persons}
        :rtype: dict[int, int]

        A fixed number of queries for any number of capabilities.
        """
        authorized = self.env["metrology.authorization"]._get_authorized(
            self.ids, list(EXECUTE_ACTIVITIES.values()), day
        )
        return {
            capability.id: len(
                authorized[capability.id, EXECUTE_ACTIVITIES[capability.service_kind]]
            )
            for capability in self
        }

    def _get_acceptance_blockers(self, day):
        """Add: fewer than two persons may carry it out (JJF 1069, two-person rule)."""
        result = super()._get_acceptance_blockers(day)
        counts = self._get_person_counts(day)
        for capability in self:
            count = counts[capability.id]
            if count < MIN_PERSONS:
                result[capability.id].append(
                    (
                        "capability_understaffed",
                        self.env._(
                            "%(capability)s needs %(minimum)s authorized persons; "
                            "%(count)s may carry it out on %(day)s.",
                            capability=capability.display_name,
                            minimum=MIN_PERSONS,
                            count=count,
                            day=day,
                        ),
                    )
                )
        return result

    def action_open_authorizations(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_staff.action_authorization"
        )
        action["domain"] = [("capability_id", "=", self.id)]
        action["context"] = {"default_capability_id": self.id}
        return action
