# SPDX-License-Identifier: AGPL-3.0-only
from odoo.addons.metrology.tests.concurrency import ConcurrencyCase

from .common import SIGNATURE, OrderMixin


class TestOrderConcurrency(OrderMixin, ConcurrencyCase):
    """Two users at once: one result, and the other is told what happened."""

    def setUp(self):
        super().setUp()
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
                self._new_order(self._new_instruments(5, prefix=self._testMethodName))
            )
            self.order_id = order.id

    def _order(self, env):
        return env["metrology.order"].browse(self.order_id)

    def test_accepted_twice_at_the_same_time(self):
        """Two clerks accept one order at once: one set of jobs and samples."""
        with self.committed(login="or_clerk") as env:
            self._order(env).action_sign(SIGNATURE, "Li Si")
        outcomes = self.in_processes(
            2, lambda env, number: self._order(env).action_accept(), login="or_clerk"
        )
        self.assertEqual([o.ok for o in outcomes].count(True), 1, outcomes)
        loser = next(o for o in outcomes if not o.ok)
        self.assertEqual(loser.error, "UserError")
        self.assertIn("Accepted", loser.message)
        with self.committed() as env:
            order = self._order(env)
            self.assertEqual(len(order.job_ids), 5)
            self.assertEqual(len(order.sample_ids), 5)
            self.assertEqual(len(set(order.job_ids.mapped("name"))), 5)

    def test_signed_twice_at_the_same_time(self):
        """Two pads send a signature at once: the first one stays."""
        outcomes = self.in_processes(
            2,
            lambda env, number: self._order(env).action_sign(SIGNATURE, f"P{number}"),
            login="or_clerk",
        )
        self.assertEqual([o.ok for o in outcomes].count(True), 1, outcomes)
        self.assertIn(
            "already been signed", next(o for o in outcomes if not o.ok).message
        )

    def test_received_twice_at_two_desks(self):
        """Two desks receive one sample at once: one number, the other desk is told
        who received it and when."""
        with self.committed(login="or_clerk") as env:
            order = self._order(env)
            order.action_sign(SIGNATURE, "Li Si")
            order.action_accept()
            sample_id = order.sample_ids[0].id
        outcomes = self.in_processes(
            2,
            lambda env, number: env["metrology.sample"].browse(sample_id)._receive(),
            login="or_keeper",
        )
        self.assertEqual([o.ok for o in outcomes].count(True), 1, outcomes)
        self.assertIn(
            "received by or_keeper on 20", next(o for o in outcomes if not o.ok).message
        )
