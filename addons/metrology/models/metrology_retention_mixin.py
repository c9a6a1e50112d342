# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyRetentionMixin(models.AbstractModel):
    """Records that are kept: max(policy of the institution, two cycles).

    Six years are suggested (S0-6.3.6, S0-7.3.2), two verification or calibration cycles
    demanded (S1-7.5-6); the later day counts. The model needs ``company_id``; it extends
    :meth:`_compute_retention_until` with the ``@api.depends`` of its hooks.
    """

    _name = "metrology.retention.mixin"
    _description = "Retention"

    retention_until = fields.Date(
        string="Keep until",
        compute="_compute_retention_until",
        store=True,
        help="The record must not be destroyed before this day.",
    )

    def _retention_start(self):
        """Return the day the retention starts, or False (one record)."""
        raise NotImplementedError

    def _retention_cycle_months(self):
        """Return the verification or calibration cycle in months, 0 for none."""
        raise NotImplementedError

    @api.depends("company_id.metrology_retention_years")
    def _compute_retention_until(self):
        for record in self:
            start = record._retention_start()
            if not start:
                record.retention_until = False
                continue
            company = record.company_id or self.env.company
            years = company.sudo().metrology_retention_years
            months = record._retention_cycle_months() or 0
            record.retention_until = max(
                start + relativedelta(years=years),
                start + relativedelta(months=2 * months),
            )

    def _check_retention(self, day=None):
        """Refuse the destruction of records that must still be kept.

        :param day: the day of the destruction, default today
        :raises UserError: names the first such record and its day
        """
        for record in self.sudo():
            date = day or self.env["metrology.calendar"]._today(record.company_id)
            if record.retention_until and date <= record.retention_until:
                raise UserError(
                    self.env._(
                        "%(name)s must be kept until %(date)s.",
                        name=record.display_name,
                        date=record.retention_until,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_retained(self):
        self._check_retention()
