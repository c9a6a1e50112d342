# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestSample(OrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._accepted(2)
        cls.samples = cls.order.sample_ids.with_user(cls.keeper)

    def test_numbers_are_taken_at_reception(self):
        """An expected sample has no number; a received one has its own for good."""
        self.assertEqual(set(self.samples.mapped("name")), {"New"})
        self.samples._receive(condition="sound")
        names = self.samples.mapped("name")
        self.assertEqual(len(set(names)), 2)
        for name in names:
            self.assertRegex(name, r"^YP\d{4}-\d{6}$")
        self.assertEqual(self.samples.received_by_id, self.keeper)

    def test_received_twice_is_refused_with_name(self):
        """The second desk is told who received the sample, and when."""
        self.samples._receive(condition="sound")
        with self.assertRaisesRegex(UserError, "received by or_keeper on 20"):
            self.samples[0]._receive(condition="sound")

    @requirement("S1-6.3.1-1")
    def test_abnormal_needs_confirmation(self):
        """An abnormal condition is received only with the customer's confirmation."""
        with self.assertRaisesRegex(UserError, "confirmed it"):
            self.samples[0]._receive(condition="cracked", abnormal=True)
        self.assertEqual(self.samples[0].state, "expected")
        self.samples[0]._receive(
            condition="cracked",
            abnormal=True,
            customer_confirmation="Li Si, by phone",
        )
        self.assertEqual(self.samples[0].customer_confirmation, "Li Si, by phone")

    def test_courier_needs_the_waybill(self):
        """Samples that come by courier are not received without the waybill number."""
        order = self._accepted(1, prefix="C", acquire_mode="courier")
        with self.assertRaisesRegex(UserError, "waybill"):
            order.sample_ids.with_user(self.keeper)._receive()
        order.waybill = "SF123"
        order.sample_ids.with_user(self.keeper)._receive()
        self.assertEqual(order.sample_ids.state, "received")

    def test_receiver_belongs_to_the_department(self):
        """A person of another department does not take samples."""
        self.samples._receive(condition="sound")
        other = self.env["hr.department"].create({"name": "Mass"})
        with self.assertRaisesRegex(UserError, "does not belong to"):
            self.samples._hand_to(other, self.tester.employee_ids)

    def test_states_are_not_written_by_hand(self):
        """No client writes a sample's state, number or place."""
        for values in (
            {"state": "released"},
            {"name": "YP1"},
            {"department_id": self.department.id},
        ):
            with self.assertRaises(UserError):
                self.samples[0].write(values)
        with self.assertRaises(UserError):
            self.samples[0].unlink()
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            self.samples[0].sudo().unlink()

    def test_history_is_sealed(self):
        """Each step of a sample is a revision, and the chain is whole."""
        self._in_department(self.order)
        revisions = self.env["metrology.revision"].search(
            [("model", "=", "metrology.sample"), ("res_id", "=", self.samples[0].id)]
        )
        self.assertGreaterEqual(len(revisions), 3)
        self.assertEqual(self.samples.sudo()._sealed_check(), [])

    def test_released_is_locked(self):
        """A released sample does not change any more."""
        self.samples._receive(condition="sound")
        self.samples._release_to_customer("Li Si")
        with self.assertRaisesRegex(UserError, "locked"):
            self.samples[0].condition = "other"
