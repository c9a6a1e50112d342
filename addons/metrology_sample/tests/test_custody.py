# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement
from odoo.addons.metrology_order.tests.common import OrderCommon


@tagged("post_install", "-at_install")
class TestCustody(OrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._accepted(3)
        cls.samples = cls.order.sample_ids.with_user(cls.keeper)

    def test_reception_is_a_receipt_of_the_customer(self):
        """A received sample is a serial number of its number, owned by the customer,
        in the store; one picking for all."""
        self.samples._receive(giver_name="Li Si")
        lots = self.samples.sudo().lot_id
        self.assertEqual(lots.mapped("name"), self.samples.mapped("name"))
        store = self.env.company.metrology_store_id
        self.assertEqual(self.samples.location_id, store)
        quants = lots.quant_ids.filtered(lambda q: q.location_id == store)
        self.assertEqual(quants.owner_id, self.partner)
        self.assertEqual(sum(quants.mapped("quantity")), 3)
        lines = self.samples.sudo().custody_ids
        self.assertEqual(len(lines.picking_id), 1)
        self.assertEqual(lines.picking_id.state, "done")
        self.assertEqual(set(lines.mapped("giver_name")), {"Li Si"})
        self.assertEqual(set(lines.mapped("receiver_name")), {"or_keeper"})

    @requirement("S2-6.6d-1")
    def test_state_and_place_change_together(self):
        """Handing over changes state and place in one step; the state alone is not
        written by hand."""
        self.samples._receive()
        self.samples._hand_to(self.department, self.tester.employee_ids)
        self.assertEqual(set(self.samples.mapped("state")), {"in_department"})
        self.assertEqual(
            self.samples.location_id, self.department.sudo().custody_location_id
        )
        with self.assertRaises(UserError):
            self.samples[0].write({"state": "back_in_store"})

    @requirement("S2-6.6a-1")
    def test_timeline(self):
        """The sample's card lists every move with time, giver and receiver; a move of
        a sample that is not here is refused."""
        with self.assertRaises(UserError):
            self.samples._hand_to(self.department, self.tester.employee_ids)
        self.samples._receive(giver_name="Li Si")
        self.samples._hand_to(self.department, self.tester.employee_ids)
        self.samples.with_user(self.tester)._return_to_store()
        self.samples._release_to_customer("Li Si")
        steps = self.samples[0].sudo().custody_ids.sorted("id")
        self.assertEqual(
            steps.mapped("custody_step"), ["receive", "hand_over", "return", "release"]
        )
        self.assertEqual(
            steps.mapped("giver_name"), ["Li Si", "or_keeper", "or_tester", "or_keeper"]
        )
        self.assertEqual(
            steps.mapped("receiver_name"),
            ["or_keeper", "or_tester", "or_tester", "Li Si"],
        )
        self.assertTrue(all(steps.mapped("date")))
        self.assertFalse(self.samples[0].location_id)

    def test_received_twice_is_refused(self):
        """The second reception names who and when, and moves nothing."""
        self.samples._receive()
        lines = len(self.samples.sudo().custody_ids)
        with self.assertRaisesRegex(UserError, "received by or_keeper on 20"):
            self.samples[0]._receive()
        self.assertEqual(len(self.samples.sudo().custody_ids), lines)

    def test_undo_is_a_move_back(self):
        """A wrong hand-over is undone with a reason; both moves stay."""
        self.samples._receive()
        self.samples._hand_to(self.department, self.tester.employee_ids)
        with self.assertRaisesRegex(UserError, "reason"):
            self.samples._undo_custody(" ")
        self.samples._undo_custody("wrong department")
        self.assertEqual(set(self.samples.mapped("state")), {"received"})
        self.assertEqual(self.samples.location_id, self.env.company.metrology_store_id)
        self.assertFalse(self.samples.department_id)
        self.assertEqual(
            self.samples[0].sudo().custody_ids.sorted("id").mapped("custody_step"),
            ["receive", "hand_over", "undo"],
        )

    def test_undone_reception_keeps_the_number(self):
        """After an undone reception the sample is expected, and keeps its number when
        it is received again."""
        self.samples._receive()
        names = self.samples.mapped("name")
        self.samples._undo_custody("not ours")
        self.assertEqual(set(self.samples.mapped("state")), {"expected"})
        self.samples._receive()
        self.assertEqual(self.samples.mapped("name"), names)

    def test_undo_is_refused_once_work_has_begun(self):
        """What is being tested is not moved back."""
        self.order.job_ids.with_user(self.head)._assign(
            self._employees(self.tester, self.second)
        )
        self._in_department(self.order)
        self.order.job_ids.with_user(self.tester).action_start()
        with self.assertRaisesRegex(UserError, "no step that could be undone"):
            self.samples._undo_custody("try")

    @requirement("S3-5.8.2")
    def test_hand_over_counts_and_receiver(self):
        """The hand-over keeps time, receiver and count; a different count without a
        note, and a receiver of another department, are refused."""
        self.samples._receive()
        action = self.samples.action_hand_over()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.keeper)
            .with_context(**action["context"])
            .create({})
        )
        line = wizard.line_ids
        self.assertEqual((line.department_id, line.sample_count), (self.department, 3))
        line.receiver_id = self.tester.employee_ids
        line.counted = 2
        with self.assertRaisesRegex(UserError, "2 were"):
            wizard.action_hand_over()
        self.assertEqual(set(self.samples.mapped("state")), {"received"})
        other = self.env["hr.employee"].create(
            {
                "name": "Stranger",
                "department_id": self.env["hr.department"].create({"name": "Mass"}).id,
            }
        )
        line.write({"counted": 3, "receiver_id": other.id})
        with self.assertRaisesRegex(UserError, "does not belong"):
            wizard.action_hand_over()
        line.receiver_id = self.tester.employee_ids
        wizard.action_hand_over()
        steps = self.samples.sudo().custody_ids.filtered(
            lambda step: step.custody_step == "hand_over"
        )
        self.assertEqual(len(steps), 3)
        self.assertEqual(steps.receiver_id, self.tester.employee_ids)

    def test_place_is_searched(self):
        """Samples are found by where the stock has them."""
        self.samples._receive()
        store = self.env.company.metrology_store_id
        found = self.env["metrology.sample"].search([("location_id", "=", store.id)])
        self.assertTrue(self.samples <= found.with_user(self.keeper))

    def test_work_goes_on_where_the_sample_is(self):
        """A tested sample goes back into the store and out to the customer."""
        self.order.job_ids.with_user(self.head)._assign(
            self._employees(self.tester, self.second)
        )
        self._in_department(self.order)
        jobs = self.order.job_ids.with_user(self.tester)
        jobs.action_start()
        jobs.action_finish()
        self.samples.with_user(self.tester)._return_to_store()
        self.samples._release_to_customer("Li Si")
        self.assertEqual(set(self.samples.mapped("state")), {"released"})
        self.assertEqual(self.samples.sudo()._sealed_check(), [])
