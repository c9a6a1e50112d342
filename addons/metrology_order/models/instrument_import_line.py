# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class MetrologyInstrumentImportLine(models.Model):
    _inherit = "metrology.instrument.import.line"

    def _prepare_order_line_values(self, order, sequence):
        """Values of the order line that a line of the list becomes."""
        self.ensure_one()
        return {
            "order_id": order.id,
            "sequence": sequence,
            "section": self.section,
            "instrument_id": self.instrument_id.id,
            "service_kind": self.service_kind,
            "quantity": self.quantity,
            "urgent": self.urgent,
            "accessories": self.accessories,
            "condition_note": self.condition,
            "remark": self.remark,
        }
