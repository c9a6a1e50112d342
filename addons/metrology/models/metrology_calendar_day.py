# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyCalendarDay(models.Model):
    """A day on which the official calendar differs from the plain week.

    Chinese public holidays move working days to weekends (调休), which no weekly
    schedule can say: each such day is a row here, published once a year.
    """

    _name = "metrology.calendar.day"
    _description = "Calendar Exception"
    _order = "date desc, id"
    _rec_name = "name"

    date = fields.Date(required=True, index=True)
    kind = fields.Selection(
        selection=[("holiday", "Day Off"), ("workday", "Make-up Working Day")],
        required=True,
        default="holiday",
    )
    name = fields.Char(string="Occasion", required=True, translate=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        index=True,
        help="Empty: the day counts for every institution.",
    )

    _date_uniq = models.UniqueIndex(
        "(date, COALESCE(company_id, 0))",
        "This date is in the calendar already.",
    )

    @api.depends("name", "date")
    def _compute_display_name(self):
        for day in self:
            day.display_name = f"{day.date or ''} {day.name or ''}".strip()

    @api.model
    def _load(self, rows, company=None):
        """Write the given days; a day that is there already takes the new kind.

        :param rows: list of (date, kind, name)
        :param company: res.company or None for all institutions
        :return: the days, created and changed
        :raise UserError: one date with two kinds
        """
        company_id = company.id if company else False
        wanted = {}
        for date, kind, name in rows:
            if wanted.setdefault(date, (kind, name))[0] != kind:
                raise UserError(
                    self.env._(
                        "%(date)s is given both as a day off and as a working day.",
                        date=date,
                    )
                )
        known = self.search(
            [("date", "in", list(wanted)), ("company_id", "=", company_id)]
        )
        for day in known:
            kind, name = wanted.pop(day.date)
            if (day.kind, day.name) != (kind, name):
                day.write({"kind": kind, "name": name})
        return known | self.create(
            [
                {"date": date, "kind": kind, "name": name, "company_id": company_id}
                for date, (kind, name) in wanted.items()
            ]
        )
