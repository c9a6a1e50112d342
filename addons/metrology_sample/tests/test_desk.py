# SPDX-License-Identifier: AGPL-3.0-only
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement
from odoo.addons.metrology_order.tests.common import OrderCommon


@tagged("post_install", "-at_install")
class TestDesk(OrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._accepted(3, special_instructions="Keep upright!")
        cls.order.line_ids[0].instrument_id.asset_number = "JD-001"
        cls.desk = cls.env["metrology.sample"].with_user(cls.keeper)

    def test_order_opens_with_instructions(self):
        """Scanning the order shows its special instructions and what is expected."""
        answer = self.desk.desk_scan(self.order.name.lower())
        self.assertEqual(answer["kind"], "order")
        self.assertEqual(answer["order"]["instructions"], "Keep upright!")
        self.assertEqual(answer["order"]["expected"], 3)

    def test_codes_receive_their_sample(self):
        """Serial number, asset number and label each receive the one they mean."""
        samples = self.order.sample_ids.sorted("id")
        codes = ["jd-001", "Ｓ00001", samples[2].instrument_id.label_code]
        for code, sample in zip(codes, samples, strict=True):
            answer = self.desk.desk_scan(code, self.order.id)
            self.assertEqual(
                (answer["kind"], answer["sample"]["id"]), ("received", sample.id)
            )
        self.assertEqual(set(samples.mapped("state")), {"received"})

    @requirement("S1-6.3.1-2")
    def test_label_opens_the_sample(self):
        """Scanning a sample's label opens the sample; no second sample may have its
        number."""
        sample = self.order.sample_ids[0].with_user(self.keeper)
        sample._receive()
        answer = self.desk.desk_scan(sample.name)
        self.assertEqual(
            (answer["kind"], answer["sample"]["id"]), ("sample", sample.id)
        )
        self.assertIn("Sample Store", answer["sample"]["place"])
        other = self.order.sample_ids[1].sudo()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(IntegrityError, "name_uniq"),
        ):
            other.name = sample.name
            self.env.flush_all()

    def test_unknown_code(self):
        """An unknown code is refused by its text."""
        with self.assertRaisesRegex(UserError, "NOPE-1"):
            self.desk.desk_scan("NOPE-1", self.order.id)

    def test_count(self):
        """All at once is received only when the count is right."""
        with self.assertRaisesRegex(UserError, "2 were counted, 3 are"):
            self.desk.desk_count(self.order.id, 2)
        self.assertEqual(set(self.order.sample_ids.mapped("state")), {"expected"})
        answer = self.desk.desk_count(self.order.id, 3)
        self.assertEqual((answer["received"], answer["expected"]), (3, 0))

    def test_last_visit_is_told(self):
        """The notes of the last visit come along."""
        samples = self.order.sample_ids.with_user(self.keeper)
        samples._receive(condition="glass scratched")
        samples._release_to_customer("Li Si")
        again = self._new_order(self.order.line_ids.instrument_id)
        self._to_sign(again).action_sign("iVBORw0KGgo=", "Li Si")
        again.action_accept()
        answer = self.desk.desk_scan(again.name)
        self.assertIn("glass scratched", answer["order"]["samples"][0]["last_visit"])

    def test_abnormal_at_the_desk(self):
        """An abnormal sample is received at the desk with the customer's word only."""
        sample = self.order.sample_ids[0]
        values = {"condition": "cracked", "abnormal": True}
        with self.assertRaisesRegex(UserError, "confirmed it"):
            self.desk.desk_receive(sample.ids, values)
        values["customer_confirmation"] = "Li Si, at the desk"
        self.desk.desk_receive(sample.ids, values)
        self.assertEqual(sample.state, "received")

    def test_desk_is_for_keepers(self):
        """A tester has no desk."""
        desk = self.desk.with_user(self.tester)
        with self.assertRaises(AccessError):
            desk.desk_scan(self.order.name)
        with self.assertRaises(AccessError):
            desk.desk_count(self.order.id, 3)
