# SPDX-License-Identifier: AGPL-3.0-only
from markupsafe import Markup

from odoo import api, fields, models

from odoo.addons.metrology.tools import rounding
from odoo.addons.metrology.tools.control import Chart
from odoo.addons.metrology.tools.pictures import control_chart_svg

_LEVELS = [("low", "Low"), ("medium", "Medium"), ("high", "High")]
_POINTS = {"low": 0, "medium": 1, "high": 2}
#: Sum of the points of use and risk -> months between checks; a costly check is made
#: one step later.
_MONTHS = {0: 12, 1: 12, 2: 6, 3: 4, 4: 3}


class MaintenanceEquipment(models.Model):
    """How often equipment is checked between calibrations, and how it drifts."""

    _inherit = "maintenance.equipment"

    check_use = fields.Selection(
        selection=_LEVELS, string="How Much It Is Used", default="medium", required=True
    )
    check_risk = fields.Selection(
        selection=_LEVELS,
        string="Risk of a Wrong Result",
        default="medium",
        required=True,
    )
    check_cost = fields.Selection(
        selection=_LEVELS, string="Cost of a Check", default="low", required=True
    )
    check_interval_proposed = fields.Integer(
        string="Proposed Interval (months)",
        compute="_compute_check_interval_proposed",
        help="From use, risk and cost; the more use and risk, the oftener.",
    )
    check_chart = fields.Html(
        string="Chart of the Checks", compute="_compute_check_chart", sanitize=False
    )

    @api.depends("check_use", "check_risk", "check_cost")
    def _compute_check_interval_proposed(self):
        for equipment in self:
            points = _POINTS[equipment.check_use or "low"]
            points += _POINTS[equipment.check_risk or "low"]
            if equipment.check_cost == "high":
                points = max(points - 1, 0)
            equipment.check_interval_proposed = _MONTHS[points]

    @api.depends("check_ids.state", "check_ids.date", "check_ids.line_ids.deviation")
    def _compute_check_chart(self):
        for equipment in self:
            equipment.check_chart = equipment._get_check_chart() or False

    def action_use_proposed_interval(self):
        """Take the proposed interval between intermediate checks."""
        for equipment in self:
            equipment.check_interval_months = equipment.check_interval_proposed
        return True

    def _get_check_chart(self):
        """Draw the deviations of the done checks of this one equipment, by point.

        One picture for each point's name that was checked twice or more, with the
        limits of the last check.

        :return: pictures (SVG) one under the other, empty where there are none
        :rtype: markupsafe.Markup
        """
        self.ensure_one()
        done = self.check_ids.filtered(lambda check: check.state != "planned")
        by_name = {}
        for check in done.sorted(lambda check: (check.date, check.id)):
            for line in check.line_ids:
                if line.deviation:
                    name = line.name or line.reference
                    by_name.setdefault(name, []).append(line)
        pictures = []
        for name, lines in by_name.items():
            if len(lines) < 2:
                continue
            limit = float(rounding.exact(lines[-1].limit))
            points = tuple(float(rounding.exact(line.deviation)) for line in lines)
            chart = Chart(
                kind=name,
                points=points,
                centre=0.0,
                UCL=limit,
                LCL=-limit,
                sigma=limit / 3,
            )
            pictures.append(
                Markup("<div><strong>%s</strong><br/>%s</div>")
                % (
                    name,
                    # The picture escapes its words itself.
                    Markup(
                        control_chart_svg(
                            chart,
                            title=name,
                            labels=[str(line.check_id.date) for line in lines],
                        )
                    ),
                )
            )
        return Markup("").join(pictures)

    @api.model
    def _cron_plan_checks(self):
        """Plan the intermediate checks that come near, each once; return them.

        Points and limits are those of the last check, so that they can be compared.
        """
        today = self.env["metrology.calendar"]._today()
        days = self.env["metrology.equipment.plan"]._get_lead_days("check")
        due = self.search(
            [
                ("metrology_use", "!=", "none"),
                ("metrology_state", "not in", ("scrapped", "sealed")),
                ("check_due", "<=", fields.Date.add(today, days=days)),
            ]
        )
        Check = self.env["metrology.equipment.check"]
        planned = Check.search(
            [("equipment_id", "in", due.ids), ("state", "=", "planned")]
        ).equipment_id
        last = {
            check.equipment_id: check
            for check in Check.search(
                [("equipment_id", "in", due.ids), ("state", "!=", "planned")],
                order="date, id",
            )
        }
        return Check.create(
            [
                {
                    "equipment_id": equipment.id,
                    "planned_on": max(equipment.check_due, today),
                    "user_id": equipment.technician_user_id.id,
                    "line_ids": [
                        fields.Command.create(
                            {
                                "name": line.name,
                                "reference": line.reference,
                                "limit": line.limit,
                            }
                        )
                        for line in last.get(equipment, Check).line_ids
                    ],
                }
                for equipment in due - planned
            ]
        )


class MetrologyEquipmentCheck(models.Model):
    _inherit = "metrology.equipment.check"

    result = fields.Char(
        compute="_compute_result",
        string="Largest Deviation",
        help="The deviation that takes most of its limit.",
    )

    @api.depends("line_ids.deviation", "line_ids.limit")
    def _compute_result(self):
        for check in self:
            worst, share = False, -1
            for line in check.line_ids.filtered("deviation"):
                limit = rounding.exact(line.limit)
                part = abs(rounding.exact(line.deviation)) / limit if limit else 0
                if part > share:
                    worst, share = line, part
            check.result = f"{worst.deviation} (±{worst.limit})" if worst else False


class MetrologyEquipmentCheckLine(models.Model):
    _inherit = "metrology.equipment.check.line"

    # For graphs; the typed texts are the truth.
    equipment_id = fields.Many2one(
        related="check_id.equipment_id", store=True, index="btree_not_null"
    )
    date = fields.Date(related="check_id.date", store=True)
    deviation_value = fields.Float(
        string="Deviation (value)",
        compute="_compute_deviation_value",
        store=True,
        digits=0,
        aggregator="avg",
    )
    limit_share = fields.Float(
        string="Part of the Limit (%)",
        compute="_compute_deviation_value",
        store=True,
        aggregator="max",
    )

    @api.depends("deviation", "limit")
    def _compute_deviation_value(self):
        for line in self:
            if not line.deviation:
                line.deviation_value = line.limit_share = 0.0
                continue
            value, limit = rounding.exact(line.deviation), rounding.exact(line.limit)
            line.deviation_value = float(value)
            line.limit_share = float(100 * abs(value) / limit) if limit else 0.0
