# SPDX-License-Identifier: AGPL-3.0-only
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.metrology_order.tests.common import OrderMixin


@tagged("post_install", "-at_install")
class TestRpc(OrderMixin, HttpCase):
    """What must be refused, is refused to ordinary users over the wire."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls._set_up_laboratory()

    def _call(self, user, records, method, *args):
        """Call a method as the web client of a user does; return the answer."""
        self.authenticate(user.login, user.login.ljust(8, "x"))
        self.env.flush_all()
        answer = self.url_open(
            f"/web/dataset/call_kw/{records._name}/{method}",
            json={
                "params": {
                    "model": records._name,
                    "method": method,
                    "args": [records.ids, *args],
                    "kwargs": {"context": {"lang": "en_US"}},
                }
            },
        ).json()
        self.env.invalidate_all()
        return answer

    def _done(self, *call):
        self.assertNotIn("error", self._call(*call))

    def _refused(self, pattern, *call):
        with mute_logger("odoo.http"):
            answer = self._call(*call)
        self.assertIn("error", answer)
        self.assertRegex(answer["error"]["data"]["message"], pattern)

    def test_order_over_rpc(self):
        """State by hand, acceptance without signature and a second acceptance."""
        order = self._to_sign(self._new_order(self._new_instruments(2)))
        self._refused("buttons", self.clerk, order, "write", {"state": "accepted"})
        self._refused("signature", self.clerk, order, "action_accept")
        order.action_sign("iVBORw0KGgo=", "Li Si")
        self._done(self.clerk, order, "action_accept")
        self._refused("Accepted", self.clerk, order, "action_accept")
        self.assertEqual(len(order.job_ids), 2)

    def test_private_methods_are_closed(self):
        """The inner steps cannot be called from outside."""
        order = self._accepted(1)
        for records, method in (
            (order.sample_ids, "_receive"),
            (order.job_ids, "_assign"),
            (order, "_guard_open"),
        ):
            self._refused("[Pp]rivate", self.clerk, records, method)
        self.assertEqual(order.sample_ids.state, "expected")

    def test_job_over_rpc(self):
        """A job is not given to somebody by writing it, nor started unassigned."""
        job = self._accepted(1).job_ids
        person = self.outsider.employee_ids
        self._refused(
            "buttons", self.head, job, "write", {"employee_ids": [[6, 0, person.ids]]}
        )
        self._refused("Assigned", self.tester, job, "action_start")
        self.assertFalse(job.employee_ids)

    def test_custody_over_rpc(self):
        """A stock user edits no done line; a second desk receives nothing."""
        stocker = new_test_user(
            self.env, login="or_stock", groups="stock.group_stock_manager"
        )
        order = self._accepted(1)
        sample = order.sample_ids
        self._done(self.keeper, sample, "action_receive")
        self.assertEqual(sample.state, "received")
        self._refused("received by", self.keeper, sample, "action_receive")
        line = sample.sudo().custody_ids
        self._refused("not written by hand", stocker, line, "write", {"quantity": 0.0})
        self._refused(
            "not written by hand", stocker, line.lot_id, "write", {"name": "X"}
        )
        self.assertEqual(line.quantity, 1)
