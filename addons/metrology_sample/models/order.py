# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class MetrologyOrder(models.Model):
    _inherit = "metrology.order"

    def action_receive_samples(self):
        """Open the receiving desk on this order."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "metrology_sample.receiving_desk",
            "name": self.env._("Receiving Desk"),
            "params": {"code": self.name},
        }

    def action_print_labels(self):
        """Print the labels of the order's received samples."""
        return self.sample_ids.filtered(
            lambda sample: sample.name != "New"
        ).action_print_labels()
