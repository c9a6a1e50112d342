# SPDX-License-Identifier: AGPL-3.0-only
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import StaffCommon


@tagged("post_install", "-at_install")
class TestPerson(StaffCommon):
    def test_until_the_day_before_the_66th_birthday(self):
        """65 full years: allowed until that day, refused on the birthday itself."""
        birthday = self.today - relativedelta(years=66)
        self.anna.birthday = birthday + relativedelta(days=1)
        record = self._issue(self.anna)
        self.assertEqual(self._who().ids, self.anna.ids)
        self.assertEqual(self.anna.last_day_of_service, self.today)
        self.anna.birthday = birthday
        self.assertFalse(self._who())
        self.assertEqual(record.validity, "blocked")
        self.assertIn("65", record.validity_note)
        draft = self._draft(self.anna, "check")
        with self.assertRefused(UserError, "Anna", "65"):
            draft.with_user(self.head).action_activate()

    def test_the_day_counts_not_today(self):
        """Who is young enough today is refused for a day after the birthday."""
        self.anna.birthday = self.today - relativedelta(years=66, days=-10)
        self._issue(self.anna)
        self.assertTrue(self._who(day=self.today + relativedelta(days=9)))
        self.assertFalse(self._who(day=self.today + relativedelta(days=10)))

    def test_born_on_the_29th_of_february(self):
        """A birthday that common years lack is taken on the 28th."""
        self.anna.birthday = date(1964, 2, 29)
        self.assertEqual(self.anna._get_last_day_of_service(), date(2030, 2, 27))

    @requirement("S0-5.1.2-3")
    def test_missing_birthday_and_the_age_limit(self):
        """66 since yesterday: refused; the day before the birthday: passes; no
        birthday on file: refused."""
        self.anna.birthday = self.today - relativedelta(years=66, days=1)
        draft = self._draft(self.anna)
        with self.assertRefused(UserError, "age limit"):
            draft.with_user(self.head).action_activate()
        self.anna.birthday = False
        with self.assertRefused(UserError, "birthday"):
            draft.with_user(self.head).action_activate()
        self.anna.birthday = self.today - relativedelta(years=66, days=-1)
        draft.with_user(self.head).action_activate()
        self.assertTrue(self._who())

    @requirement("S0-5.1.5")
    def test_second_institution_blocks(self):
        """An open practice elsewhere refuses until it ended before today."""
        practice = (
            self.env["metrology.practice"]
            .with_user(self.manager)
            .create(
                {
                    "employee_id": self.anna.id,
                    "institution": "Other Institute",
                    "date_from": self.today - relativedelta(years=1),
                }
            )
        )
        draft = self._draft(self.anna)
        with self.assertRefused(UserError, "Anna", "Other Institute"):
            draft.with_user(self.head).action_activate()
        practice.date_to = self.today
        with self.assertRefused(UserError, "Other Institute"):
            draft.with_user(self.head).action_activate()
        practice.date_to = self.today - relativedelta(days=1)
        draft.with_user(self.head).action_activate()
        self.assertTrue(self._who())
        # It begins again: authorized on paper, and refused all the same.
        practice.copy({"date_from": self.today, "date_to": False})
        self.assertFalse(self._who())

    @requirement("S0-5.1.2-2")
    def test_dispatched_labour_holds_no_key_post(self):
        """Dispatched labour may verify and may not be a signatory; who has left may
        neither."""
        self.anna.employee_type = "dispatched"
        self._issue(self.anna, "verify")
        self.assertTrue(self._who("verify"))
        for activity in ("approve", "sign"):
            draft = self._draft(self.anna, activity)
            with self.assertRefused(UserError, "dispatched"):
                draft.with_user(self.head).action_activate()
        self.anna.active = False
        self.assertFalse(self._who("verify"))
        self.anna.employee_type = "employee"
        for activity in ("test", "approve"):
            draft = self._draft(self.anna, activity)
            with self.assertRefused(UserError, "any more"):
                draft.with_user(self.head).action_activate()

    def test_title_of_a_signatory(self):
        """A signatory is an engineer, or a registered metrologist in date."""
        self.anna.professional_title = "assistant"
        draft = self._draft(self.anna, "approve")
        with self.assertRefused(UserError, "engineer"):
            draft.with_user(self.head).action_activate()
        self.anna.write(
            {
                "metrologist_number": "R-1",
                "metrologist_date_to": self.today - relativedelta(days=1),
            }
        )
        with self.assertRefused(UserError, "registration"):
            draft.with_user(self.head).action_activate()
        self.anna.metrologist_date_to = self.today
        draft.with_user(self.head).action_activate()
        self.assertTrue(self._who("approve"))
        self.assertFalse(self._who("approve", self.today + relativedelta(days=1)))

    def test_private_data_stay_private(self):
        """An employee asks who may do what and does not read anybody's birthday."""
        self._issue(self.anna)
        self.assertTrue(self._who())
        with self.assertRaises(AccessError):
            self.anna.with_user(self.user).read(["birthday"])
        with self.assertRaises(AccessError):
            self.env["metrology.practice"].with_user(self.user).search([])
        self.assertEqual(
            self.env["metrology.authorization"]
            .with_user(self.user)
            .search([("employee_id.name", "=", "Anna")])
            .employee_id.name,
            "Anna",
        )
