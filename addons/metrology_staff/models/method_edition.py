# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models
from odoo.fields import Domain


class MetrologyMethodEdition(models.Model):
    """Whom the change of an edition concerns: those authorized to work by it."""

    _inherit = "metrology.method.edition"

    def _get_authorizations_by_edition(self):
        """Return ``{edition id: authorizations in force or still to come}``.

        Of capabilities on the edition's method, unless another edition is named there.
        A fixed number of queries for any number of editions.
        """
        today = self.env["metrology.calendar"]._today(self.env.company)
        found = (
            self.env["metrology.authorization"]
            .sudo()
            .search(
                Domain("capability_id.method_id", "in", self.method_id.ids)
                & Domain("state", "in", ("active", "suspended"))
                & Domain("date_to", ">=", today)
            )
        )
        result = {}
        for edition in self:
            result[edition.id] = found.filtered(
                lambda one, edition=edition: (
                    one.capability_id.method_id == edition.method_id
                    and one.capability_id.edition_id in (edition, edition.browse())
                )
            )
        return result

    def _get_notice_employees(self):
        result = super()._get_notice_employees()
        for edition_id, records in self._get_authorizations_by_edition().items():
            result[edition_id] |= records.employee_id
        return result

    def _get_affected(self):
        """Add: the persons authorized to work by the editions."""
        result = super()._get_affected()
        by_edition = self._get_authorizations_by_edition()
        for edition in self:
            for employee in by_edition[edition.id].employee_id:
                result.append((edition, employee, employee.user_id))
        return result
