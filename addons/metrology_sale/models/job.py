# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class MetrologyJob(models.Model):
    _inherit = "metrology.job"

    def _after_finish(self):
        result = super()._after_finish()
        self.order_line_id._mark_delivered()
        return result
