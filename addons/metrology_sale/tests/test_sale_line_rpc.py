# SPDX-License-Identifier: AGPL-3.0-only
import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import MoneySetup


@tagged("post_install", "-at_install")
class TestSaleLineRpc(MoneySetup, HttpCase):
    def _call(self, model, method, args):
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(
                {
                    "jsonrpc": "2.0",
                    "method": "call",
                    "params": {
                        "model": model,
                        "method": method,
                        "args": args,
                        "kwargs": {
                            # Keys of our guards with values a client can send.
                            "context": {
                                "metrology_sale_unlock": True,
                                "metrology_guard": True,
                            }
                        },
                    },
                }
            ),
            headers={"Content-Type": "application/json"},
        )
        return response.json()

    @mute_logger("odoo.http")
    def test_salesman_writes_delivered(self):
        """A salesman who writes a delivered quantity over JSON-RPC is refused."""
        order = self._accept(self._make_order(2))
        line = order.sale_order_id.sudo().order_line
        self.env.flush_all()
        self.authenticate("money_clerk", "money_clerk")
        for vals in (
            {"qty_delivered": 2.0},
            {"qty_delivered_method": "manual", "qty_delivered": 2.0},
            {"price_unit": 1.0},
        ):
            answer = self._call("sale.order.line", "write", [[line.id], vals])
            self.assertIn("error", answer, vals)
            self.assertEqual(
                answer["error"]["data"]["name"], "odoo.exceptions.UserError", answer
            )
        answer = self._call(
            "metrology.order.line",
            "write",
            [order.line_ids.ids, {"delivered_on": "2026-01-01 00:00:00"}],
        )
        self.assertIn("error", answer)
        # Reading still works: the user was refused the write, not the door.
        answer = self._call("sale.order.line", "read", [[line.id], ["qty_delivered"]])
        self.assertEqual(answer["result"][0]["qty_delivered"], 0.0)
