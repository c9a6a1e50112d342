# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import REVIEW, SIGNATURE, OrderCommon


@tagged("post_install", "-at_install")
class TestMethodInquiry(OrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        old = cls.env["metrology.method.edition"].create(
            {
                "name": "JJG 99152-2003",
                "method_id": cls.verifying.method_id.id,
                "date_from": "2003-01-01",
                "date_to": "2013-11-30",
            }
        )
        old.action_approve()

    def _asked(self, text="JJG 99152-2003", prefix="Q"):
        order = self._new_order(self._new_instruments(1, prefix=prefix))
        order.line_ids.requested_method = text
        return order

    @requirement("S0-5.2.3-2")
    def test_customer_is_told_and_answers(self):
        """An expired method is told to the customer; without answer nothing passes."""
        order = self._asked()
        line = order.line_ids
        self.assertEqual(line.requested_edition_id.name, "JJG 99152-2003")
        order.action_submit()
        self.assertEqual(line.request_state, "waiting")
        self.assertTrue(order.inquiry_waiting)
        message = order.message_ids.filtered(
            lambda one: self.partner in one.partner_ids
        )
        self.assertIn("JJG 99152-2003", message.body)
        self.assertIn("JJG 99152-2013", message.body)
        order.action_start_review()
        self.assertEqual(len(line.inquiry_ids), 1)
        order.write(REVIEW)
        with self.assertRaises(UserError) as caught:
            order.action_review_done()
        self.assertIn("awaits the customer", str(caught.exception))
        inquiry = line.inquiry_ids
        with self.assertRaises(UserError) as caught:
            inquiry.action_agree()
        self.assertIn("who answered", str(caught.exception))
        inquiry.write({"answered_by": "Zhang San", "channel": "phone"})
        inquiry.action_agree()
        self.assertEqual(line.request_state, "agreed")
        order.action_review_done()
        order.action_sign(SIGNATURE, "Li Si")
        order.action_accept()
        self.assertEqual(order.job_ids.edition_id.name, "JJG 99152-2013")

    def test_unknown_and_unfitting_methods(self):
        """A document we do not work by, and one for something else, are asked too."""
        order = self._asked("Q/XYZ 1-2020", "U")
        order.action_submit()
        self.assertEqual(order.line_ids.request_state, "waiting")
        self.assertIn("no document by which", order.line_ids.inquiry_ids.problem)
        other = self._asked("JJF 99152-2013", "V")
        other.action_submit()
        self.assertIn("does not fit", other.line_ids.inquiry_ids.problem)

    def test_a_method_in_force_is_not_asked(self):
        """Who asks for the edition in force is not troubled."""
        order = self._asked("JJG 99152-2013", "F")
        order.action_submit()
        self.assertEqual(order.line_ids.request_state, "none")
        self.assertFalse(order.inquiry_ids)

    def test_declined_lines_are_taken_out(self):
        """A customer who does not agree takes the line out; his wish may change."""
        order = self._asked(prefix="D")
        order.action_submit()
        inquiry = order.inquiry_ids
        inquiry.write({"answered_by": "Zhang San", "channel": "mail"})
        inquiry.action_decline()
        order.action_start_review()
        order.write(REVIEW)
        with self.assertRaises(UserError) as caught:
            order.action_review_done()
        self.assertIn("does not agree", str(caught.exception))
        order.line_ids.requested_method = "JJG 99152-2013"
        self.assertEqual(inquiry.state, "void")
        order.action_review_done()
        self.assertEqual(order.state, "to_sign")

    def test_nobody_answers_by_writing(self):
        """The answer is entered by its buttons, by those who talk to customers."""
        order = self._asked(prefix="W")
        order.action_submit()
        inquiry = order.inquiry_ids
        with self.assertRaises(UserError):
            inquiry.with_user(self.clerk).write({"state": "agreed"})
        with self.assertRaises(AccessError):
            inquiry.with_user(self.tester).action_agree()
        with self.assertRaises(UserError):
            inquiry.with_user(self.clerk).create({"order_line_id": order.line_ids.id})
        inquiry.write({"answered_by": "Zhang San", "channel": "mail"})
        inquiry.action_agree()
        with self.assertRaises(UserError):
            inquiry.write({"answered_by": "Somebody"})
        with self.assertRaises(UserError):
            inquiry.action_decline()
