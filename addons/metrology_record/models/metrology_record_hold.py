# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class MetrologyRecord(models.Model):
    """Records that wait for a decision are neither checked nor certified."""

    _inherit = "metrology.record"

    def _get_hold_blockers(self):
        """Return (code, message) for each record that is held up. Hook.

        An addon that holds records up (``metrology_impact``: until a bad standard was
        judged) names them and why; check, certificate, print and release ask for it.
        """
        return []

    def _get_check_blockers(self):
        return super()._get_check_blockers() + self._get_hold_blockers()
