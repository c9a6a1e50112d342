# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models
from odoo.exceptions import UserError


class MetrologyRecord(models.Model):
    _inherit = "metrology.record"

    def _make_certificate(self):
        """Make no certificate of what is on hold."""
        blockers = self._get_hold_blockers()
        if blockers:
            raise UserError("\n".join(text for _code, text in blockers))
        return super()._make_certificate()
