# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyEnvironmentSensor(models.Model):
    """A sensor that is on the list of equipment is calibrated like all equipment."""

    _inherit = "metrology.environment.sensor"

    equipment_id = fields.Many2one(
        comodel_name="maintenance.equipment",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('metrology_use', '!=', 'none')]",
        tracking=True,
        help="Its certificates and its status say whether it may be read.",
    )
    date_to = fields.Date(
        compute="_compute_date_to", store=True, readonly=False, precompute=True
    )
    certificate_number = fields.Char(
        compute="_compute_date_to", store=True, readonly=False, precompute=True
    )

    _equipment_uniq = models.UniqueIndex(
        "(equipment_id) WHERE equipment_id IS NOT NULL AND active",
        "This equipment is a sensor already.",
    )

    @api.depends(
        "equipment_id.traceability_due",
        "equipment_id.traceability_id.number",
    )
    def _compute_date_to(self):
        for sensor in self:
            equipment = sensor.equipment_id.sudo()
            if equipment:
                sensor.date_to = equipment.traceability_due
                sensor.certificate_number = equipment.traceability_id.number
            else:
                sensor.date_to = sensor.date_to
                sensor.certificate_number = sensor.certificate_number

    def _get_unusable_reason(self, day):
        """Add: its equipment is suspended, scrapped, away or not traceable."""
        reason = super()._get_unusable_reason(day)
        equipment = self.equipment_id.sudo()
        if reason or not equipment:
            return reason
        for _code, message in equipment._get_validity_blockers(day)[equipment.id]:
            return message
        return False

    def _expiry_is_wanted(self):
        # Its equipment is told about, not the same thing twice.
        return super()._expiry_is_wanted() and not self.equipment_id
