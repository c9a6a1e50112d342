# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

_KEY = object()


class MetrologyResult(models.Model):
    """One result of a locked record: a quantity of an instrument at a point.

    Written once, at lock, so that drift, statistics and data exchange read a table.
    Texts are what was printed; floats are copies for search and graphs.
    """

    _name = "metrology.result"
    _description = "Measurement Result"
    _order = "date desc, record_id desc, id"
    _log_access = False

    record_id = fields.Many2one(
        comodel_name="metrology.record",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True, index=True)
    instrument_id = fields.Many2one(
        comodel_name="metrology.instrument", readonly=True, ondelete="restrict"
    )
    date = fields.Date(readonly=True)
    quantity = fields.Char(readonly=True)
    unit = fields.Char(readonly=True)
    point = fields.Char(readonly=True)
    point_unit = fields.Char(
        string="Unit of the Point",
        readonly=True,
        help="Of the column the point was typed in; empty where the template names none.",
    )
    value = fields.Char(readonly=True)
    error = fields.Char(readonly=True)
    U = fields.Char(string="Expanded Uncertainty U", readonly=True)
    k = fields.Char(string="Coverage Factor k", readonly=True)
    limit = fields.Char(readonly=True)
    verdict = fields.Selection(
        selection=[
            ("pass", "Pass"),
            ("fail", "Fail"),
            ("undetermined", "Undetermined"),
            ("none", "No Statement"),
        ],
        readonly=True,
        default="none",
    )
    # What decided: the impact of a bad standard is computed from these, not from print.
    rule = fields.Selection(
        selection=[
            ("regulation", "Regulation"),
            ("jjf1094", "JJF 1094"),
            ("ilac_g8", "ILAC-G8, binary"),
            ("ilac_g8_nonbinary", "ILAC-G8, non-binary"),
        ],
        string="Decision Rule",
        readonly=True,
    )
    compared = fields.Char(
        string="Compared Value",
        readonly=True,
        help="The unrounded number that was compared with the limits.",
    )
    lower = fields.Char(string="Lower Limit", readonly=True)
    upper = fields.Char(string="Upper Limit", readonly=True)
    interval = fields.Char(
        string="Rounding Interval",
        readonly=True,
        help="To which the value was rounded before it was compared.",
    )
    point_float = fields.Float(string="Point (number)", readonly=True, aggregator="avg")
    value_float = fields.Float(string="Value (number)", readonly=True, aggregator="avg")
    U_float = fields.Float(string="U (number)", readonly=True, aggregator="max")
    superseded = fields.Boolean(
        readonly=True, help="The record was taken up again; newer results exist."
    )

    _history = models.Index("(instrument_id, quantity, date)")

    @api.depends("quantity", "point", "value", "unit")
    def _compute_display_name(self):
        for result in self:
            parts = (result.quantity, result.point, result.value, result.unit)
            result.display_name = " ".join(part for part in parts if part)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_key()
        return super().create(vals_list)

    def write(self, vals):
        self._check_key()
        return super().write(vals)

    def unlink(self):
        self._check_key()
        return super().unlink()

    def _check_key(self):
        if self.env.context.get("metrology_result") is not _KEY:
            raise UserError(
                self.env._("Results come from locked records, nobody writes them.")
            )

    def _with_key(self):
        return self.sudo().with_context(metrology_result=_KEY)
