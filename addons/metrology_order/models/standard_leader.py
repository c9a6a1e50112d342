# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class MetrologyStandard(models.Model):
    """Who may be in charge of a measurement standard: here, where both the standards
    and what is on file of persons are known (JJF 1069 5.1.1, 5.1.2).
    """

    _inherit = "metrology.standard"

    def _get_leader_blockers(self, day):
        """Add: title or registration, own employment, still here."""
        result = super()._get_leader_blockers(day)
        for standard in self.sudo():
            leader = standard.leader_id
            if not leader:
                continue
            values = {"standard": standard.display_name, "person": leader.name}
            if not leader._is_qualified_signatory(day):
                result[standard.id].append(
                    (
                        "leader_title",
                        self.env._(
                            "%(person)s cannot be in charge of %(standard)s: that "
                            "needs the title of engineer or above, or a valid "
                            "registration as metrologist.",
                            **values,
                        ),
                    )
                )
            if leader.employee_type == "dispatched":
                result[standard.id].append(
                    (
                        "leader_dispatched",
                        self.env._(
                            "%(person)s is dispatched labour and cannot be in charge "
                            "of %(standard)s.",
                            **values,
                        ),
                    )
                )
            if not leader.active:
                result[standard.id].append(
                    (
                        "leader_left",
                        self.env._(
                            "%(person)s has left and cannot be in charge of "
                            "%(standard)s.",
                            **values,
                        ),
                    )
                )
        return result
