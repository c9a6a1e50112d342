# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class MetrologyCertificate(models.Model):
    _inherit = "metrology.certificate"

    def _get_change_blockers(self):
        """A record on hold holds up approval, print and release of its certificate."""
        return super()._get_change_blockers() + self.record_id._get_hold_blockers()
