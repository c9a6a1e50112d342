# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyStandardFileType(models.Model):
    """A document that the file set (文件集) of a measurement standard has.

    The list is the institution's own to edit; what comes with the addon follows
    JJF 1033, clause "file set of the measurement standard".
    """

    _name = "metrology.standard.file.type"
    _description = "Document of the File Set"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    need = fields.Selection(
        selection=[
            ("required", "Required"),
            ("optional", "Where Applicable"),
        ],
        required=True,
        default="required",
    )
    source = fields.Selection(
        selection=[
            ("file", "Uploaded document"),
            ("examination", "Examination certificate"),
            ("social", "Social public standard certificate"),
            ("approval", "Own unit's approval"),
            ("repeatability", "Records of repeatability"),
            ("stability", "Records of stability"),
            ("verification", "Records of the verification of results"),
            ("chain", "Traceability chain"),
            ("members", "Certificates of the equipment"),
            ("methods", "Methods in force"),
            ("changes", "Approved changes"),
        ],
        required=True,
        default="file",
        help="Where it comes from: everything but an uploaded document is kept by the "
        "suite and is always the latest.",
    )
    guidance = fields.Char(translate=True, help="What it must contain.")

    @api.model_create_multi
    def create(self, vals_list):
        types = super().create(vals_list)
        self.env["metrology.standard"].sudo().with_context(active_test=False).search(
            [("state", "!=", "withdrawn")]
        )._ensure_file_items()
        return types
