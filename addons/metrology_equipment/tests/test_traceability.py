# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import EquipmentCommon


@tagged("post_install", "-at_install")
class TestTraceability(EquipmentCommon):
    def _enter(self, person=None, **values):
        """Enter a certificate of this month as an equipment keeper."""
        certificate = self._new_certificate(
            self.gauge_tester, confirm=False, months_ago=0, **values
        )
        certificate._write({"create_uid": (person or self.keeper).id})
        certificate.invalidate_recordset()
        return certificate

    @requirement("S0-5.5.4")
    def test_new_certificate_waits_for_confirmation(self):
        """A new, unconfirmed certificate stops the equipment; confirmed, it is back."""
        certificate = self._enter()
        self.assertEqual(self._codes(self.gauge_tester), ["equipment_unconfirmed"])
        certificate.with_user(self.colleague).action_confirm()
        self.assertEqual(self._codes(self.gauge_tester), [])
        self.assertEqual(self.gauge_tester.traceability_id, certificate)
        self.assertEqual(certificate.confirmed_by_id, self.colleague)

    def test_another_person_confirms(self):
        """Who entered the certificate does not confirm it; nor does any employee."""
        certificate = self._enter(self.keeper)
        with self.assertRefused(UserError, "another person"):
            certificate.with_user(self.keeper).action_confirm()
        with self.assertRaises(AccessError):
            certificate.with_user(self.user).action_confirm()

    def test_entered_complete_only(self):
        """Without result, criterion or copy no certificate is entered."""
        for name, label in (
            ("result", "Result"),
            ("criterion", "Acceptance Criterion"),
            ("file", "Copy of the Certificate"),
        ):
            with self.assertRefused(ValidationError, label):
                self._enter(number=f"No {name}", **{name: False})
        certificate = self._enter()
        with self.assertRefused(ValidationError, "Result"):
            certificate.with_user(self.keeper).result = " "

    def test_confirmed_is_not_edited(self):
        """A confirmed certificate is closed to everybody, its dates first of all."""
        certificate = self.gauge_tester.traceability_id
        for values in (
            {"date_to": self.today + relativedelta(years=9)},
            {"uncertainty_text": "better"},
            {"correction_ids": [(0, 0, {"code": "pressure"})]},
        ):
            with self.assertRaises(UserError):
                certificate.with_user(self.keeper).write(values)
            with self.assertRaises(UserError):
                certificate.write(values)
        with self.assertRaises(UserError):
            certificate.with_user(self.keeper).unlink()

    def test_confirmation_is_not_written_from_outside(self):
        """The state cannot be given or written over the API."""
        certificate = self._enter()
        for values in ({"state": "confirmed"}, {"confirmed_by_id": self.keeper.id}):
            with self.assertRaises(UserError):
                certificate.with_user(self.colleague).write(values)
        with self.assertRaises(UserError):
            self.env["metrology.traceability"].with_user(self.keeper).create(
                {
                    "equipment_id": self.gauge_tester.id,
                    "number": "Forged",
                    "provider": "Nobody",
                    "date": self.today,
                    "state": "confirmed",
                }
            )

    def test_not_fit_for_use_suspends(self):
        """A certificate that shows it is not fit takes the equipment out of use."""
        certificate = self._enter()
        certificate.with_user(self.colleague).action_refuse("Error 0.09 %")
        self.assertEqual(certificate.state, "refused")
        self.assertEqual(self.gauge_tester.metrology_state, "suspended")
        self.assertEqual(self.gauge_tester.metrology_event_ids.reason, "Error 0.09 %")

    def test_dates(self):
        """Not in the future, and not over before it begins."""
        with self.assertRefused(ValidationError, "future"):
            self._enter(date=self.today + relativedelta(days=1))
        certificate = self._enter()
        self.assertEqual(
            certificate.date_to,
            self.today + relativedelta(months=12) - relativedelta(days=1),
        )

    def test_each_day_has_its_certificate(self):
        """What was measured earlier was measured by the certificate of its day."""
        old = self.gauge_tester.traceability_id
        new = self._enter()
        new.with_user(self.colleague).action_confirm()
        found = self.gauge_tester._get_traceabilities(self.today)
        self.assertEqual(found[self.gauge_tester.id], new)
        found = self.gauge_tester._get_traceabilities(
            self.today - relativedelta(days=1)
        )
        self.assertEqual(found[self.gauge_tester.id], old)
