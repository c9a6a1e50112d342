# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import REVIEW, OrderCommon


@tagged("post_install", "-at_install")
class TestMethodChoice(OrderCommon):
    def _capability_on(self, kind, code, level, **values):
        """A capability on a method of its own, with standard and two persons."""
        capability = self._new_capability(kind, code, **values)
        capability.method_id.source_level = level
        self.standard.capability_ids = [fields.Command.link(capability.id)]
        activity = "verify" if kind == "verification" else "calibrate"
        for user in (self.tester, self.second):
            self._authorize(user, capability, activity)
        return capability

    def _line(self, kind="calibration", prefix="M", **values):
        order = self._new_order(
            self._new_instruments(1, prefix=prefix, **values), service_kind=kind
        )
        return order.line_ids

    @requirement("S0-5.2.2")
    def test_best_source_is_proposed(self):
        """The best source in force is proposed; a lower one needs the reason."""
        maker = self._capability_on("calibration", "MAKER 1", "7")
        line = self._line()
        self.assertEqual(line.capability_id, self.calibrating)
        with self.assertRaises(UserError) as caught:
            line.capability_id = maker
        self.assertIn("MAKER 1", str(caught.exception))
        self.assertIn("JJF 99152", str(caught.exception))
        line.write({"capability_id": maker.id, "method_reason": "Range beyond"})
        self.assertEqual(line.capability_id, maker)
        with self.assertRaises(UserError):
            line.method_reason = False

    @requirement("S1-7.4-2")
    def test_makers_method_beside_a_national_one(self):
        """A maker's method needs the reason, unless the customer asked for it."""
        maker = self._capability_on("calibration", "MAKER 2", "7")
        instrument = self._new_instruments(1, prefix="MM")
        values = {
            "instrument_id": instrument.id,
            "service_kind": "calibration",
            "capability_id": maker.id,
        }
        order = self.env["metrology.order"].with_user(self.clerk)
        with self.assertRaises(UserError):
            order.create(
                {
                    "partner_id": self.partner.id,
                    "line_ids": [fields.Command.create(values)],
                }
            )
        order = order.create(
            {
                "partner_id": self.partner.id,
                "line_ids": [
                    fields.Command.create({**values, "method_by_customer": True})
                ],
            }
        )
        self.assertEqual(order.line_ids.capability_id, maker)
        # Once no better one is in force, nothing has to be said.
        self.calibrating.method_id.edition_ids._guard_open().write(
            {"withdrawn_on": self.today - relativedelta(days=1)}
        )
        order.line_ids.method_by_customer = False
        self.assertFalse(order.line_ids.method_by_customer)

    @requirement("S0-5.2.1")
    def test_verification_follows_the_national_regulation(self):
        """A local regulation is refused beside a national one, taken without it."""
        local = self._capability_on("verification", "JJG(LOCAL) 9", "2")
        line = self._line("verification")
        self.assertEqual(line.capability_id, self.verifying)
        for values in (
            {"capability_id": local.id},
            {"capability_id": local.id, "method_reason": "Cheaper"},
            {"capability_id": local.id, "method_by_customer": True},
        ):
            with self.assertRaises(UserError) as caught:
                line.write(values)
            self.assertIn("JJG 99152", str(caught.exception))
        self.verifying.method_id.edition_ids._guard_open().write(
            {"withdrawn_on": self.today - relativedelta(days=1)}
        )
        line.capability_id = local
        line.action_check_capability()
        self.assertEqual(line.capability_state, "capable", line.capability_note)

    @requirement("S0-5.2.1")
    def test_a_national_one_that_comes_later(self):
        """A job by a local regulation stops when a national one comes into force."""
        kind = self.env["metrology.instrument.type"].create({"name": "Only Local"})
        local = self._capability_on(
            "verification", "JJG(LOCAL) 10", "2", instrument_type_id=kind.id
        )
        order = self._new_order(
            self._new_instruments(1, prefix="LO", instrument_type_id=kind.id)
        )
        self._to_sign(order)
        order.action_sign("aGVsbG8=", "Li Si")
        order.action_accept()
        self._in_department(order)
        order.job_ids._assign(self._employees(self.tester, self.second))
        self.assertEqual(order.job_ids.capability_id, local)
        self.verifying.method_id.instrument_type_ids = [fields.Command.link(kind.id)]
        with self.assertRaises(UserError) as caught:
            order.job_ids.with_user(self.tester).action_start()
        self.assertIn("JJG 99152", str(caught.exception))

    @requirement("S2-6.7d")
    def test_the_same_through_the_api(self):
        """What the form refuses is refused to plain create and write calls."""
        local = self._capability_on("verification", "JJG(LOCAL) 11", "2")
        line = self._line("verification").with_user(self.clerk)
        Line = self.env["metrology.order.line"].with_user(self.clerk)
        with self.assertRaises(UserError):
            Line.browse(line.id).write({"capability_id": local.id})
        with self.assertRaises(UserError):
            Line.create(
                {
                    "order_id": line.order_id.id,
                    "instrument_id": self._new_instruments(1, prefix="RP").id,
                    "service_kind": "verification",
                    "capability_id": local.id,
                }
            )
        with self.assertRaises(UserError):
            Line.browse(line.id).write({"edition_id": local.current_edition_id.id})
        # Nor is a capability for another service than the line's.
        with (
            self.assertRaisesRegex(ValidationError, "does not serve this line"),
            self.env.cr.savepoint(),
        ):
            line.write({"capability_id": self.calibrating.id})

    @requirement("S0-2")
    def test_editions_pinned_and_resolved(self):
        """Undated means the edition in force, frozen on the task; a superseded one is
        refused for verification with the name of the one in force."""
        method = self.verifying.method_id
        old = self.env["metrology.method.edition"].create(
            {
                "name": "JJG 99152-2003",
                "method_id": method.id,
                "date_from": "2003-01-01",
                "date_to": "2013-11-30",
            }
        )
        old.action_approve()
        order = self._accepted(prefix="ED")
        job = order.job_ids
        self.assertEqual(job.edition_id.name, "JJG 99152-2013")
        self.assertEqual(order.line_ids.edition_id, job.edition_id)
        # Later editions do not change what was frozen.
        later = self.env["metrology.method.edition"].create(
            {
                "name": "JJG 99152-2090",
                "method_id": method.id,
                "date_from": "2090-01-01",
            }
        )
        later.action_approve()
        self.assertEqual(job.edition_id.name, "JJG 99152-2013")
        dated = self.verifying.copy(
            {"code": "D-2003", "edition_id": old.id, "state": "draft"}
        )
        dated._guard_open().state = "active"
        line = self._line("verification", prefix="EF")
        line.capability_id = dated
        line.order_id.action_submit()
        line.order_id.action_start_review()
        line.order_id.write(REVIEW)
        with self.assertRaises(UserError) as caught:
            line.order_id.action_review_done()
        self.assertIn("JJG 99152-2003", str(caught.exception))
        self.assertIn("JJG 99152-2013", str(caught.exception))

    @requirement("S0-4.1.2-3")
    def test_authorised_range_and_certificate(self):
        """Outside the authorised range, or under a lapsed certificate, no line passes."""
        grant = self.env["metrology.grant"].create(
            {
                "name": "(2026) 0077",
                "authority": "Administration",
                "date_from": self.today - relativedelta(years=1),
                "date_to": self.today + relativedelta(years=1),
            }
        )
        grant.action_activate()
        self.verifying.write({"grant_id": grant.id, "range_max": "25"})
        inside = self._line("verification", prefix="IN", range_text="(0～25)MPa")
        outside = self._line("verification", prefix="OU", range_text="(0～60)MPa")
        (inside | outside).action_check_capability()
        self.assertEqual(inside.capability_state, "capable", inside.capability_note)
        self.assertEqual(outside.capability_state, "not_accepted")
        order = outside.order_id
        order.action_submit()
        order.action_start_review()
        order.write(REVIEW)
        with self.assertRaises(UserError) as caught:
            order.action_review_done()
        self.assertIn("outside the authorised range", str(caught.exception))
        grant.date_to = self.today - relativedelta(days=1)
        for line in (inside, self._line("verification", prefix="LA")):
            line.action_check_capability()
            self.assertEqual(line.capability_state, "not_accepted")
            self.assertIn("(2026) 0077 expired", line.capability_note)
