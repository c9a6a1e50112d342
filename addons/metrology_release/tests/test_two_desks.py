# SPDX-License-Identifier: AGPL-3.0-only
from odoo import Command

from odoo.addons.metrology.tests.concurrency import ConcurrencyCase
from odoo.addons.metrology_order.tests.common import SIGNATURE

from .common import ReleaseCommon


class TestTwoDesks(ConcurrencyCase):
    """The same things handed over at two desks at once leave once."""

    def _get_laboratory(self, env):
        """The laboratory of OrderMixin; other tests may have committed it before."""
        laboratory = type("Laboratory", (ReleaseCommon,), {"env": env})
        if not env["res.users"].search([("login", "=", "or_clerk")]):
            laboratory._set_up_laboratory()
        for name in ("clerk", "keeper", "tester", "second"):
            user = env["res.users"].search([("login", "=", f"or_{name}")])
            setattr(laboratory, name, user)
        laboratory.department = laboratory.tester.employee_ids.department_id
        laboratory.partner = env["res.partner"].search(
            [("name", "=", "Mining Company")], limit=1
        )
        laboratory.gauge = env["metrology.instrument.type"].search(
            [("keywords", "=", "测试压力表")], limit=1
        )
        laboratory._load_version()
        return laboratory

    def test_two_desks(self):
        """Two hand-overs of one instrument at the same time: one is done, the other
        desk is told, and one picking left the house."""
        with self.committed(tracking_disable=True) as env:
            order = self._get_laboratory(env)._finished(1, prefix="DESK")
            values = {
                "partner_id": order.partner_id.id,
                "sample_ids": [Command.set(order.sample_ids.ids)],
                "certificate_ids": [Command.set(order.certificate_ids.ids)],
                "way": "counter",
                "order_checked": True,
                "receiver_name": "Li Si",
                "receiver_phone": "1",
                "signature": SIGNATURE,
            }
            releases = env["metrology.release"].create([values, values])
            ids, sample_id = releases.ids, order.sample_ids.id
        outcomes = self.in_processes(
            2,
            lambda env, number: (
                env["metrology.release"].browse(ids[number]).action_done()
            ),
            login="or_clerk",
        )
        self.assertEqual([o.ok for o in outcomes].count(True), 1, outcomes)
        loser = next(o for o in outcomes if not o.ok)
        self.assertIn(loser.error, ("UserError", "LockError"))
        with self.committed() as env:
            releases = env["metrology.release"].browse(ids)
            self.assertEqual(sorted(releases.mapped("state")), ["done", "draft"])
            self.assertEqual(releases.mapped("name").count("New"), 1)
            left = env["stock.move.line"].search(
                [
                    ("metrology_sample_id", "=", sample_id),
                    ("custody_step", "=", "release"),
                ]
            )
            self.assertEqual(len(left), 1)
