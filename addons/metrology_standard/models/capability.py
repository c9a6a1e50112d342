# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyCapability(models.Model):
    _inherit = "metrology.capability"

    standard_ids = fields.Many2many(
        comodel_name="metrology.standard",
        relation="metrology_standard_capability_rel",
        column1="capability_id",
        column2="standard_id",
        string="Measurement Standards",
        check_company=True,
    )

    def _get_own_equipment(self):
        """Add: the equipment of the capability's measurement standards."""
        result = super()._get_own_equipment()
        for capability in self:
            result[capability.id] |= capability.standard_ids.equipment_ids
        return result

    def _get_acceptance_blockers(self, day):
        """Add: none of the capability's measurement standards is valid on ``day``.

        A capability without any standard (some tests need none) is not blocked.
        """
        result = super()._get_acceptance_blockers(day)
        blockers = self.standard_ids._get_validity_blockers(day)
        for capability in self:
            standards = capability.standard_ids
            if not standards or any(not blockers[item.id] for item in standards):
                continue
            reasons = [
                message for item in standards for _code, message in blockers[item.id]
            ]
            result[capability.id].append(
                (
                    "capability_no_standard",
                    self.env._(
                        "No measurement standard of %(capability)s can be used: "
                        "%(reasons)s",
                        capability=capability.display_name,
                        reasons=" ".join(reasons),
                    ),
                )
            )
        return result
