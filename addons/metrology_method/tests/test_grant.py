# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MethodCommon


@tagged("post_install", "-at_install")
class TestGrant(MethodCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grant = cls.env["metrology.grant"].create(
            {
                "name": "(2026) 0012",
                "authority": "Administration",
                "date_from": cls.today - relativedelta(years=1),
                "date_to": cls.today + relativedelta(years=1),
            }
        )
        cls.grant.action_activate()
        cls.capability.grant_id = cls.grant

    def _codes(self, day=None):
        blockers = self.capability._get_validity_blockers(day or self.today)
        return [code for code, _message in blockers[self.capability.id]]

    def test_gives_number_and_authority(self):
        """A project takes number and authority from its certificate."""
        self.assertEqual(self.capability.certificate_number, "(2026) 0012")
        self.assertEqual(self.capability.authority, "Administration")
        self.assertEqual(self.grant.capability_count, 1)

    def test_lapse_reaches_every_project(self):
        """Valid on its last day; on the day after every project is refused."""
        self.capability.date_to = self.grant.date_to + relativedelta(years=1)
        self.assertEqual(self._codes(self.grant.date_to), [])
        after = self.grant.date_to + relativedelta(days=1)
        self.assertEqual(self._codes(after), ["grant_expired"])
        self.grant.with_user(self.quality).action_suspend("Audit")
        self.assertEqual(self._codes(), ["grant_state"])

    def test_roles_and_guard(self):
        """Suspending is quality's and the head's, withdrawing the head's; by button."""
        with self.assertRaises(AccessError):
            self.grant.with_user(self.quality).action_withdraw("Over")
        with self.assertRaises(UserError):
            self.grant.with_user(self.head).write({"state": "withdrawn"})
        with self.assertRefused(UserError, "in use"):
            self.grant.with_user(self.head).write({"authority": "Somebody"})
        with self.assertRaises(AccessError):
            self.grant.with_user(self.user).write({"note": "Mine"})
        self.grant.with_user(self.head).action_withdraw("Over")
        self.assertEqual(self._codes(), ["grant_state"])
