# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyTraceabilityLink(models.Model):
    """A standard above our equipment: one step of the chain to the national standard.

    The first step is the standard of the institution that issued the certificate, the
    last the national standard (ISO/IEC 17025 6.5.1, JJF 1033 traceability diagram).
    """

    _name = "metrology.traceability.link"
    _description = "Step of a Traceability Chain"
    _order = "traceability_id, sequence, id"
    _rec_name = "standard_name"

    traceability_id = fields.Many2one(
        comodel_name="metrology.traceability",
        string="Certificate",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="traceability_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(default=10)
    level = fields.Selection(
        selection=[
            ("national", "National Standard"),
            ("region", "Standard of a Region"),
            ("province", "Standard of a Province"),
            ("city", "Standard of a City or County"),
            ("other", "Other Standard"),
        ],
        required=True,
        default="province",
    )
    institution = fields.Char(required=True)
    standard_name = fields.Char(string="Standard", required=True)
    certificate_number = fields.Char(
        help="Certificate of that standard, as the certificate of ours names it."
    )
    uncertainty_text = fields.Char(string="Uncertainty / Class / MPE")
