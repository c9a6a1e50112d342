# SPDX-License-Identifier: AGPL-3.0-only
import base64

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import StandardCommon


@tagged("post_install", "-at_install")
class TestStandardCertificate(StandardCommon):
    def _next_certificate(self, number, years=5, **values):
        return (
            self.env["metrology.standard.certificate"]
            .with_user(self.keeper)
            .create(
                {
                    "standard_id": self.standard.id,
                    "number": number,
                    "authority": "Market Regulation",
                    "date_from": self.today,
                    "date_to": self.today + relativedelta(years=years),
                    "file": base64.b64encode(b"%PDF-1.4 copy"),
                    **values,
                }
            )
        )

    def test_renewal_changes_the_standard(self):
        """The next certificate in force is what the standard shows."""
        new = self._next_certificate("[2026] 099")
        new.with_user(self.colleague).action_approve()
        self.assertEqual(self.standard.number, "[2026] 099")
        self.assertEqual(self.standard.date_to, new.date_to)
        self.assertEqual(new.approved_by_id, self.colleague)

    def test_typing_a_certificate_into_a_standard_in_use_is_refused(self):
        """Numbers and dates of a standard in use are not typed, suspended or not."""
        standard = self.standard.with_user(self.keeper)
        for values in (
            {"date_to": self.today + relativedelta(years=9)},
            {"social_number": "X"},
            {"number": "X"},
        ):
            with self.assertRefused(UserError, "Piston Gauge Device"):
                standard.write(values)
        standard.action_suspend("Moved")
        with self.assertRefused(UserError, "Piston Gauge Device"):
            standard.write({"date_to": self.today + relativedelta(years=9)})

    def test_superseded_certificate_stays_and_never_returns(self):
        """Superseded: not approved again, not edited, not deleted, no older one."""
        old = self._next_certificate("[2026] 001")
        old.with_user(self.colleague).action_approve()
        self._next_certificate("[2026] 002", years=6).with_user(
            self.colleague
        ).action_approve()
        self.assertEqual(old.state, "superseded")
        with self.assertRaises(UserError):
            old.with_user(self.colleague).action_approve()
        with self.assertRefused(UserError, "State"):
            old.with_user(self.colleague).write({"state": "in_force"})
        with self.assertRefused(UserError, "[2026] 001"):
            old.with_user(self.keeper).write({"number": "other"})
        with self.assertRefused(UserError, "stays"):
            old.with_user(self.keeper).unlink()
        older = self._next_certificate("[2020] 000", years=2)
        with self.assertRefused(UserError, "[2020] 000", "[2026] 002"):
            older.with_user(self.colleague).action_approve()
        self.assertEqual(self.standard.number, "[2026] 002")

    def test_another_person_with_a_copy(self):
        """The author, a tester and a certificate without copy are refused."""
        own = self._next_certificate("[2026] 003")
        with self.assertRefused(UserError, "another person"):
            own.with_user(self.keeper).action_approve()
        with self.assertRaises(AccessError):
            own.with_user(self.user).action_approve()
        bare = self._next_certificate("[2026] 004", file=False)
        with self.assertRefused(UserError, "[2026] 004"):
            bare.with_user(self.colleague).action_approve()
        with self.assertRefused(UserError, "State"):
            self._next_certificate("[2026] 005", state="in_force")
