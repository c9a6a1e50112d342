# SPDX-License-Identifier: AGPL-3.0-only
from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement

from .common import REVIEW, SIGNATURE, OrderCommon


@tagged("post_install", "-at_install")
class TestOrder(OrderCommon):
    def test_happy_path(self):
        """A clerk brings an order from draft to accepted; samples and jobs appear."""
        order = self._accepted(3)
        self.assertEqual(order.state, "accepted")
        self.assertRegex(order.name, r"^WT\d{6}-\d{5}$")
        self.assertEqual(len(order.sample_ids), 3)
        self.assertEqual(set(order.sample_ids.mapped("state")), {"expected"})
        self.assertEqual(len(order.job_ids), 3)
        self.assertEqual(order.line_ids.job_id, order.job_ids)
        self.assertEqual(order.line_ids.edition_id.name, "JJG 99152-2013")
        self.assertEqual(order.job_ids.edition_id, order.line_ids.edition_id)
        self.assertEqual(order.job_ids.department_id, self.department)

    def test_two_services_one_sample(self):
        """Verification and calibration of one instrument are two jobs, one sample."""
        instrument = self._new_instruments(1)
        order = self._new_order(instrument)
        order.line_ids = [
            Command.create(
                {"instrument_id": instrument.id, "service_kind": "calibration"}
            )
        ]
        self._to_sign(order).action_sign(SIGNATURE, "Li Si")
        order.action_accept()
        self.assertEqual(len(order.sample_ids), 1)
        self.assertEqual(len(order.job_ids), 2)

    @mute_logger("odoo.sql_db")
    def test_instrument_twice_is_refused(self):
        """One instrument twice for one service is refused by the database."""
        instrument = self._new_instruments(1)
        order = self._new_order(instrument)
        with self.assertRaisesRegex(IntegrityError, "instrument_uniq"):
            self.env["metrology.order.line"].with_user(self.clerk).create(
                {
                    "order_id": order.id,
                    "instrument_id": instrument.id,
                    "service_kind": "verification",
                }
            )
            self.env.flush_all()

    def test_instrument_of_another_customer_is_refused(self):
        """An order holds instruments of its customer only; the error names both."""
        order = self._new_order(self._new_instruments(1))
        foreign = self._new_instruments(1, partner=self.other_partner)
        with self.assertRaisesRegex(UserError, "Other Company"):
            order.line_ids = [
                Command.create(
                    {"instrument_id": foreign.id, "service_kind": "verification"}
                )
            ]

    def test_empty_order_is_not_submitted(self):
        """An order without an instrument is refused and keeps its draft."""
        order = self._new_order(self._new_instruments(1))
        order.line_ids.unlink()
        with self.assertRaisesRegex(UserError, "no instrument"):
            order.action_submit()
        self.assertEqual((order.state, order.name), ("draft", "New"))

    @requirement("S1-6.2-5")
    def test_missing_content_is_refused_and_print_shows_all(self):
        """Without name, model or serial number an order is not submitted, '无' is an
        answer; the print shows the seven items."""
        instrument = self._new_instruments(1, model_text=False, serial_number=False)
        order = self._new_order(
            instrument, special_instructions="keep upright", contact_name="Zhang"
        )
        order.line_ids.accessories = "two probes"
        with self.assertRaisesRegex(UserError, "Model / Specification, Serial Number"):
            order.action_submit()
        instrument.write({"model_text": "Y-100", "serial_number": "无"})
        order.action_submit()
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("metrology_order.report_order", order.ids)[0]
            .decode()
        )
        for text in (
            order.name,
            "Mining Company",
            "测试压力表",
            "Y-100",
            "无",
            "two probes",
            "keep upright",
        ):
            self.assertIn(text, html)

    @requirement("S1-6.2-3")
    def test_totals_and_out_of_scope_line(self):
        """Mandatory and other instruments are counted; a line out of scope is not
        accepted, with the reason, and cannot be dispatched."""
        mandatory = self._new_instruments(3, prefix="M")
        other = self._new_instruments(2, prefix="O", mandatory=False)
        order = self._new_order(mandatory | other)
        self.assertEqual((order.mandatory_count, order.other_count), (3, 2))
        strange = self.env["metrology.instrument"].create(
            {
                "name": "水表",
                "partner_id": self.partner.id,
                "model_text": "LXS",
                "serial_number": "9",
                "instrument_type_id": self.env["metrology.instrument.type"]
                .create({"name": "Water Meter"})
                .id,
            }
        )
        order.line_ids = [
            Command.create(
                {"instrument_id": strange.id, "service_kind": "verification"}
            )
        ]
        order.action_submit()
        order.action_start_review()
        order.write(REVIEW)
        with self.assertRaisesRegex(UserError, "Water Meter is not in the"):
            order.action_review_done()
        order.line_ids._refresh_capability()
        line = order.line_ids.filtered(lambda ln: ln.instrument_id == strange)
        self.assertEqual(line.capability_state, "not_accepted")
        self.assertEqual(order.refused_line_ids, line)
        self.assertFalse(order.job_ids)

    @requirement("S0-3.3")
    def test_service_kind_decides_and_is_required(self):
        """A line without service is refused, and so is a capability of another kind."""
        order = self._new_order(self._new_instruments(1), "calibration")
        self.assertEqual(order.line_ids.capability_id, self.calibrating)
        with (
            self.assertRaisesRegex(ValidationError, "does not serve this line"),
            self.env.cr.savepoint(),
        ):
            order.line_ids.capability_id = self.verifying
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            order.line_ids.service_kind = False
            self.env.flush_all()

    @requirement("S1-6.2-4")
    def test_unsigned_order_is_not_accepted_and_signed_is_read_only(self):
        """Without the customer's signature nothing is accepted; what was signed does
        not change."""
        order = self._to_sign(self._new_order(self._new_instruments(1)))
        with self.assertRaisesRegex(UserError, "waits for the customer's signature"):
            order.action_accept()
        self.assertFalse(order.job_ids)
        order.action_sign(SIGNATURE, "Li Si")
        with self.assertRaisesRegex(UserError, "Change Order"):
            order.special_instructions = "other"
        with self.assertRaisesRegex(UserError, "Change Order"):
            order.line_ids.due_date = date(2099, 1, 1)
        with self.assertRaisesRegex(UserError, "Change Order"):
            order.line_ids.unlink()

    def test_reviewed_order_is_not_changed_before_the_signature(self):
        """What has passed the review does not change unseen before it is signed."""
        order = self._to_sign(self._new_order(self._new_instruments(1)))
        extra = self._new_instruments(1, prefix="X")
        with self.assertRaisesRegex(UserError, "has passed its review"):
            order.line_ids = [
                Command.create(
                    {"instrument_id": extra.id, "service_kind": "verification"}
                )
            ]
        with self.assertRaisesRegex(UserError, "has passed its review"):
            order.line_ids.service_kind = "calibration"
        with self.assertRaisesRegex(UserError, "has passed its review"):
            order.special_instructions = "other"
        order.action_change("more to do")
        order.special_instructions = "other"
        self.assertEqual((order.state, order.version), ("reviewing", 2))

    def test_signature_needs_name_and_image(self):
        """A signature without a name, or without an image, is none."""
        order = self._to_sign(self._new_order(self._new_instruments(1)))
        for signature, name in ((SIGNATURE, " "), (False, "Li Si")):
            with self.assertRaisesRegex(UserError, "both needed"):
                order.action_sign(signature, name)
        order.action_sign(SIGNATURE, "Li Si")
        with self.assertRaisesRegex(UserError, "already been signed by Li Si"):
            order.action_sign(SIGNATURE, "Wang")

    def test_accepted_twice_is_refused(self):
        """The second acceptance is told that the order is accepted; one set of jobs."""
        order = self._accepted(1)
        with self.assertRaisesRegex(UserError, "Accepted"):
            order.action_accept()
        self.assertEqual(len(order.job_ids), 1)

    @requirement("S3-5.4.4")
    def test_state_is_not_written_by_hand(self):
        """No client writes a state, a signature or a frozen edition, nor creates an
        order in a state."""
        order = self._new_order(self._new_instruments(1))
        for values in (
            {"state": "accepted"},
            {"signature": SIGNATURE},
            {"name": "WT1"},
            {"version": 7},
        ):
            with self.assertRaises(UserError):
                order.write(values)
        with self.assertRaises(UserError):
            order.line_ids.edition_id = self.calibrating.method_id.edition_ids
        with self.assertRaises(UserError):
            order.copy({"state": "accepted"})
        self.assertEqual(order.state, "draft")

    def test_roles(self):
        """A tester reads orders, and neither makes nor moves one."""
        order = self._new_order(self._new_instruments(1))
        with self.assertRaises(AccessError):
            order.with_user(self.tester).action_submit()
        with self.assertRaises(AccessError):
            self.env["metrology.order"].with_user(self.tester).create(
                {"partner_id": self.partner.id}
            )
        self.assertEqual(
            order.with_user(self.tester).read(["state"])[0]["state"], "draft"
        )

    @requirement("S0-4.5-2")
    def test_adding_a_line_needs_a_new_consent(self):
        """A signed order takes no further line; changed, it waits for the customer
        again and nothing of it is dispatched until then."""
        order = self._accepted(1)
        extra = self._new_instruments(1, prefix="X")
        new_line = [
            Command.create({"instrument_id": extra.id, "service_kind": "verification"})
        ]
        with self.assertRaisesRegex(UserError, "Change Order"):
            order.line_ids = new_line
        order.action_change("one more gauge")
        order.line_ids = new_line
        self.assertFalse(order.signed_on)
        with self.assertRaisesRegex(UserError, "waits for review and the customer"):
            order.job_ids.with_user(self.head)._assign(
                self._employees(self.tester, self.second)
            )
        order.write(REVIEW)
        order.action_review_done()
        self.assertEqual(order.state, "to_sign")
        with self.assertRaisesRegex(UserError, "signature"):
            order.action_accept()
        order.action_sign(SIGNATURE, "Li Si")
        order.action_accept()
        self.assertEqual(len(order.job_ids), 2)
        order.job_ids.with_user(self.head)._assign(
            self._employees(self.tester, self.second)
        )

    @requirement("S0-6.1.3-1")
    def test_changed_due_date_needs_a_new_review(self):
        """Changing the promised date of an accepted order makes review version 2, and
        work is refused until it has passed."""
        order = self._accepted(1)
        with self.assertRaisesRegex(UserError, "Change Order"):
            order.due_date = date(2099, 1, 1)
        order.action_change("later, as agreed")
        self.assertEqual(order.review_ids.mapped("version"), [2, 1])
        self.assertEqual(order.review_id.state, "draft")
        order.due_date = date(2099, 1, 1)
        with self.assertRaisesRegex(UserError, "waits for review"):
            order.job_ids.with_user(self.head)._assign(
                self._employees(self.tester, self.second)
            )

    @requirement("S3-5.7.1")
    def test_modify_query_delete(self):
        """An order is found by number, customer, state and date; one with a number is
        cancelled with a reason, never deleted."""
        order = self._accepted(1)
        found = (
            self.env["metrology.order"]
            .with_user(self.clerk)
            .search(
                [
                    ("name", "=", order.name),
                    ("partner_id", "=", self.partner.id),
                    ("state", "=", "accepted"),
                    ("date_order", "=", self.today),
                ]
            )
        )
        self.assertEqual(found, order)
        with self.assertRaisesRegex(UserError, "Cancel it"):
            order.unlink()
        with self.assertRaisesRegex(UserError, "reason"):
            order.action_cancel(" ")
        order.action_cancel("customer withdrew")
        self.assertEqual(order.state, "cancelled")
        self.assertEqual(order.job_ids.state, "cancelled")
        self.assertEqual(order.sample_ids.state, "cancelled")

    def test_cancel_is_refused_while_a_sample_is_here(self):
        """An order with a sample in the house is not cancelled; the sample is named."""
        order = self._accepted(1)
        order.sample_ids.with_user(self.keeper)._receive(condition="sound")
        with self.assertRaisesRegex(UserError, order.sample_ids.name):
            order.action_cancel("no more")
        self.assertEqual(order.state, "accepted")

    @requirement("S0-6.2.6")
    def test_promised_date_counts_working_days_from_acceptance(self):
        """Five working days from a Friday are the next Friday; overdue on the day
        after; a promised date before the order is refused."""
        for record in (self.verifying, self.standard):
            record._guard_open().date_from = date(2024, 1, 1)
        self.standard._guard_open().social_date_from = date(2024, 1, 1)
        authorizations = self.env["metrology.authorization"].search(
            [("capability_id", "=", self.verifying.id)]
        )
        authorizations._guard_open().date_from = date(2025, 1, 1)
        self.standard.equipment_ids.traceability_ids._guard_open().date = date(
            2025, 1, 1
        )
        with freeze_time("2025-08-15 02:00:00"):  # a Friday, no holiday around
            order = self._accepted(1)
            self.assertEqual(order.line_ids.due_date, date(2025, 8, 22))
            self.assertEqual(order.due_date, date(2025, 8, 22))
            self.assertFalse(order.is_overdue)
        with freeze_time("2025-08-23 02:00:00"):
            order.invalidate_recordset()
            self.assertTrue(order.is_overdue)
            jobs = self.env["metrology.job"].search([("is_overdue", "=", True)])
            self.assertIn(order.job_ids, jobs)
        draft = self._new_order(self._new_instruments(1, prefix="D"))
        with self.assertRaisesRegex(UserError, "before the order's date"):
            draft.due_date = date(2000, 1, 1)

    @requirement("S0-6.1.1")
    def test_review_lists_what_is_missing(self):
        """A review with open questions is refused, each of them named."""
        order = self._new_order(self._new_instruments(1))
        order.action_submit()
        order.action_start_review()
        with self.assertRaisesRegex(
            UserError, "(?s)Content, basis, place and time.*Ability.*Changes.*record"
        ):
            order.action_review_done()
        self.assertEqual(order.state, "reviewing")

    @requirement("S0-6.1.2-1")
    def test_review_checks_ability(self):
        """Each failing check is on the line and stops the order; without one the line
        is capable."""
        order = self._new_order(self._new_instruments(1))
        order.line_ids.action_check_capability()
        self.assertEqual(order.line_ids.capability_state, "capable")
        order.action_submit()
        order.action_start_review()
        order.write(REVIEW)
        self.standard._guard_open().state = "suspended"
        with self.assertRaisesRegex(UserError, "Pressure Standard is not in use"):
            order.action_review_done()
        self.assertEqual(order.state, "reviewing")

    @requirement("S0-6.1.4")
    def test_passed_review_is_kept(self):
        """A passed review is neither edited nor deleted, and all versions stay."""
        order = self._accepted(1)
        review = order.review_id
        self.assertEqual(review.reviewer_id, self.clerk)
        self.assertIn("JJG 99152-2013", review.check_text)
        with self.assertRaisesRegex(UserError, "kept as it is"):
            review.requirements_note = "different"
        with self.assertRaises(AccessError):
            review.unlink()
        with self.assertRaisesRegex(UserError, "is kept"):
            review.sudo().unlink()
        order.action_change("again")
        self.assertEqual(len(order.review_ids), 2)

    def test_subcontract_needs_consent(self):
        """Work by another institution is reviewed only with the customer's consent."""
        order = self._new_order(self._new_instruments(1))
        order.action_submit()
        order.action_start_review()
        order.write({**REVIEW, "subcontract": True})
        with self.assertRaisesRegex(UserError, "consent is not recorded"):
            order.action_review_done()

    def test_sign_dialog_signs_and_accepts(self):
        """The dialog puts the signature on the order and accepts it."""
        order = self._to_sign(self._new_order(self._new_instruments(1)))
        action = order.action_open_signature()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.clerk)
            .with_context(**action["context"])
            .create({"signature": SIGNATURE, "name": "Li Si"})
        )
        wizard.action_sign_accept()
        self.assertEqual((order.state, order.signed_by), ("accepted", "Li Si"))

    def test_removed_line_takes_its_job_along(self):
        """A changed order without a line cancels that line's job and sample."""
        order = self._accepted(2)
        line = order.line_ids[0]
        job, sample = line.job_id, line.job_id.sample_id
        order.action_change("one less")
        line.unlink()
        self.assertEqual((job.state, sample.state), ("cancelled", "cancelled"))

    def test_other_company_is_not_seen(self):
        """Orders, samples and jobs of another company are not found."""
        order = self._accepted(1)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._new_user("or_stranger", "business")
        stranger.write(
            {"company_id": company.id, "company_ids": [Command.set(company.ids)]}
        )
        for records in (order, order.line_ids, order.sample_ids, order.job_ids):
            model = self.env[records._name].with_user(stranger)
            self.assertFalse(model.search([("id", "in", records.ids)]))
