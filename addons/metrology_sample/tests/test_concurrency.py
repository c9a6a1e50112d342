# SPDX-License-Identifier: AGPL-3.0-only
from odoo.addons.metrology.tests.concurrency import ConcurrencyCase
from odoo.addons.metrology_order.tests.common import SIGNATURE, OrderMixin


class TestReceiveConcurrency(OrderMixin, ConcurrencyCase):
    """Two desks at once."""

    def test_received_twice_at_two_desks(self):
        """One desk receives; the other is told who and when; stock has one piece."""
        cls = type(self)
        with self.committed(tracking_disable=True) as env:
            cls.env = env
            if not env["res.users"].search([("login", "=", "or_clerk")]):
                cls._set_up_laboratory()
            cls.clerk = env["res.users"].search([("login", "=", "or_clerk")])
            cls.partner = env["res.partner"].search([("name", "=", "Mining Company")])
            cls.gauge = env["metrology.instrument.type"].search(
                [("keywords", "=", "测试压力表")]
            )
            order = self._to_sign(
                self._new_order(self._new_instruments(2, prefix="SAMPLE-RACE-"))
            )
            order.action_sign(SIGNATURE, "Li Si")
            order.action_accept()
            order_id = order.id
        outcomes = self.in_processes(
            2,
            lambda env, number: env["metrology.sample"].desk_scan(
                "SAMPLE-RACE-00000", order_id
            )["kind"],
            login="or_keeper",
        )
        received = [o for o in outcomes if o.ok and o.value == "received"]
        self.assertEqual(len(received), 1, outcomes)
        with self.committed() as env:
            sample = (
                env["metrology.order"]
                .browse(order_id)
                .sample_ids.filtered(lambda s: s.state == "received")
            )
            self.assertEqual(len(sample), 1)
            store = env.company.metrology_store_id
            quants = sample.lot_id.quant_ids.filtered(lambda q: q.location_id == store)
            self.assertEqual(quants.mapped("quantity"), [1.0])
            self.assertEqual(len(sample.custody_ids), 1)
