# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from .common import StaffCommon


@tagged("post_install", "-at_install")
class TestCapability(StaffCommon):
    def _codes(self, day=None):
        capability = self.capability.with_user(self.user)
        blockers = capability._get_acceptance_blockers(day or self.today)
        return [code for code, _message in blockers[self.capability.id]]

    def test_two_persons_each_day(self):
        """With two persons a line may be accepted; when one ends, it may not."""
        self._issue(self.anna)
        self.assertEqual(self._codes(), ["capability_understaffed"])
        last = self.today + relativedelta(days=10)
        self._issue(self.boris, date_to=last)
        self.assertEqual(self._codes(), [])
        self.assertEqual(self._codes(last), [])
        after = last + relativedelta(days=1)
        self.assertEqual(self._codes(after), ["capability_understaffed"])

    def test_one_person_with_two_activities_is_one(self):
        """Persons are counted, not authorizations, and only those who carry it out."""
        self._issue(self.anna)
        self._issue(self.anna, "calibrate")
        self._issue(self.boris, "check")
        self.capability.invalidate_recordset()
        self.assertEqual(self.capability.capability_person_count, 1)
        self.assertTrue(self.capability.is_understaffed)

    def test_too_old_persons_do_not_count(self):
        """Who may not do it any more leaves a gap, without any change of papers."""
        self._issue(self.anna)
        self._issue(self.boris)
        self.capability.invalidate_recordset()
        self.assertFalse(self.capability.is_understaffed)
        self.boris.birthday = self.today - relativedelta(years=66)
        self.capability.invalidate_recordset()
        self.assertTrue(self.capability.is_understaffed)

    def test_gaps_can_be_searched(self):
        """The filter finds what has fewer than two persons."""
        other = self._new_capability(code="P-9")
        self._issue(self.anna)
        self._issue(self.boris)
        Capability = self.env["metrology.capability"].with_user(self.user)
        both = [("id", "in", (self.capability | other).ids)]
        short = Capability.search([*both, ("is_understaffed", "=", True)])
        self.assertEqual(short.ids, other.ids)
        enough = Capability.search([*both, ("is_understaffed", "=", False)])
        self.assertEqual(enough.ids, self.capability.ids)
        self.assertEqual(
            Capability.search([*both, ("capability_person_count", "=", 2)]).ids,
            self.capability.ids,
        )

    def test_existing_work_goes_on(self):
        """Too few persons stop new lines, not the validity of the capability."""
        self._issue(self.anna)
        blockers = self.capability._get_validity_blockers(self.today)
        self.assertEqual(blockers[self.capability.id], [])

    def test_queries_do_not_grow(self):
        """The counts of many capabilities cost as many queries as of one."""
        many = self.capability
        for number in range(20):
            many |= self._new_capability(code=f"N-{number}")
        self.env["metrology.authorization"].create(
            [
                {
                    "employee_id": person.id,
                    "activity": "verify",
                    "capability_id": capability.id,
                    "date_from": self.today,
                    "date_to": self.today,
                    "state": "active",
                }
                for person in (self.anna, self.boris)
                for capability in many
            ]
        )

        def ask(records):
            return records.with_user(self.user).mapped("capability_person_count")

        self.assertEqual(
            self._queries(lambda: ask(many[:1])), self._queries(lambda: ask(many))
        )
        self.assertEqual(set(ask(many)), {2})
