# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_invoiceable_lines(self, final=False):
        """A settlement sheet invoices its own lines, and down payments."""
        lines = super()._get_invoiceable_lines(final=final)
        quantities = self.env.context.get("metrology_settlement_quantities")
        if quantities is None:
            return lines
        return lines.filtered(
            lambda line: (
                line.id in quantities
                or line.is_downpayment
                or line.display_type in ("line_section", "line_subsection", "line_note")
            )
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _prepare_invoice_line(self, **optional_values):
        values = super()._prepare_invoice_line(**optional_values)
        quantities = self.env.context.get("metrology_settlement_quantities") or {}
        if self.id in quantities and not self.is_downpayment:
            # More may have been finished since the customer confirmed the sheet.
            values["quantity"] = quantities[self.id]
        return values
