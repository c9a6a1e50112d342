# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyEquipmentUsage(models.Model):
    """That a piece of equipment was used: when, by whom, for which document.

    Written by the work itself (``maintenance.equipment._log_usage``), or by a person
    for a use without document, which then belongs to the equipment; append-only.
    """

    _name = "metrology.equipment.usage"
    _description = "Equipment Usage"
    _order = "time desc, id desc"
    _rec_name = "document_name"

    equipment_id = fields.Many2one(
        comodel_name="maintenance.equipment",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, index=True
    )
    time = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        comodel_name="res.users", string="By", required=True, ondelete="restrict"
    )
    document_model = fields.Char(required=True)
    document_id = fields.Many2oneReference(
        model_field="document_model", required=True, index=True
    )
    document_name = fields.Char(string="Used for")
    note = fields.Char()

    _document_uniq = models.UniqueIndex(
        "(document_model, document_id, equipment_id) "
        "WHERE document_model != 'maintenance.equipment'",
        "The use of the equipment for the document is on file already.",
    )
    _equipment_time_idx = models.Index("(equipment_id, time DESC)")

    def write(self, vals):
        raise UserError(
            self.env._("The use of equipment is history: it stays as it is.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("The use of equipment is history: it stays as it is.")
        )
