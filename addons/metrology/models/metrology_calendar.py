# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import DEFAULT_TIMEZONE


class MetrologyCalendar(models.AbstractModel):
    """The institution's days: which one is today, and which are working days.

    Odoo's resource calendar counts the first day as day 1 and cannot express the
    make-up working weekends of the official Chinese calendar; time limits in the
    regulations count from the day *after* the event (GB/T 7408 calendar days).
    """

    _name = "metrology.calendar"
    _description = "Working-Day Calendar"

    @api.model
    def _timezone(self, company=None):
        """Return the pytz zone of the institution."""
        company = company or self.env.company
        name = company.sudo().partner_id.tz or self.env.context.get("tz")
        name = name or self.env.user.tz or DEFAULT_TIMEZONE
        return pytz.timezone(name)

    @api.model
    def _today(self, company=None):
        """Return the calendar day of the institution (date, not UTC)."""
        return self._to_day(fields.Datetime.now(), company)

    @api.model
    def _to_day(self, moment, company=None):
        """Return the institution's calendar day of a UTC datetime."""
        return pytz.utc.localize(moment).astimezone(self._timezone(company)).date()

    @api.model
    def _get_exceptions(self, first, last, company=None):
        """Return {date: kind} between both days; the institution's own days win."""
        company = company or self.env.company
        days = (
            self.env["metrology.calendar.day"]
            .sudo()
            .search_fetch(
                [
                    ("date", ">=", first),
                    ("date", "<=", last),
                    ("company_id", "in", [company.id, False]),
                ],
                ["date", "kind", "company_id"],
            )
        )
        days = days.sorted(lambda day: bool(day.company_id))
        return {day.date: day.kind for day in days}

    @staticmethod
    def _works(day, exceptions):
        kind = exceptions.get(day)
        return kind == "workday" if kind else day.weekday() < 5

    @api.model
    def _is_working_day(self, date, company=None):
        """Tell whether date is a working day of the institution."""
        return self._works(date, self._get_exceptions(date, date, company))

    @api.model
    def _add_working_days(self, date, n, company=None):
        """Return the n-th working day after date; the day after is day 1.

        n = 0 gives the date itself, a negative n counts backwards.

        :raises UserError: the calendar has no working days left to count
        """
        step = timedelta(days=1 if n >= 0 else -1)
        left = abs(n)
        # A holiday of two weeks needs room; the span grows if it was not enough.
        span = left * 2 + 30
        far = date + step * span
        exceptions = self._get_exceptions(min(date, far), max(date, far), company)
        day = date
        for _index in range(span):
            if not left:
                return day
            day += step
            left -= self._works(day, exceptions)
        if not left:
            return day
        raise UserError(
            self.env._(
                "The calendar has too few working days after %(date)s to count "
                "%(count)s of them. Check the days off.",
                date=date,
                count=abs(n),
            )
        )

    @api.model
    def _count_working_days(self, first, last, company=None):
        """Count the working days after first up to and including last.

        Negative where last lies before first; the inverse of
        :meth:`_add_working_days`.
        """
        if last < first:
            return -self._count_working_days(last, first, company)
        exceptions = self._get_exceptions(first, last, company)
        days = (last - first).days
        return sum(
            self._works(first + timedelta(days=index), exceptions)
            for index in range(1, days + 1)
        )
