# SPDX-License-Identifier: AGPL-3.0-only
from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..tools.requirement import requirement
from .common import ModelsCase
from .models import Kept


@tagged("post_install", "-at_install")
class TestRetention(ModelsCase):
    test_models = (Kept,)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tester = cls.new_user("tester")
        cls.Records = cls.env["metrology.test.kept"].with_user(cls.tester)

    def kept(self, months):
        return self.Records.create({"name": "R", "day": "2026-01-10", "months": months})

    def test_six_years_or_two_cycles(self):
        """The later of six years and two cycles counts; earlier destruction is refused."""
        for months, until in (
            (12, date(2032, 1, 10)),
            (48, date(2034, 1, 10)),
            (0, date(2032, 1, 10)),
        ):
            record = self.kept(months)
            self.assertEqual(record.retention_until, until)
            with self.assertRaisesRegex(UserError, str(until)):
                record._check_retention(until)
            with self.assertRaisesRegex(UserError, str(until)):
                record.unlink()
            record._check_retention(date(2034, 1, 11))

    @requirement("S0-7.3.2")
    def test_policy_can_only_be_raised(self):
        """5 years is refused, 8 is accepted and counts, back to 6 is refused."""
        record = self.kept(12)
        administrator = self.new_user("administrator")
        company = self.company.with_user(administrator)
        Settings = self.env["res.config.settings"].with_user(administrator)
        with self.assertRaisesRegex(ValidationError, "only be raised"):
            Settings.create({"metrology_retention_years": 5}).execute()
        Settings.create({"metrology_retention_years": 8}).execute()
        self.assertEqual(company.metrology_retention_years, 8)
        self.assertEqual(record.retention_until, date(2034, 1, 10))
        with self.assertRaisesRegex(ValidationError, "only be raised"):
            company.metrology_retention_years = 6
        with self.assertRaisesRegex(ValidationError, "at least 6"):
            self.env["res.company"].create(
                {"name": "Short", "metrology_retention_years": 5}
            )
