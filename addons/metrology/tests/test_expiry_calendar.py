# SPDX-License-Identifier: AGPL-3.0-only
from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import MetrologyCase

KIND = "metrology.qualification,date_to"


@tagged("post_install", "-at_install")
class TestExpiryCalendar(MetrologyCase):
    """Everything that ends, in one calendar, with the rights of what ends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quality = cls.new_user("quality")
        cls.administrator = cls.new_user("administrator")
        cls.qualification = cls.env["metrology.qualification"].create(
            {
                "name": "Legal authorisation",
                "number": "(2024) 001",
                "date_from": "2024-01-01",
                "date_to": "2026-04-30",
                "user_id": cls.quality.id,
            }
        )

    def _rows(self, user=None):
        return (
            self.env["metrology.expiry"]
            .with_user(user or self.quality)
            .search(
                [
                    ("res_model", "=", "metrology.qualification"),
                    ("res_id", "=", self.qualification.id),
                ]
            )
        )

    def _run_cron(self):
        self.env["metrology.expiry.mixin"]._cron_notify_expiry()

    def test_row(self):
        """A row names the record, its end, how urgent it is and who answers for it."""
        with freeze_time("2026-04-01 02:00:00"):
            row = self._rows()
            self.assertEqual(len(row), 1)
            self.assertEqual(row.name, "Legal authorisation")
            self.assertEqual(str(row.date), "2026-04-30")
            self.assertEqual(row.days_left, 29)
            self.assertEqual(row.urgency, "soon")
            self.assertEqual(row.user_id, self.quality)
            action = row.action_open_record()
            self.assertEqual(action["res_id"], self.qualification.id)

    def test_search_agrees_with_what_is_shown(self):
        """Overdue, soon and later are searched for as they are shown, on every day."""
        Expiry = self.env["metrology.expiry"].with_user(self.quality)
        own = [("res_id", "=", self.qualification.id), ("kind", "=", KIND)]
        for now, urgency in (
            ("2026-01-01 02:00:00", "later"),
            ("2026-02-15 02:00:00", "soon"),
            ("2026-04-30 02:00:00", "soon"),
            ("2026-04-30 17:00:00", "overdue"),
        ):
            with freeze_time(now):
                self.env.invalidate_all()
                self.assertEqual(self._rows().urgency, urgency, now)
                for other in ("overdue", "soon", "later"):
                    found = Expiry.search([*own, ("urgency", "=", other)])
                    self.assertEqual(bool(found), other == urgency, (now, other))
                self.assertTrue(Expiry.search([*own, ("name", "ilike", "authoris")]))
                self.assertFalse(Expiry.search([*own, ("name", "ilike", "nothing")]))

    def test_grouped(self):
        """It groups by kind, month and department, as the calendar and pivot do."""
        groups = (
            self.env["metrology.expiry"]
            .with_user(self.quality)
            ._read_group([("kind", "=", KIND)], ["kind", "date:month"], ["__count"])
        )
        self.assertTrue(any(kind == KIND for kind, _month, _count in groups))

    def test_rights_of_the_record_hold(self):
        """Who may not read a record does not see its end; nor one of another house."""
        stranger = new_test_user(
            self.env, login="ex_stranger", groups="base.group_user"
        )
        with self.assertRaises(AccessError):
            self._rows(stranger)
        other = self.env["res.company"].create({"name": "Another Institution"})
        elsewhere = self.new_user("office")
        elsewhere.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(self._rows(elsewhere))
        self.assertTrue(self._rows(self.new_user("tester")))
        rule = self.env["ir.rule"].create(
            {
                "name": "nobody sees qualifications",
                "model_id": self.env["ir.model"]._get_id("metrology.qualification"),
                "domain_force": "[(0, '=', 1)]",
            }
        )
        self.assertFalse(self._rows())
        rule.unlink()
        self.assertTrue(self._rows())

    def test_nobody_writes_it(self):
        """The calendar is read only, whoever asks."""
        row = self._rows(self.administrator)
        with self.assertRaises(AccessError):
            row.write({"date": "2030-01-01"})

    def test_days_are_a_setting(self):
        """The settings say how many days ahead is told, for each kind."""
        Rule = self.env["metrology.expiry.rule"]
        with self.assertRaises(AccessError):
            Rule.with_user(self.quality).create({"kind": KIND, "days": 200})
        with freeze_time("2025-12-01 02:00:00"):
            self._run_cron()
            self.assertFalse(self.qualification.activity_ids)
            rule = Rule.with_user(self.administrator).create(
                {"kind": KIND, "days": 200}
            )
            self.assertEqual(rule.proposed_days, 90)
            self._run_cron()
            self._run_cron()
            self.assertEqual(len(self.qualification.activity_ids), 1)
            self.assertEqual(self.qualification.activity_ids.user_id, self.quality)
            self.assertEqual(self._rows().urgency, "soon")

    def test_another_house_has_its_own_days(self):
        """A rule of one institution changes nothing for another."""
        other = self.env["res.company"].create({"name": "Another Institution"})
        self.env["metrology.expiry.rule"].create(
            {"kind": KIND, "days": 400, "company_id": other.id}
        )
        with freeze_time("2025-06-01 02:00:00"):
            self._run_cron()
            self.assertFalse(self.qualification.activity_ids)

    def test_fixed_number_of_queries(self):
        """A hundred rows are shown with as many queries as ten."""
        self.env["metrology.qualification"].create(
            [
                {
                    "name": f"Licence {index}",
                    "number": f"L{index}",
                    "date_from": "2024-01-01",
                    "date_to": "2026-04-30",
                }
                for index in range(100)
            ]
        )
        Expiry = self.env["metrology.expiry"].with_user(self.quality)

        def show(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = Expiry.search([("kind", "=", KIND)], limit=limit)
            rows.mapped(lambda row: (row.name, row.urgency, row.user_id.name))
            return self.env.cr.sql_log_count - before

        show(100)
        self.assertEqual(show(10), show(100))
