# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models

#: In the context: who suspends opens the analysis himself; it cannot come over RPC.
LATER = object()


class MaintenanceEquipment(models.Model):
    _inherit = "maintenance.equipment"

    impact_count = fields.Integer(
        string="Impact Analyses", compute="_compute_impact_count"
    )

    def _compute_impact_count(self):
        counts = dict(
            self.env["metrology.impact.analysis"]._read_group(
                [("equipment_id", "in", self.ids)], ["equipment_id"], ["__count"]
            )
        )
        for equipment in self:
            equipment.impact_count = counts.get(equipment, 0)

    def _open_impact_analysis(self, events):
        """List what was measured with stopped equipment since the last good evidence.

        Where a failed check or a refused certificate stopped it, that is the finding and
        opens the analysis itself.

        :param events: metrology.equipment.event of the kind "suspend"
        :return: the analyses, metrology.impact.analysis
        """
        super()._open_impact_analysis(events)
        Analysis = self.env["metrology.impact.analysis"]
        if self.env.context.get("metrology_impact_later") is LATER:
            return Analysis
        return Analysis.union(
            *(Analysis._start(event.equipment_id, event) for event in events)
        )

    def action_impact_analysis(self):
        """Open the analysis that is under way, or a new one to be filled in."""
        self.ensure_one()
        Analysis = self.env["metrology.impact.analysis"]
        running = Analysis.search(
            [("equipment_id", "=", self.id), ("state", "!=", "closed")]
        )
        if running:
            return running._get_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Impact Analysis"),
            "res_model": Analysis._name,
            "view_mode": "form",
            "context": {"default_equipment_id": self.id},
        }

    def action_view_impact_analyses(self):
        """Show all analyses of the equipment."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "metrology_impact.action_impact_analysis"
        )
        return {
            **action,
            "domain": [("equipment_id", "in", self.ids)],
            "context": {"default_equipment_id": self[:1].id},
        }
