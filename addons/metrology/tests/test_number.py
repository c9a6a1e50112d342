# SPDX-License-Identifier: AGPL-3.0-only
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import MetrologyCase


@tagged("post_install", "-at_install")
class TestNumber(MetrologyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.new_user("business")
        cls.series = cls.env["metrology.number.series"].create(
            {
                "code": "test",
                "name": "Test",
                "pattern": "WT{year}{month:02d}-{n:05d}",
                "period": "month",
            }
        )
        cls.sites = cls.env["metrology.site"].create(
            [{"name": f"Site {i}"} for i in range(3)]
        )
        cls.Number = cls.env["metrology.number"].with_user(cls.user)

    def test_batch_in_order_and_idempotent(self):
        """A batch is numbered in order; asking again gives the same numbers."""
        day = date(2026, 3, 5)
        numbers = self.Number._assign("test", self.sites, day)
        self.assertEqual(
            [numbers[site.id] for site in self.sites],
            ["WT202603-00001", "WT202603-00002", "WT202603-00003"],
        )
        self.assertEqual(self.Number._assign("test", self.sites, day), numbers)
        self.assertEqual(
            self.Number._assign("test", self.sites, date(2027, 1, 1)), numbers
        )

    def test_period(self):
        """A new month starts at 1 again, the old one goes on where it was."""
        first, second, third = self.sites
        assign = self.Number._assign
        assign("test", first, date(2026, 3, 31))
        self.assertEqual(
            assign("test", second, date(2026, 4, 1))[second.id], "WT202604-00001"
        )
        self.assertEqual(
            assign("test", third, date(2026, 3, 31))[third.id], "WT202603-00002"
        )

    def test_own_series_of_an_institution(self):
        """An institution with a series of its own uses that one."""
        other = self.env["res.company"].create({"name": "Other Institution"})
        self.env["metrology.number.series"].create(
            {
                "code": "test",
                "name": "Own",
                "pattern": "X{n}",
                "period": "none",
                "company_id": other.id,
            }
        )
        theirs = self.env["metrology.site"].create(
            {"name": "Theirs", "company_id": other.id}
        )
        numbers = self.env["metrology.number"]._assign(
            "test", self.sites[0] | theirs, date(2026, 3, 5)
        )
        self.assertEqual(numbers[theirs.id], "X1")
        self.assertEqual(numbers[self.sites[0].id], "WT202603-00001")

    def test_unknown_series(self):
        """A missing series says its code and who can help."""
        with self.assertRaisesRegex(UserError, "'nonsense'.*administrator"):
            self.Number._assign("nonsense", self.sites)

    def test_patterns(self):
        """A pattern must hold the number and its period, and be understood."""
        for pattern, period in (
            ("WT{year}", "year"),
            ("{n}", "year"),
            ("{year}-{n}", "month"),
            ("{year}{name}{n}", "year"),
            ("{n.__class__}", "none"),
            ("{n:q}", "none"),
            ("{n", "none"),
        ):
            with self.assertRaises(ValidationError, msg=pattern), self.cr.savepoint():
                self.series.write({"pattern": pattern, "period": period})
        self.series.write({"pattern": "{year}年第{n:03d}号", "period": "year"})
        numbers = self.Number._assign("test", self.sites[0], date(2026, 3, 5))
        self.assertEqual(numbers[self.sites[0].id], "2026年第001号")

    def test_free_number_is_given_next(self):
        """A number whose document never came to be is the next one given."""
        first, second, third = self.sites
        day = date(2026, 3, 5)
        self.Number._assign("test", first | second, day)
        self.env.cr.execute(
            "UPDATE metrology_number SET model = NULL, res_id = NULL"
            " WHERE series_id = %s AND n = 1",
            [self.series.id],
        )
        self.assertEqual(
            self.Number._assign("test", third, day)[third.id], "WT202603-00001"
        )

    def test_nobody_writes_numbers(self):
        """Numbers cannot be made, changed or deleted by hand; a used series stays."""
        self.Number._assign("test", self.sites[0])
        number = self.env["metrology.number"].search(
            [("series_id", "=", self.series.id)]
        )
        with self.assertRaises(AccessError):
            number.write({"n": 7})
        with self.assertRaises(AccessError):
            number.unlink()
        with self.assertRaises(AccessError):
            number.create({"series_id": self.series.id, "n": 5, "name": "x"})
        with self.assertRaisesRegex(UserError, "archive"):
            self.series.unlink()

    def test_queries_do_not_grow(self):
        """300 numbers cost as many queries as 3."""
        many = self.env["metrology.site"].create(
            [{"name": f"M{i}"} for i in range(300)]
        )
        self.Number._assign("test", self.sites[0])
        self.env.flush_all()
        start = self.env.cr.sql_log_count
        self.Number._assign("test", self.sites[1:])
        few = self.env.cr.sql_log_count - start
        start = self.env.cr.sql_log_count
        numbers = self.Number._assign("test", many)
        self.assertLessEqual(self.env.cr.sql_log_count - start, few)
        self.assertEqual(len(set(numbers.values())), 300)
