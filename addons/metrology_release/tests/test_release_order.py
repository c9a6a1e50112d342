# SPDX-License-Identifier: AGPL-3.0-only
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ReleaseCommon


@tagged("post_install", "-at_install")
class TestReleaseOrder(ReleaseCommon):
    def test_order_follows(self):
        """An order is out when its last instrument and certificate are out."""
        order = self._finished(2)
        self.assertEqual(order.state, "ready")
        release = self._release(
            order, sample_ids=[Command.unlink(order.sample_ids[0].id)]
        )
        release.action_done()
        self.assertEqual(order.state, "ready")
        self._release(order).action_done()
        # Without accounting nothing keeps it open.
        self.assertEqual(order.state, "closed")
        self.assertEqual(order.release_count, 2)

    def test_nothing_ready(self):
        """An order with nothing to hand over says so, and makes no empty draft."""
        order = self._accepted(1)
        with self.assertRaises(UserError):
            order.with_user(self.clerk).action_make_release()
        self.assertFalse(
            self.env["metrology.release"].search([("order_id", "=", order.id)])
        )

    def test_one_draft(self):
        """Two clicks open the same draft."""
        order = self._finished(1)
        first = order.with_user(self.clerk).action_make_release()
        self.assertEqual(order.with_user(self.clerk).action_make_release(), first)

    def test_my_work(self):
        """The desk sees what waits to be handed over; a tester does not."""
        self._finished(1)
        work = self.env["metrology.work"]
        keys = {step["key"]: step for step in work.with_user(self.clerk).get_counts()}
        self.assertGreaterEqual(keys["order_to_release"]["count"], 1)
        keys = [step["key"] for step in work.with_user(self.tester).get_counts()]
        self.assertNotIn("order_to_release", keys)
