# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MetrologyStandardMember(models.Model):
    """A piece of equipment within a measurement standard."""

    _name = "metrology.standard.member"
    _description = "Member of a Measurement Standard"
    _order = "standard_id, role desc, sequence, id"
    _rec_name = "equipment_id"

    standard_id = fields.Many2one(
        comodel_name="metrology.standard",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="standard_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(default=10)
    equipment_id = fields.Many2one(
        comodel_name="maintenance.equipment",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('metrology_use', '!=', 'none')]",
    )
    role = fields.Selection(
        selection=[("auxiliary", "Auxiliary"), ("main", "Main")],
        required=True,
        default="main",
    )
    model = fields.Char(related="equipment_id.model")
    serial_no = fields.Char(related="equipment_id.serial_no")
    range_text = fields.Char(related="equipment_id.range_text")
    uncertainty_text = fields.Char(related="equipment_id.uncertainty_text")
    metrology_state = fields.Selection(related="equipment_id.metrology_state")
    metrology_validity = fields.Selection(related="equipment_id.metrology_validity")
    traceability_due = fields.Date(related="equipment_id.traceability_due")

    _equipment_uniq = models.Constraint(
        "unique(standard_id, equipment_id)",
        "The equipment is a member of the measurement standard already.",
    )

    @api.constrains("equipment_id", "standard_id")
    def _check_equipment(self):
        for member in self:
            equipment = member.equipment_id
            if equipment.metrology_use == "none":
                raise ValidationError(
                    self.env._(
                        "%(equipment)s is not for measuring: set its use first.",
                        equipment=equipment.display_name,
                    )
                )
            if (
                equipment.company_id
                and equipment.company_id != member.standard_id.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(equipment)s belongs to another company than %(standard)s.",
                        equipment=equipment.display_name,
                        standard=member.standard_id.display_name,
                    )
                )
