# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class MetrologySqlReportMixin(models.AbstractModel):
    """A report that is a query (``_table_query``) over records just written."""

    _name = "metrology.sql.report.mixin"
    _description = "Report by a Query"

    @api.model
    def _search(self, *args, **kwargs):
        # The view is read in SQL: what is still in memory must be there.
        self.env.flush_all()
        return super()._search(*args, **kwargs)

    @api.model
    def _read_group(self, *args, **kwargs):
        self.env.flush_all()
        return super()._read_group(*args, **kwargs)
