# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class MetrologyEnvironmentAnalysis(models.TransientModel):
    """Statistics, trend and out-of-limit periods of a room, and the work they touch."""

    _name = "metrology.environment.analysis"
    _description = "Environment Analysis"

    room_id = fields.Many2one(comodel_name="metrology.room", required=True)
    start = fields.Datetime(
        string="From",
        required=True,
        default=lambda self: fields.Datetime.now() - relativedelta(days=1),
    )
    end = fields.Datetime(
        string="To", required=True, default=lambda self: fields.Datetime.now()
    )
    verdict = fields.Selection(
        selection=[
            ("none", "No Data"),
            ("ok", "Within Limits"),
            ("out", "Out of Limits"),
        ],
        compute="_compute_result",
        store=True,
    )
    statistic_ids = fields.One2many(
        comodel_name="metrology.environment.analysis.statistic",
        inverse_name="analysis_id",
        string="Statistics",
        compute="_compute_result",
        store=True,
    )
    period_ids = fields.One2many(
        comodel_name="metrology.environment.analysis.period",
        inverse_name="analysis_id",
        string="Out of Limits",
        compute="_compute_result",
        store=True,
    )

    @api.depends("room_id")
    def _compute_display_name(self):
        name = self.env._("Environment Analysis")
        for analysis in self:
            parts = (name, analysis.room_id.display_name)
            analysis.display_name = " ".join(filter(None, parts))

    @api.constrains("start", "end")
    def _check_order(self):
        for analysis in self:
            analysis.room_id._check_period(analysis.start, analysis.end)

    @api.depends("room_id", "start", "end")
    def _compute_result(self):
        for analysis in self:
            statistics, periods = {}, []
            room = analysis.room_id
            ordered = analysis.start and analysis.end and analysis.start <= analysis.end
            if room and ordered:
                room = room._origin or room
                room.check_access("read")
                statistics = room._get_statistics(analysis.start, analysis.end)
                periods = room._get_out_periods(analysis.start, analysis.end)
            analysis.verdict = "none" if not statistics else "out" if periods else "ok"
            analysis.statistic_ids = [fields.Command.clear()] + [
                fields.Command.create(
                    {
                        "element_id": row["element"].id,
                        "count": row["count"],
                        "minimum": row["min"],
                        "mean": row["mean"],
                        "maximum": row["max"],
                        "deviation": row["deviation"],
                        "slope": row["slope"],
                    }
                )
                for row in sorted(
                    statistics.values(), key=lambda row: row["element"].sequence
                )
            ]
            analysis.period_ids = [fields.Command.clear()] + [
                fields.Command.create(
                    {
                        "element_id": row["element"].id,
                        "start": row["start"],
                        "end": row["end"],
                        "count": row["count"],
                        "least": row["least"],
                        "greatest": row["greatest"],
                    }
                )
                for row in periods
            ]

    def action_open_trend(self):
        """Show the readings of the period as a graph."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_environment.action_environment_reading"
        )
        return {
            **action,
            "view_mode": "graph,list",
            "views": [(False, "graph"), (False, "list")],
            "domain": [
                ("room_id", "=", self.room_id.id),
                ("time", ">=", self.start),
                ("time", "<=", self.end),
                ("is_void", "=", False),
                ("is_usable", "=", True),
            ],
        }


class MetrologyEnvironmentAnalysisStatistic(models.TransientModel):
    """Statistics of one element."""

    _name = "metrology.environment.analysis.statistic"
    _description = "Statistics of Readings"

    analysis_id = fields.Many2one(
        comodel_name="metrology.environment.analysis", required=True, ondelete="cascade"
    )
    element_id = fields.Many2one(
        comodel_name="metrology.environment.element", string="Condition"
    )
    unit_id = fields.Many2one(related="element_id.unit_id")
    count = fields.Integer(string="Readings")
    minimum = fields.Char()
    mean = fields.Char()
    maximum = fields.Char()
    deviation = fields.Float(string="Standard Deviation", digits=(16, 4))
    slope = fields.Float(string="Trend per Hour", digits=(16, 4))


class MetrologyEnvironmentAnalysisPeriod(models.TransientModel):
    """One period in which an element was out of its limits."""

    _name = "metrology.environment.analysis.period"
    _description = "Period out of Limits"

    analysis_id = fields.Many2one(
        comodel_name="metrology.environment.analysis", required=True, ondelete="cascade"
    )
    element_id = fields.Many2one(
        comodel_name="metrology.environment.element", string="Condition"
    )
    unit_id = fields.Many2one(related="element_id.unit_id")
    start = fields.Datetime(string="From")
    end = fields.Datetime(string="To")
    count = fields.Integer(string="Readings")
    least = fields.Float(digits=(16, 4))
    greatest = fields.Float(digits=(16, 4))
