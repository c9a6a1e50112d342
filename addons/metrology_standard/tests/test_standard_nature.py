# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import StandardCommon


@tagged("post_install", "-at_install")
class TestStandardNature(StandardCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._new_standard(
            "Enterprise Device",
            activate=False,
            number="E-1",
            nature="enterprise",
            social_number=False,
            social_date_to=False,
        )

    def _approved(self):
        self.own.approval_date = self.today - relativedelta(days=1)
        self.own.with_user(self.keeper).action_activate()
        return self.own

    def _authorise(self, kind="authorisation", **values):
        grant = (
            self.env["metrology.grant"]
            .with_user(self.head)
            .create(
                {
                    "name": "A-2026",
                    "kind": kind,
                    "authority": "Market Regulation",
                    "date_from": self.today - relativedelta(years=1),
                    "date_to": self.today + relativedelta(months=6),
                    **values,
                }
            )
        )
        grant._guard_open().state = "active"
        self.capability.grant_id = grant
        return grant

    def _ask(self, day=None, capability=None, **values):
        request = {
            "key": 1,
            "capability": capability or self.capability,
            "internal": False,
            "mandatory": False,
            **values,
        }
        found = (self.own | self.standard).with_user(self.user)
        found = found._get_service_blockers(day or self.today, [request])
        return [code for code, _text in found.get(1, {}).get(self.own.id, [])]

    def test_own_unit_approves_first(self):
        """Without the own unit's approval it is not put in use; the future is none."""
        with self.assertRefused(UserError, "approval"):
            self.own.with_user(self.keeper).action_activate()
        with self.assertRaises(ValidationError):
            self.own.approval_date = self.today + relativedelta(days=1)
        self.assertEqual(self._approved().state, "active")

    def test_internal_customers_without_mandatory_verification(self):
        """Internal work passes; outsiders and mandatory verification are refused."""
        self._approved()
        self.assertEqual(self._ask(internal=True), [])
        self.assertEqual(self._ask(), ["standard_internal_only"])
        self.assertEqual(
            self._ask(internal=True, mandatory=True), ["standard_no_mandatory"]
        )

    def test_authorisation_opens_its_projects(self):
        """A project on an authorisation in date is open, others are not."""
        self._approved()
        self._authorise()
        self.assertEqual(self._ask(), [])
        self.assertEqual(self._ask(mandatory=True), [])
        other = self._new_capability(code="P-2")
        self.assertEqual(self._ask(capability=other), ["standard_internal_only"])
        self.capability.mandatory = False
        self.assertEqual(self._ask(mandatory=True), ["authorisation_not_mandatory"])

    def test_accreditation_is_no_authorisation(self):
        """Only a metrological authorisation opens work for the public."""
        self._approved()
        self._authorise(kind="accreditation")
        self.assertEqual(self._ask(), ["standard_internal_only"])

    def test_expired_authorisation_refuses_all(self):
        """One day after its end, or suspended, no project of it is open."""
        self._approved()
        grant = self._authorise()
        late = grant.date_to + relativedelta(days=1)
        self.assertEqual(self._ask(day=grant.date_to), [])
        self.assertEqual(self._ask(day=late), ["authorisation_not_in_force"])
        grant.with_user(self.head).action_suspend("Audit")
        self.assertEqual(self._ask(), ["authorisation_not_in_force"])

    def test_social_standards_serve_everybody(self):
        """The rule is one of nature: a social public standard is not asked."""
        found = self.standard._get_service_blockers(
            self.today,
            [
                {
                    "key": 1,
                    "capability": self.capability,
                    "internal": False,
                    "mandatory": True,
                }
            ],
        )
        self.assertEqual(found, {})

    def test_queries_do_not_grow(self):
        """500 requests cost as many queries as one."""
        self._approved()
        self._authorise()
        own = self.own.with_user(self.user)
        # One recordset: what is asked together is read together.
        capabilities = self.env["metrology.capability"].concat(
            *[self._new_capability(code=f"N-{number}") for number in range(20)]
        )

        def ask(count):
            requests = [
                {
                    "key": number,
                    "capability": capabilities[number],
                    "internal": False,
                    "mandatory": False,
                }
                for number in range(count)
            ]
            return own._get_service_blockers(self.today, requests)

        self.assertLessEqual(
            self._queries(lambda: ask(20)), self._queries(lambda: ask(1))
        )
