# SPDX-License-Identifier: AGPL-3.0-only
import base64
from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MetrologyCase

TABLE_2026 = """date,kind,name
2026-02-14,workday,Spring Festival
2026-02-15,holiday,Spring Festival
2026-02-16,holiday,Spring Festival
2026-02-17,holiday,Spring Festival
2026-02-18,holiday,Spring Festival
2026-02-19,holiday,Spring Festival
2026-02-20,holiday,Spring Festival
2026-02-21,holiday,Spring Festival
2026-02-22,holiday,Spring Festival
2026-02-23,holiday,Spring Festival
2026-02-28,workday,Spring Festival
"""


@tagged("post_install", "-at_install")
class TestCalendar(MetrologyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["metrology.calendar.day"].search([]).unlink()
        cls.Calendar = cls.env["metrology.calendar"]
        cls.office = cls.new_user("office")

    def import_table(self, content, user=None):
        wizard = (
            self.env["metrology.calendar.import"]
            .with_user(user or self.office)
            .create({"file": base64.b64encode(content)})
        )
        return wizard.action_import()

    def test_make_up_days(self):
        """A make-up Saturday works, a holiday Monday does not (调休)."""
        self.import_table(TABLE_2026.encode())
        works = self.Calendar._is_working_day
        self.assertTrue(works(date(2026, 2, 14)))
        self.assertFalse(works(date(2026, 2, 16)))
        self.assertFalse(works(date(2026, 3, 1)))
        self.assertTrue(works(date(2026, 3, 2)))

    def test_the_day_after_is_day_one(self):
        """Ten working days over the Spring Festival; counting is the inverse."""
        self.import_table(TABLE_2026.encode())
        start = date(2026, 2, 13)
        # 14, 24, 25, 26, 27, 28 February, 2, 3, 4, 5 March
        self.assertEqual(self.Calendar._add_working_days(start, 10), date(2026, 3, 5))
        self.assertEqual(self.Calendar._count_working_days(start, date(2026, 3, 5)), 10)
        self.assertEqual(self.Calendar._add_working_days(start, 0), start)
        self.assertEqual(
            self.Calendar._add_working_days(date(2026, 2, 24), -1), date(2026, 2, 14)
        )

    def test_long_spans_cost_one_query(self):
        """Three hundred working days are counted with the same queries as three."""
        self.Calendar._add_working_days(date(2026, 1, 1), 3)
        with self.assertQueryCount(1):
            self.Calendar._add_working_days(date(2026, 1, 1), 300)

    def test_own_day_wins(self):
        """A day of the institution goes before the one of all institutions."""
        day = date(2026, 5, 4)
        self.env["metrology.calendar.day"].create(
            [
                {"date": day, "kind": "holiday", "name": "All"},
                {
                    "date": day,
                    "kind": "workday",
                    "name": "Own",
                    "company_id": self.company.id,
                },
            ]
        )
        other = self.env["res.company"].create({"name": "Other"})
        self.assertTrue(self.Calendar._is_working_day(day))
        self.assertFalse(self.Calendar._is_working_day(day, other))

    def test_today_is_the_institution_s_day(self):
        """At 17:00 UTC it is tomorrow in Shanghai already."""
        self.company.partner_id.tz = "Asia/Shanghai"
        with freeze_time("2026-03-05 17:00:00"):
            self.assertEqual(self.Calendar._today(), date(2026, 3, 6))
        with freeze_time("2026-03-05 15:59:00"):
            self.assertEqual(self.Calendar._today(self.company), date(2026, 3, 5))
        self.assertEqual(
            self.Calendar._to_day(datetime(2026, 3, 5, 17)), date(2026, 3, 6)
        )

    def test_import_chinese_file(self):
        """A file saved by a Chinese spreadsheet (GB 18030, its own words) is read."""
        text = "日期,类型,节日\n2026年1月1日,放假,元旦\n2026/1/4,上班,元旦\n"
        self.import_table(text.encode("gb18030"))
        self.assertFalse(self.Calendar._is_working_day(date(2026, 1, 1)))
        self.assertTrue(self.Calendar._is_working_day(date(2026, 1, 4)))

    def test_shipped_table(self):
        """The official table of 2026 is shipped: 33 days off, 6 to make up for them."""
        wizard = self.env["metrology.calendar.import"].with_user(self.office)
        wizard.create({"source": "2026"}).action_import()
        Day = self.env["metrology.calendar.day"]
        self.assertEqual(Day.search_count([("kind", "=", "holiday")]), 33)
        made_up = Day.search([("kind", "=", "workday")])
        self.assertEqual(len(made_up), 6)
        # A day is made up for on a weekend only.
        self.assertFalse([day for day in made_up if day.date.weekday() < 5])

    def test_import_again(self):
        """Importing a corrected table changes the days that are there."""
        self.import_table(b"date,kind,name\n2026-05-01,workday,Labour Day\n")
        self.import_table(b"date,kind,name\n2026-05-01,holiday,Labour Day\n")
        self.assertFalse(self.Calendar._is_working_day(date(2026, 5, 1)))

    def test_faulty_files_leave_nothing(self):
        """Each fault is named, and nothing of such a file is imported."""
        for content, text in (
            (b"\xff\xfe\x00\x00", "not a text file"),
            (b"nonsense\n1,2\n", "first line"),
            (b"date,kind,name\n2026-01-01,holiday,a\n2026-02-30,holiday,b\n", "Line 3"),
            (b"date,kind,name\n2026-01-01,perhaps,a\n", "Line 2"),
            (b"date,kind,name\n", "no days"),
            (
                b"date,kind,name\n2026-01-01,holiday,a\n2026-01-01,workday,a\n",
                "both as a day off",
            ),
        ):
            with self.assertRaisesRegex(UserError, text), self.cr.savepoint():
                self.import_table(content)
        self.assertFalse(self.env["metrology.calendar.day"].search_count([]))

    def test_only_the_office_imports(self):
        """A tester may read the calendar, not change it."""
        tester = self.new_user("tester")
        with self.assertRaises(AccessError):
            self.import_table(TABLE_2026.encode(), tester)
        with self.assertRaises(AccessError):
            self.env["metrology.calendar.day"].with_user(tester).create(
                {"date": "2026-01-01", "kind": "holiday", "name": "x"}
            )
        self.assertTrue(
            self.Calendar.with_user(tester)._is_working_day(date(2026, 1, 5))
        )
