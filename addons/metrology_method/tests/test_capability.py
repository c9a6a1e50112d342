# SPDX-License-Identifier: AGPL-3.0-only
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import MethodCommon


@tagged("post_install", "-at_install")
class TestCapability(MethodCommon):
    def _codes(self, capability, day=None):
        blockers = capability._get_validity_blockers(day or self.today)
        return [code for code, _message in blockers[capability.id]]

    def test_valid_from_the_first_to_the_last_day(self):
        """A capability is valid on both of its end days, and on no other side."""
        capability = self.capability.with_user(self.user)
        one_day = relativedelta(days=1)
        for day, codes in (
            (capability.date_from, []),
            (capability.date_to, []),
            (capability.date_from - one_day, ["capability_not_yet"]),
            (capability.date_to + one_day, ["capability_expired"]),
        ):
            self.assertEqual(self._codes(capability, day), codes)

    def test_suspended_at_once_and_told_by_name(self):
        """A suspended capability is refused with its name and state."""
        self.capability.with_user(self.quality).action_suspend("Audit finding")
        self.assertEqual(self.capability.state, "suspended")
        self.assertEqual(self.capability.state_reason, "Audit finding")
        [(code, message)] = self.capability._get_validity_blockers(self.today)[
            self.capability.id
        ]
        self.assertEqual(code, "capability_suspended")
        self.assertIn("[P-1] Pressure Gauges", message)
        self.assertIn("Suspended", message)
        found = self.capability._find_for(self.gauge, "verification", self.today)
        self.assertFalse(found)

    def test_activation_needs_everything(self):
        """What is missing before use is said all at once."""
        draft = self._new_capability(
            activate=False, code="P-2", authority=False, department_id=False
        ).with_user(self.head)
        with self.assertRaises(UserError) as caught:
            draft.action_activate()
        self.assertIn("Authority", str(caught.exception))
        self.assertIn("Department", str(caught.exception))
        draft.write({"authority": "X", "department_id": self.department.id})
        draft.action_activate()
        self.assertEqual(draft.state, "active")

    def test_no_use_without_an_edition_in_force(self):
        """Without an edition in force a capability cannot be put in use."""
        self.new.action_withdraw("Abolished")
        draft = self._new_capability(activate=False, code="P-3").with_user(self.head)
        with self.assertRefused(UserError, "JJG 99052"):
            draft.action_activate()
        self.assertEqual(self._codes(self.capability), ["edition_missing"])

    @requirement("S1-7.4-1")
    def test_dated_reference_stays_with_its_edition(self):
        """A dated reference is not carried along; after its end it is refused."""
        dated = self._new_capability(activate=False, code="P-4", edition_id=self.old.id)
        undated = self.capability
        day = date(2015, 1, 1)
        editions = (dated | undated)._get_editions(day)
        self.assertEqual(editions[dated.id], self.old)
        editions = (dated | undated)._get_editions(self.today)
        self.assertEqual(editions[dated.id], self.old)
        self.assertEqual(editions[undated.id], self.new)
        with self.assertRefused(UserError, "JJG 99052-2020"):
            dated.with_user(self.head).action_activate()

    def test_roles(self):
        """The technical head puts in use; quality and employees do not."""
        draft = self._new_capability(activate=False, code="P-5")
        for person in (self.quality, self.user):
            with self.assertRaises(AccessError):
                draft.with_user(person).action_activate()
        with self.assertRaises(AccessError):
            draft.with_user(self.user).name = "Mine"

    def test_state_is_not_written_from_outside(self):
        """State changes by the buttons only, for the technical head as well."""
        draft = self._new_capability(activate=False, code="P-6").with_user(self.head)
        with self.assertRaises(UserError):
            draft.write({"state": "active"})
        with self.assertRaises(UserError):
            draft.copy({"state": "active"})
        # A made-up key in the context does not open the fields either.
        with self.assertRaises(UserError):
            draft.with_context(metrology_guard=True).write({"state": "active"})
        self.assertEqual(draft.state, "draft")

    def test_what_is_in_use_is_not_turned_into_something_else(self):
        """Method and type of a capability in use are closed."""
        other = self.method.copy({"code": "JJG 99053", "edition_ids": False})
        with self.assertRaises(UserError):
            self.capability.with_user(self.head).method_id = other

    def test_method_of_the_same_service(self):
        """A calibration capability does not stand on a verification regulation."""
        with self.assertRefused(ValidationError, "another service"):
            self._new_capability(activate=False, code="P-7", service_kind="calibration")

    @requirement("S3-5.4.2")
    def test_range_in_order(self):
        """A range that starts at or above its end is refused; so is no number."""
        head = self.capability.with_user(self.head)
        for low, high in (("25", "25"), ("30", "25"), ("0", "many")):
            with self.assertRaises(ValidationError):
                head.write({"range_min": low, "range_max": high})

    def test_outside_the_authorised_range(self):
        """0 to 60 MPa is outside an authorisation for 0 to 25 MPa, in any unit."""
        capability = self.capability.with_user(self.user)
        kpa = self.env.ref("metrology.unit_kpa")
        self.assertFalse(capability._get_range_blockers("0", "25", self.mpa))
        self.assertFalse(capability._get_range_blockers("0", "25000", kpa))
        for maximum, unit in (("60", self.mpa), ("25000.001", kpa)):
            [(code, message)] = capability._get_range_blockers("0", maximum, unit)
            self.assertEqual(code, "capability_range")
            self.assertIn("outside the authorised range", message)

    def test_unit_of_the_quantity(self):
        """A pressure is not stated in kilograms."""
        with self.assertRaises(ValidationError):
            self.capability.with_user(self.head).unit_id = self.env.ref(
                "metrology.unit_kg"
            )

    def test_found_through_the_category(self):
        """A capability for a category serves its types, after their own ones."""
        wide = self._new_capability(code="P-8", instrument_type_id=self.category.id)
        found = self.env["metrology.capability"]._find_for(
            self.gauge, "verification", self.today
        )
        self.assertEqual(list(found), [self.capability, wide])
        pairs = self.env["metrology.capability"]._get_for(
            self.gauge | self.category, ["verification", "calibration"], self.today
        )
        self.assertEqual(pairs[self.category.id, "verification"], wide)
        self.assertFalse(pairs[self.gauge.id, "calibration"])

    def test_fee_item(self):
        """Quality makes the fee item without rights on products; only one is made."""
        capability = self.capability.with_user(self.quality)
        capability.action_make_fee_item()
        product = self.capability.product_id
        self.assertEqual(product.type, "service")
        self.assertEqual(product.default_code, "P-1")
        capability.action_make_fee_item()
        self.assertEqual(self.capability.product_id, product)
        with self.assertRaises(AccessError):
            self.capability.with_user(self.user).action_make_fee_item()

    def test_used_ones_are_not_deleted(self):
        """What was in use stays on file."""
        with self.assertRaises(UserError):
            self.capability.with_user(self.head).unlink()

    def test_reason_dialog_calls_only_what_is_allowed(self):
        """The dialog of reasons is no way to call any method."""
        Dialog = self.env["metrology.state.reason"].with_user(self.quality)
        values = {
            "res_model": "metrology.capability",
            "res_ids": self.capability.ids,
            "reason": "Because",
        }
        with self.assertRaises(UserError):
            Dialog.create({**values, "method": "unlink"}).action_confirm()
        Dialog.create({**values, "method": "action_suspend"}).action_confirm()
        self.assertEqual(self.capability.state, "suspended")

    def test_other_companies_capabilities_are_not_seen(self):
        """The scope of another company is not this one's."""
        other = self.env["res.company"].create({"name": "Other Institute"})
        stranger = self._new_user(
            "md_stranger",
            "technical_head",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(
            self.env["metrology.capability"]
            .with_user(stranger)
            .search([("id", "=", self.capability.id)])
        )

    def test_expiring_ones_are_told_once(self):
        """Sixty days ahead one activity is made, and no second one."""
        self.capability.date_to = self.today + relativedelta(days=30)
        Capability = self.env["metrology.capability"]
        Capability._notify_expiry()
        Capability._notify_expiry()
        self.assertEqual(len(self.capability.activity_ids), 1)

    def test_queries_do_not_grow(self):
        """Validity and search of many capabilities cost as many queries as of one."""
        many = self.env["metrology.capability"].concat(
            *[self._new_capability(code=f"Q-{n}") for n in range(30)]
        )
        for ask in (
            lambda records: records._get_validity_blockers(self.today),
            lambda records: records._get_acceptance_blockers(self.today),
            lambda records: records.mapped("validity"),
        ):
            one = self._queries(lambda ask=ask: ask(many[:1]))
            all_of_them = self._queries(lambda ask=ask: ask(many))
            self.assertEqual(one, all_of_them)
