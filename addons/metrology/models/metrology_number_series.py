# SPDX-License-Identifier: AGPL-3.0-only
import string

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

_KEYS = {"year", "month", "day", "n"}
#: What a pattern must name so that two periods never make the same text.
_PERIOD_KEYS = {"none": set(), "year": {"year"}, "month": {"year", "month"}}


class MetrologyNumberSeries(models.Model):
    """How the numbers of one kind of document look and when they start again."""

    _name = "metrology.number.series"
    _description = "Number Series"
    _order = "code, company_id, id"
    _rec_names_search = ["name", "code"]

    code = fields.Char(required=True, index=True)
    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        index=True,
        help="Empty: one series for all institutions that have none of their own.",
    )
    pattern = fields.Char(
        required=True,
        default="{year}-{n:05d}",
        help="{year}, {month:02d}, {day:02d} and {n:05d} are replaced.",
    )
    period = fields.Selection(
        selection=[("none", "Never"), ("year", "Every year"), ("month", "Every month")],
        string="Starts Again",
        required=True,
        default="year",
    )
    example = fields.Char(compute="_compute_example")
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE active",
        "The institution has a series with this code already.",
    )

    @api.depends("pattern")
    def _compute_example(self):
        today = self.env["metrology.calendar"]._today()
        for series in self:
            try:
                series.example = series._format(today, 1)
            except (ValueError, KeyError, IndexError, AttributeError):
                series.example = False

    @api.constrains("pattern", "period")
    def _check_pattern(self):
        for series in self:
            try:
                keys = {
                    key
                    for _text, key, _spec, _conversion in string.Formatter().parse(
                        series.pattern
                    )
                    if key is not None
                }
                valid = "n" in keys and keys <= _KEYS
                series._format(fields.Date.to_date("2026-01-02"), 1)
            except (ValueError, KeyError, IndexError, AttributeError):
                valid = False
            if not valid:
                raise ValidationError(
                    self.env._(
                        "The pattern '%(pattern)s' of the series %(name)s is not "
                        "understood. Use {n:05d}, {year}, {month:02d} and {day:02d}.",
                        pattern=series.pattern,
                        name=series.name,
                    )
                )
            if not _PERIOD_KEYS[series.period] <= keys:
                raise ValidationError(
                    self.env._(
                        "The series %(name)s starts again every period, so its pattern "
                        "'%(pattern)s' must name the period (year, and month).",
                        pattern=series.pattern,
                        name=series.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = (
            self.env["metrology.number"]
            .sudo()
            .search_count([("series_id", "in", self.ids)], limit=1)
        )
        if used:
            raise UserError(
                self.env._(
                    "Numbers of this series stand on documents: archive it instead."
                )
            )

    def _format(self, date, n):
        """Return the text of number ``n`` on the calendar day ``date``."""
        self.ensure_one()
        return self.pattern.format(year=date.year, month=date.month, day=date.day, n=n)

    def _get_period(self, date):
        """Return the period that ``date`` belongs to: '2026', '2026-01' or ''."""
        self.ensure_one()
        size = {"none": 0, "year": 4, "month": 7}[self.period]
        return date.isoformat()[:size]

    @api.model
    def _get_for(self, code, companies):
        """Return ``{company.id: series}``; the institution's own wins over the shared.

        :raises UserError: no series of that code
        """
        found = self.sudo().search(
            [("code", "=", code), ("company_id", "in", [*companies.ids, False])]
        )
        shared = found.filtered(lambda series: not series.company_id)
        own = {series.company_id.id: series for series in found - shared}
        result = {
            company_id: own.get(company_id, shared) for company_id in companies.ids
        }
        if not all(result.values()):
            raise UserError(
                self.env._(
                    "There is no number series '%(code)s'. The administrator adds it "
                    "under Configuration, Number Series.",
                    code=code,
                )
            )
        return result
