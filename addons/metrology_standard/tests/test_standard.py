# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import StandardCommon


@tagged("post_install", "-at_install")
class TestStandard(StandardCommon):
    def test_valid_from_the_first_to_the_last_day(self):
        """The examination certificate is valid on both of its end days."""
        standard = self._new_standard(
            "Working Device", number="[2020] 022", nature="working"
        )
        equipment = self.gauge_tester | self.barometer
        equipment.traceability_ids._guard_open().write(
            {"date": standard.date_from, "date_to": standard.date_to}
        )
        one_day = relativedelta(days=1)
        self.assertEqual(self._codes(standard, standard.date_from), [])
        self.assertEqual(self._codes(standard, standard.date_to), [])
        before = self._codes(standard, standard.date_from - one_day)
        self.assertIn("standard_not_yet", before)
        after = self._codes(standard, standard.date_to + one_day)
        self.assertEqual(after[0], "standard_expired")

    def test_social_standard_needs_both_certificates(self):
        """Without its social public certificate the standard is refused by its name."""
        for values, code in (
            ({"social_number": False}, "standard_social_missing"),
            ({"social_date_to": False}, "standard_social_missing"),
            (
                {"social_date_to": self.today - relativedelta(days=1)},
                "standard_social_expired",
            ),
        ):
            standard = self._new_standard(
                f"Device {code}{values}", activate=False, number=f"N {values}", **values
            )
            self.assertIn(code, self._codes(standard))
            with self.assertRefused(UserError, "social public"):
                standard.with_user(self.keeper).action_activate()
        working = self._new_standard(
            "Working", number="W", nature="working", social_number=False
        )
        self.assertEqual(working.state, "active")

    @requirement("S2-6.5a")
    def test_no_use_without_main_equipment(self):
        """Members are listed with their due dates; without a main one: not in use."""
        members = self.standard.with_user(self.user).member_ids
        self.assertEqual(
            [(item.role, item.traceability_due) for item in members],
            [
                ("main", self.gauge_tester.traceability_due),
                ("auxiliary", self.barometer.traceability_due),
            ],
        )
        standard = self._new_standard(
            "Without",
            activate=False,
            number="M",
            member_ids=[
                (0, 0, {"equipment_id": self.barometer.id, "role": "auxiliary"})
            ],
        )
        with self.assertRefused(UserError, "main"):
            standard.with_user(self.keeper).action_activate()

    def test_what_blocks_a_member_blocks_the_standard(self):
        """An overdue auxiliary member is named in the standard's sentence."""
        last = self.barometer.traceability_due
        day = last + relativedelta(days=1)
        blockers = self.standard._get_validity_blockers(day)[self.standard.id]
        messages = dict(blockers)
        self.assertIn("Barometer", " ".join(message for _code, message in blockers))
        self.assertIn("equipment_overdue", messages)

    def test_roles_and_state(self):
        """Keepers put in use; testers and a written state are refused."""
        standard = self._new_standard("New", activate=False, number="R")
        with self.assertRaises(AccessError):
            standard.with_user(self.user).action_activate()
        with self.assertRefused(UserError, "State"):
            standard.with_user(self.keeper).write({"state": "active"})
        standard.with_user(self.keeper).action_activate()
        standard.with_user(self.keeper).action_suspend("Moved")
        self.assertEqual(self._codes(standard), ["standard_suspended"])
        draft = self._new_standard("Never Used", activate=False, number="RD")
        draft.with_user(self.keeper).action_withdraw("Given up")
        with self.assertRaises(UserError):
            draft.with_user(self.keeper).action_activate()

    def test_member_is_measuring_equipment_of_the_company(self):
        """A printer, another company's equipment and a second time are refused."""
        printer = self.env["maintenance.equipment"].create({"name": "Printer"})
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self._new_equipment(
            "Foreign",
            "F-1",
            "reference",
            certified=False,
            company_id=other.id,
            metrology_department_id=False,
        )
        draft = self._new_standard("Draft", activate=False, number="MD")
        for equipment in (printer, foreign):
            with self.assertRefused(ValidationError, equipment.name):
                draft.with_user(self.head).write(
                    {"member_ids": [(0, 0, {"equipment_id": equipment.id})]}
                )

    def test_standards_of_capabilities(self):
        """A capability is served by its valid standards only."""
        Standard = self.env["metrology.standard"].with_user(self.user)
        found = Standard._get_for_capabilities(self.capability, self.today)
        self.assertEqual(found, {self.capability.id: self.standard})
        self.standard.with_user(self.keeper).action_suspend("Moved")
        found = Standard._get_for_capabilities(self.capability, self.today)
        self.assertFalse(found[self.capability.id])

    def test_no_new_work_without_a_usable_standard(self):
        """A capability whose only standard is out of date takes no new line."""
        Capability = self.capability.with_user(self.user)
        codes = dict(Capability._get_acceptance_blockers(self.today)[Capability.id])
        self.assertNotIn("capability_no_standard", codes)
        self.gauge_tester.with_user(self.keeper)._register_event("leave", "Lent")
        codes = dict(Capability._get_acceptance_blockers(self.today)[Capability.id])
        self.assertIn("capability_no_standard", codes)
        self.assertIn("Piston Gauge", codes["capability_no_standard"])

    def test_queries_do_not_grow(self):
        """Validity of many standards costs as many queries as of one."""
        many = self.env["metrology.standard"].concat(
            *[self._new_standard(f"S{n}", number=f"Q-{n}") for n in range(20)]
        )

        def ask(records):
            return records.with_user(self.user)._get_validity_blockers(self.today)

        self.assertEqual(
            self._queries(lambda: ask(many[:1])), self._queries(lambda: ask(many))
        )

        def serve(capabilities):
            Standard = self.env["metrology.standard"].with_user(self.user)
            return Standard._get_for_capabilities(capabilities, self.today)

        more = self.capability
        for number in range(10):
            more |= self._new_capability(code=f"QS-{number}")
        many.capability_ids = more
        self.assertEqual(
            self._queries(lambda: serve(more[:1])), self._queries(lambda: serve(more))
        )
