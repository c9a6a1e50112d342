# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields, models


class MetrologyInstrumentImport(models.Model):
    _inherit = "metrology.instrument.import"

    order_id = fields.Many2one(
        comodel_name="metrology.order",
        copy=False,
        check_company=True,
        index="btree_not_null",
        help="A draft order to add the instruments to; empty makes a new one.",
    )

    def _get_apply_blockers(self):
        """Add: the chosen order is still a draft, and holds none of them twice."""
        blockers = super()._get_apply_blockers()
        order = self.order_id
        if not order:
            return blockers
        if order.state != "draft":
            blockers.append(
                (
                    "order_not_draft",
                    self.env._(
                        "Order %(order)s is no draft any more: choose another, or "
                        "change it first.",
                        order=order.display_name,
                    ),
                )
            )
        present = {
            (line.instrument_id.id, line.service_kind) for line in order.line_ids
        }
        for line in self.line_ids:
            if (line.instrument_id.id, line.service_kind) in present:
                blockers.append(
                    (
                        "in_order",
                        self.env._(
                            "Row %(row)s: %(instrument)s stands in order %(order)s "
                            "already.",
                            row=line.row_number,
                            instrument=line.instrument_id.display_name,
                            order=order.display_name,
                        ),
                    )
                )
        return blockers

    def _after_apply(self):
        """Make a draft order of the list, or add its lines to the chosen one."""
        lines = self.line_ids.filtered(lambda line: line.state in ("new", "known"))
        order = self.order_id
        if not order:
            order = self.env["metrology.order"].create(self._prepare_order_values())
            self.order_id = order
        start = max(order.line_ids.mapped("sequence"), default=0)
        self.env["metrology.order.line"].create(
            [
                line._prepare_order_line_values(order, start + 10 * index)
                for index, line in enumerate(lines, start=1)
            ]
        )
        order.line_ids._refresh_capability()
        return self.action_view_order()

    def _prepare_order_values(self):
        """Values of the order that a list becomes; whom to ask stands above the list."""
        self.ensure_one()
        party = self.party or {}
        told = {
            "contact_name": party.get("contact"),
            "contact_phone": party.get("phone"),
        }
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            **{name: value for name, value in told.items() if value},
        }

    def action_view_order(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "metrology.order",
            "res_id": self.order_id.id,
            "view_mode": "form",
        }
