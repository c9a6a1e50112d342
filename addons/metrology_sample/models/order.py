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

    def _desk_data(self):
        """Return what the receiving desk shows of an order."""
        self.ensure_one()
        samples = self.sample_ids.filtered(lambda sample: sample.state != "cancelled")
        states = dict(self._fields["state"]._description_selection(self.env))
        rows = samples.sorted("id")._desk_data()
        return {
            "id": self.id,
            "name": self.name,
            "partner": self.partner_id.display_name,
            "contact": " ".join(filter(None, (self.contact_name, self.contact_phone))),
            "state": self.state,
            "state_label": states[self.state],
            "urgent": self.urgent,
            "due_date": str(self.due_date or ""),
            "instructions": self.special_instructions or "",
            "samples": rows,
            "expected": sum(row["state"] == "expected" for row in rows),
            "received": sum(row["state"] != "expected" for row in rows),
        }
