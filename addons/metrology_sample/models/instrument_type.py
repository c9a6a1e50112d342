# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyInstrumentType(models.Model):
    _inherit = "metrology.instrument.type"

    handling_class_id = fields.Many2one(
        comodel_name="metrology.handling.class",
        ondelete="restrict",
        help="How samples of this type are kept; empty: the general class.",
    )
