# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.exceptions import UserError

from ..tools import method_items


class MetrologyRecord(models.Model):
    """A record takes its items, points and limits from the database of the method."""

    _inherit = "metrology.record"

    @api.model
    def _prepare_record(self, job, version):
        """Add: the points of the method; refuse limits that are not those entered.

        :raises UserError: the version was made from items that have changed since, or
            from those of another edition than the job is worked by
        """
        values = super()._prepare_record(job, version)
        items = version._get_items().get(version.id)
        if items is None:
            return values
        problem = version._get_items_problem(items)
        edition = job.edition_id or job.capability_id.current_edition_id
        if edition and edition != version.items_edition_id:
            problem = self.env._(
                "%(version)s holds items and limits of %(made)s, the work is done by "
                "%(edition)s.",
                version=version.display_name,
                made=version.items_edition_id.name,
                edition=edition.name,
            )
        if problem:
            raise UserError(
                self.env._(
                    "%(job)s: %(problem)s", job=job.display_name, problem=problem
                )
            )
        tables = values["draft_data"]["tables"]
        for table, points in method_items.points_of(items).items():
            rows = tables[table]
            while len(rows) < len(points):
                rows.append(dict(rows[-1]))
            for row, point in zip(rows, points, strict=False):
                row["p"] = point
        return values
