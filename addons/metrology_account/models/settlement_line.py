# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologySettlementLine(models.Model):
    """One finished service on a settlement sheet, or another charge of the sale order.

    A calibration order line stands on one living settlement only.
    """

    _name = "metrology.settlement.line"
    _description = "Fee Settlement Line"
    _order = "settlement_id, order_id, id"
    _check_company_auto = True

    settlement_id = fields.Many2one(
        comodel_name="metrology.settlement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="settlement_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    order_line_id = fields.Many2one(
        comodel_name="metrology.order.line",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    order_id = fields.Many2one(
        related="order_line_id.order_id", store=True, index=True, precompute=True
    )
    sale_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    product_id = fields.Many2one(related="sale_line_id.product_id", string="Fee Item")
    instrument_id = fields.Many2one(related="order_line_id.instrument_id")
    service_kind = fields.Selection(related="order_line_id.service_kind")
    price_basis = fields.Char(related="sale_line_id.price_basis")
    description = fields.Char(compute="_compute_description")
    quantity = fields.Float(readonly=True, digits="Product Unit", default=1.0)
    price_unit = fields.Monetary(readonly=True)
    amount = fields.Monetary(
        compute="_compute_amount", store=True, help="Before taxes, unless included."
    )
    is_void = fields.Boolean(
        readonly=True, help="Its settlement was cancelled; the service is free again."
    )

    _order_line_uniq = models.UniqueIndex(
        "(order_line_id) WHERE order_line_id IS NOT NULL AND is_void IS NOT TRUE",
        "A service stands on one settlement sheet only.",
    )

    @api.depends("order_line_id", "sale_line_id")
    def _compute_description(self):
        for line in self:
            line.description = (
                line.instrument_id.display_name
                if line.order_line_id
                else line.sale_line_id.name
            )

    @api.depends("quantity", "price_unit")
    def _compute_amount(self):
        for line in self:
            line.amount = line.currency_id.round(line.quantity * line.price_unit)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_by_hand()
        return super().create(vals_list)

    def write(self, vals):
        self._check_by_hand()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        for settlement in self.settlement_id:
            if settlement.state != "draft":
                raise UserError(
                    self.env._(
                        "%(settlement)s is confirmed; its lines stay.",
                        settlement=settlement.display_name,
                    )
                )

    def _check_by_hand(self):
        """Lines come from what was finished; nobody types an amount (server only)."""
        if not self.env.su:
            raise UserError(
                self.env._(
                    "The lines of a settlement sheet come from finished services. Use "
                    "“Collect Fees”."
                )
            )
