# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestExpiryKinds(OrderCommon):
    """Everything a capability rests on ends in the one calendar, each under its kind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.technical = cls._new_user("ek_technical", "technical_head", employee=True)
        cls.technical.lang = "en_US"
        cls.technical.employee_ids.professional_title = "senior"
        cls.standard.leader_id = cls.technical.employee_ids
        cls.near = cls.today + relativedelta(days=10)

    def _row(self, record, name):
        return (
            self.env["metrology.expiry"]
            .with_user(self.technical)
            .search(
                [
                    ("kind", "=", f"{record._name},{name}"),
                    ("res_id", "=", record.id),
                ]
            )
        )

    def test_all_kinds_are_there(self):
        """Capability, both certificates, equipment, authorization: one row each."""
        equipment = self.standard.equipment_ids
        authorization = self.env["metrology.authorization"].search(
            [("employee_id", "=", self.tester.employee_ids.id)], limit=1
        )
        for record, name, date in (
            (self.verifying, "date_to", self.verifying.date_to),
            (self.standard, "date_to", self.standard.date_to),
            (self.standard, "social_date_to", self.standard.social_date_to),
            (equipment, "traceability_due", equipment.traceability_due),
            (authorization, "date_to", authorization.date_to),
        ):
            row = self._row(record, name)
            self.assertEqual(len(row), 1, (record, name))
            self.assertEqual(row.date, date)
            self.assertEqual(row.name, record.with_user(self.technical).display_name)
        self.assertEqual(
            self._row(self.verifying, "date_to").department_id, self.department
        )

    def test_both_certificates_of_a_standard_are_told(self):
        """A standard with two certificates is told of twice, once for each, only once."""
        self.standard._guard_open().write(
            {"date_to": self.near, "social_date_to": self.near}
        )
        for _twice in range(2):
            self.env["metrology.standard"]._notify_expiry()
        summaries = self.standard.activity_ids.mapped("summary")
        self.assertEqual(len(summaries), 2, summaries)
        self.assertEqual(self.standard.activity_ids.user_id, self.technical)
        self.assertTrue(any("Social" in text for text in summaries))
        # A new end of one of them is told anew, the other is not.
        self.standard._guard_open().social_date_to = self.near + relativedelta(days=1)
        self.env["metrology.standard"]._notify_expiry()
        self.assertEqual(len(self.standard.activity_ids), 3)

    def test_a_private_standard_has_one_certificate(self):
        """The social certificate's date of another standard's nature matters to nobody."""
        self.assertTrue(self._row(self.standard, "social_date_to"))
        self.standard._guard_open().nature = "enterprise"
        self.assertFalse(self._row(self.standard, "social_date_to"))

    def test_what_was_renewed_is_not_overdue(self):
        """An authorization issued anew, and an edition that was followed, end quietly."""
        person = self.tester.employee_ids
        old = self.env["metrology.authorization"].search(
            [
                ("employee_id", "=", person.id),
                ("capability_id", "=", self.verifying.id),
            ]
        )
        self.assertTrue(self._row(old, "date_to"))
        self._authorize(
            self.tester,
            self.verifying,
            "verify",
            date_from=old.date_to + relativedelta(days=1),
            date_to=old.date_to + relativedelta(years=3),
        )
        self.assertFalse(self._row(old, "date_to"))
        edition = self.verifying.current_edition_id
        edition._guard_open().date_to = self.near
        self.assertEqual(self._row(edition, "date_to").urgency, "soon")
        following = self.env["metrology.method.edition"].create(
            {
                "name": "JJG 99152-2099",
                "method_id": edition.method_id.id,
                "date_from": self.near + relativedelta(days=1),
            }
        )
        following._guard_open().approved_on = self.today
        self.assertFalse(self._row(edition, "date_to"))

    def test_intermediate_check(self):
        """The next intermediate check is a kind of its own beside the calibration."""
        equipment = self.standard.equipment_ids
        self.assertFalse(self._row(equipment, "check_due"))
        equipment.check_interval_months = 3
        row = self._row(equipment, "check_due")
        self.assertEqual(row.date, equipment.check_due)
        self.assertNotEqual(row, self._row(equipment, "traceability_due"))

    def test_registration_is_for_those_who_may_see_persons(self):
        """A registration as metrologist is shown to the staff's manager, not to testers."""
        person = self.tester.employee_ids
        person.write({"metrologist_number": "R-1", "metrologist_date_to": self.near})
        manager = self._new_user("ek_staff", "staff_manager")
        rows = self.env["metrology.expiry"].with_user(manager)
        own = [("res_model", "=", "hr.employee"), ("res_id", "=", person.id)]
        self.assertEqual(rows.search(own).date, self.near)
        self.assertFalse(
            self.env["metrology.expiry"].with_user(self.second).search(own)
        )
