# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyEquipmentUsage(models.Model):
    _inherit = "metrology.equipment.usage"

    sample_id = fields.Many2one(
        comodel_name="metrology.sample",
        string="Sample",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The sample that was measured with it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Name the sample of what a technical record used (S2-6.5b)."""
        mine = [
            vals
            for vals in vals_list
            if vals.get("document_model") == "metrology.record"
        ]
        records = self.env["metrology.record"].sudo()
        records = records.browse({vals["document_id"] for vals in mine})
        samples = {record.id: record.sample_id.id for record in records}
        for vals in mine:
            vals["sample_id"] = samples[vals["document_id"]]
        return super().create(vals_list)
