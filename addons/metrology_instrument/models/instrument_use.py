# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models

from odoo.addons.metrology_method.const import USES


class MetrologyInstrument(models.Model):
    """What an instrument is used for, and what the state's catalogue says of that."""

    _inherit = "metrology.instrument"

    instrument_use = fields.Selection(
        selection=USES,
        string="Use",
        tracking=True,
        help="What the customer uses it for: with the type it decides whether the state "
        "demands its verification.",
    )

    @api.depends("instrument_type_id", "instrument_use")
    def _compute_mandatory(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        answers = self.env["metrology.mandatory.catalogue"]._classify(
            {(one.instrument_type_id, one.instrument_use) for one in self}, today
        )
        for one in self:
            key = (one.instrument_type_id.id, one.instrument_use)
            one.mandatory = answers[key]["mandatory"]
