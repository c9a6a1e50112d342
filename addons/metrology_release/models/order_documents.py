# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyOrder(models.Model):
    """From the order to the records and certificates made for it (S0-7.1.1)."""

    _inherit = "metrology.order"

    record_count = fields.Integer(
        string="Technical Records", compute="_compute_document_counts"
    )
    certificate_count = fields.Integer(
        string="Number of Certificates", compute="_compute_document_counts"
    )

    def _compute_document_counts(self):
        """Count what the user may see; two queries for any number of orders."""
        records = dict(
            self.env["metrology.record"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        certificates = dict(
            self.env["metrology.certificate"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.record_count = records.get(order, 0)
            order.certificate_count = certificates.get(order, 0)

    def action_view_records(self):
        """Show the technical records of the orders."""
        return self._action_view(
            "metrology_record.action_record", [("order_id", "in", self.ids)]
        )

    def action_view_certificates(self):
        """Show the certificates of the orders, void ones too."""
        return self._action_view(
            "metrology_certificate.action_certificate",
            [("order_id", "in", self.ids)],
        )
