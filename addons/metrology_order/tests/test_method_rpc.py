# SPDX-License-Identifier: AGPL-3.0-only
import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement

from .common import OrderMixin


@tagged("post_install", "-at_install")
class TestMethodRpc(OrderMixin, HttpCase):
    """The rules of methods hold for programs as for the pages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_laboratory()

    def _refused(self, word, method, *args):
        model = "metrology.order.line"
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        self.env.flush_all()
        with mute_logger("odoo.http"):
            answer = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
                headers={"Content-Type": "application/json"},
            ).json()
        self.assertIn(word, answer["error"]["data"]["message"])
        self.env.invalidate_all()

    @requirement("S2-6.7d")
    def test_illegal_method_by_json_rpc(self):
        """A local regulation beside a national one is refused to JSON-RPC calls of the
        clerk, by write and by create, whatever reason is sent along."""
        local = self._new_capability("verification", "JJG(LOCAL) 12")
        local.method_id.source_level = "2"
        self.standard.capability_ids += local
        line = self._new_order(self._new_instruments(1, prefix="JR")).line_ids
        other = self._new_instruments(1, prefix="JS")
        values = {"capability_id": local.id, "method_reason": "Cheaper"}
        self.authenticate("or_clerk", "or_clerk")
        self._refused("JJG 99152", "write", line.ids, values)
        self.assertEqual(line.capability_id, self.verifying)
        new = {
            **values,
            "order_id": line.order_id.id,
            "instrument_id": other.id,
            "service_kind": "verification",
        }
        self._refused("JJG 99152", "create", new)
        self.assertEqual(line.order_id.line_ids, line)
