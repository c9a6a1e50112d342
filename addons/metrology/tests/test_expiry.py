# SPDX-License-Identifier: AGPL-3.0-only
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import MetrologyCase


@tagged("post_install", "-at_install")
class TestQualification(MetrologyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quality = cls.new_user("quality")
        cls.Qualification = cls.env["metrology.qualification"].with_user(cls.quality)
        cls.vals = {
            "name": "Legal authorisation",
            "number": "(2024) 001",
            "date_from": "2024-01-01",
            "date_to": "2026-04-30",
        }

    def run_cron(self):
        self.env["metrology.expiry.mixin"]._cron_notify_expiry()

    def test_told_once_per_record_and_date(self):
        """The responsible person is told once; a new end date is told anew."""
        with freeze_time("2026-01-10 02:00:00"):
            record = self.Qualification.create(self.vals)
            self.run_cron()
            self.assertFalse(record.activity_ids)
        with freeze_time("2026-02-15 02:00:00"):
            self.run_cron()
            self.run_cron()
            self.assertEqual(len(record.activity_ids), 1)
            self.assertEqual(record.activity_ids.user_id, self.quality)
            record.date_to = "2026-05-10"
            self.run_cron()
            self.assertEqual(len(record.activity_ids), 2)
        self.assertFalse(record._sealed_check())

    def test_many_in_few_queries(self):
        """Fifty expiring records are told without a query for each."""
        with freeze_time("2026-04-01 02:00:00"):
            self.Qualification.create(
                [{**self.vals, "number": f"N{i}"} for i in range(50)]
            )
            self.run_cron()
            self.assertEqual(
                self.env["mail.activity"].search_count(
                    [("res_model", "=", "metrology.qualification")]
                ),
                50,
            )

    def test_archived_is_left_alone(self):
        """Nobody is told about a qualification that was archived."""
        with freeze_time("2026-04-01 02:00:00"):
            record = self.Qualification.create(self.vals)
            record.action_archive()
            self.run_cron()
            self.assertFalse(record.activity_ids)

    def test_state_and_search(self):
        """The state shown and the state searched for agree on every day."""
        record = self.Qualification.create(self.vals)
        for now, state in (
            ("2023-12-31 02:00:00", "coming"),
            ("2025-01-01 02:00:00", "valid"),
            ("2026-04-30 02:00:00", "expiring"),
            ("2026-04-30 17:00:00", "expired"),
        ):
            with freeze_time(now):
                record.invalidate_recordset(["state"])
                self.assertEqual(record.state, state, now)
                self.assertEqual(
                    self.Qualification.search(
                        [("state", "=", state), ("id", "=", record.id)]
                    ),
                    record,
                )

    def test_refusals(self):
        """Wrong dates, others' hands and deletion are refused."""
        with (
            self.assertRaisesRegex(ValidationError, "ends before"),
            self.cr.savepoint(),
        ):
            self.Qualification.create({**self.vals, "date_to": "2023-01-01"})
        record = self.Qualification.create(self.vals)
        tester = self.new_user("tester")
        self.assertTrue(record.with_user(tester).read(["number"]))
        with self.assertRaises(AccessError):
            record.with_user(tester).write({"number": "x"})
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            record.unlink()

    def test_other_institution(self):
        """Qualifications of another institution are out of sight."""
        other = self.env["res.company"].create({"name": "Other"})
        record = self.env["metrology.qualification"].create(
            {**self.vals, "company_id": other.id}
        )
        self.assertFalse(self.Qualification.search([("id", "=", record.id)]))
        with self.assertRaises(AccessError):
            record.with_user(self.quality).read(["number"])
