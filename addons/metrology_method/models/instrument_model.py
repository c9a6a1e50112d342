# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyInstrumentModel(models.Model):
    """A maker's model of instruments with its range and metrological characteristics."""

    _name = "metrology.instrument.model"
    _description = "Instrument Model"
    _inherit = ["mail.thread", "metrology.range.mixin"]
    _order = "manufacturer, name, id"
    _rec_names_search = ["name", "manufacturer", "instrument_type_id.name"]

    name = fields.Char(string="Model / Specification", required=True, tracking=True)
    manufacturer = fields.Char(required=True, index="trigram", tracking=True)
    instrument_type_id = fields.Many2one(
        comodel_name="metrology.instrument.type",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        help="Empty: the model is known to all companies.",
    )
    active = fields.Boolean(default=True)
    accuracy_text = fields.Char(string="Accuracy Class", tracking=True)
    mpe_text = fields.Char(
        string="Maximum Permissible Error", tracking=True, help="As it is written."
    )
    resolution_text = fields.Char(string="Resolution / Division", tracking=True)
    type_approval = fields.Char(string="Type Approval Number")
    note = fields.Text()

    _model_uniq = models.UniqueIndex(
        "(manufacturer, name, instrument_type_id, COALESCE(company_id, 0))",
        "This maker's model is entered already.",
    )
