# SPDX-License-Identifier: AGPL-3.0-only
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import MethodCommon


@tagged("post_install", "-at_install")
class TestMethodValidation(MethodCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_method = cls.env["metrology.method"].create(
            {
                "code": "Q/LAB 001",
                "name": "Own Method",
                "service_kind": "calibration",
                "source_level": "8",
            }
        )
        cls.own = cls._new_edition(
            "Q/LAB 001-2026",
            date(2026, 1, 1),
            approve=False,
            method_id=cls.own_method.id,
        )
        cls.next = cls._new_edition("JJG 99052-2040", date(2040, 1, 1), approve=False)

    def _approve(self, edition):
        edition.with_user(self.head).action_approve()

    @requirement("S0-5.2.4")
    def test_standard_method_is_verified_first(self):
        """Without the approved report of its verification a method is not used."""
        with self.assertRefused(UserError, "JJG 99052-2040", "verification"):
            self._approve(self.next)
        draft = self._prove(self.next, approve=False)
        with self.assertRefused(UserError, "verification"):
            self._approve(self.next)
        draft.with_user(self.head).action_approve()
        self._approve(self.next)
        self.assertEqual(self.next.state, "upcoming")

    @requirement("S0-5.2.4")
    def test_not_chosen_without_verification(self):
        """A capability whose only edition lacks it is refused where it is chosen."""
        method = self.method.copy({"code": "JJG 99054", "edition_ids": False})
        edition = self._new_edition(
            "JJG 99054-2020", date(2020, 1, 1), approve=False, method_id=method.id
        )
        capability = self._new_capability(
            activate=False, code="V-1", method_id=method.id, edition_id=edition.id
        )
        with self.assertRefused(UserError, "not approved for use"):
            capability.with_user(self.head).action_activate()
        self.assertFalse(
            capability._find_for(self.gauge, "verification", self.today) & capability
        )

    @requirement("S0-5.2.4")
    def test_confirmed_first_then_verified(self):
        """Verified before it was confirmed, a method that is no standard is refused."""
        self.own.file = "ZmlsZQ=="
        self._prove(self.own, date=self.today - relativedelta(days=10))
        self._prove(self.own, "confirm", date=self.today - relativedelta(days=5))
        with self.assertRefused(UserError, "before its confirmation"):
            self._approve(self.own)
        self._prove(self.own, date=self.today)
        self._approve(self.own)
        self.assertTrue(self.own.approved_on)

    @requirement("S1-7.4-3")
    def test_in_house_method_is_confirmed(self):
        """An in-house method needs drafting file and approved confirmation."""
        self._prove(self.own)
        with self.assertRefused(UserError, "drafting file", "confirmation"):
            self._approve(self.own)
        self.own.file = "ZmlsZQ=="
        pending = self._prove(self.own, "confirm", approve=False, date="2026-01-01")
        with self.assertRefused(UserError, "confirmation"):
            self._approve(self.own)
        pending.with_user(self.head).action_approve()
        self._approve(self.own)
        self.assertEqual(self.own_method.source_level, "8")
        self.assertTrue(self.own_method.is_non_standard)

    @requirement("S1-7.4-3")
    def test_turned_in_house_after_approval(self):
        """Approved as a standard method, it is not made an in-house one by writing."""
        self.own_method.source_level = "3"
        self._prove(self.own)
        self._approve(self.own)
        head = self.own_method.with_user(self.head)
        with self.assertRefused(UserError, "drafting file", "confirmation"):
            head.source_level = "8"
        head.invalidate_recordset()
        head.source_level = "4"
        self.assertEqual(self.own_method.source_level, "4")

    def test_unfit_does_not_count(self):
        """A verification that found the institution unable opens nothing."""
        self._prove(self.next, conclusion="unfit")
        with self.assertRefused(UserError, "verification"):
            self._approve(self.next)

    def test_another_person_approves(self):
        """The report is approved by another person, and complete."""
        mine = (
            self.env["metrology.method.validation"]
            .with_user(self.head)
            .create({"edition_id": self.next.id, "kind": "verify"})
        )
        with self.assertRefused(UserError, "entered by you", "Report"):
            mine.action_approve()
        with self.assertRaises(AccessError):
            mine.with_user(self.quality).action_approve()

    def test_approval_is_not_written(self):
        """Over the API nobody approves by writing, nor edits what was approved."""
        draft = self._prove(self.next, approve=False).with_user(self.head)
        with self.assertRaises(UserError):
            draft.write({"approved_on": self.today})
        with self.assertRaises(UserError):
            self.env["metrology.method.validation"].with_user(self.quality).create(
                {"edition_id": self.next.id, "approved_on": self.today}
            )
        draft.action_approve()
        with self.assertRefused(UserError, "in use"):
            draft.write({"conclusion": "unfit"})
        with self.assertRaises(UserError):
            draft.unlink()
