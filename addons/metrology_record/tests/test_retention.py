# SPDX-License-Identifier: AGPL-3.0-only
from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import RecordCommon


@tagged("post_install", "-at_install")
class TestRetention(RecordCommon):
    """A record is kept for six years or two cycles; then two persons dispose of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls._new_user("rt_office", "office")

    def _submitted(self, months, on=datetime(2026, 1, 10, 4)):
        """Return a submitted record as if it were of ``on``."""
        record = self.record.sudo()
        record.instrument_id.interval_months = months
        self._submit(record)
        record._guard_open()._sealed_unlock("test").write({"submitted_on": on})
        return record

    def _propose(self, record):
        action = record.with_user(self.office).action_propose_disposal()
        disposal = self.env["metrology.disposal"].with_user(self.office)
        disposal = disposal.browse(action["res_id"])
        disposal.witness_ids = self.anna | self.ben
        disposal.action_propose()
        return disposal

    @requirement("S0-6.3.6")
    def test_six_years(self):
        """A record of 2026-01-10 with a cycle of 12 months is kept until 2032-01-10;
        destruction proposed, or tried, before is refused with the day."""
        record = self._submitted(12)
        self.assertEqual(record.retention_until, date(2032, 1, 10))
        with freeze_time("2032-01-10 04:00:00"):
            with self.assertRefused(UserError, "2032-01-10"):
                record.with_user(self.office).action_propose_disposal()
            with self.assertRefused(UserError):
                record.unlink()
        with freeze_time("2032-01-11 04:00:00"):
            self.assertEqual(self._propose(record).state, "proposed")

    @requirement("S1-7.5-6")
    def test_two_cycles(self):
        """With a cycle of 48 months until 2034-01-10, without one until 2032-01-10;
        earlier disposal is refused."""
        record = self._submitted(48)
        self.assertEqual(record.retention_until, date(2034, 1, 10))
        record.instrument_id.interval_months = 12
        self.env.flush_all()
        self.assertEqual(record.retention_until, date(2034, 1, 10))
        with (
            freeze_time("2032-01-11 04:00:00"),
            self.assertRefused(UserError, "2034-01-10"),
        ):
            record.with_user(self.office).action_propose_disposal()
        record.instrument_id.interval_months = 0
        record.instrument_id.instrument_type_id.interval_months = 0
        record.job_id.capability_id.interval_months = 0
        record._compute_retention_until()
        self.assertEqual(record.retention_until, date(2032, 1, 10))

    def test_open_record_is_not_disposed_of(self):
        """A record in work has no retention yet: it cannot be on a list."""
        self.assertFalse(self.record.retention_until)
        with self.assertRefused(UserError, "still in work"):
            self.record.with_user(self.office).action_propose_disposal()

    def test_approved_by_another(self):
        """Two witnesses; the proposer does not approve, nor an office clerk; a list is
        not changed after it was proposed; what is gone is not disposed of twice."""
        record = self._submitted(12)
        with freeze_time("2032-02-01 04:00:00"):
            action = record.with_user(self.head).action_propose_disposal()
            disposal = self.env["metrology.disposal"].browse(action["res_id"])
            mine = disposal.with_user(self.head)
            mine.witness_ids = self.anna
            with self.assertRefused(UserError, "two witnesses"):
                mine.action_propose()
            mine.witness_ids = self.anna | self.ben
            with self.assertRefused(UserError, "buttons"):
                mine.write({"state": "approved"})
            mine.action_propose()
            with self.assertRefused(UserError, "does not fit"):
                mine.line_ids.unlink()
            with self.assertRefused(UserError, "another person decides"):
                mine.action_approve()
            with self.assertRaises(AccessError):
                disposal.with_user(self.office).action_approve()
            with self.assertRefused(UserError, "buttons"):
                record.with_user(self.head).write({"disposed_on": "2032-02-01"})
            quality = self._new_user("rt_quality", "quality")
            disposal.with_user(quality).action_approve()
            self.assertEqual(record.disposed_on, date(2032, 2, 1))
            self.assertEqual(record.disposal_id, disposal)
            with self.assertRefused(UserError, "already"):
                record.with_user(self.office).action_propose_disposal()
            with self.assertRefused(UserError, "stays on file"):
                disposal.with_user(self.office).unlink()

    def test_list_of_what_may_go(self):
        """The filter shows what is past its day and not gone yet, nothing else."""
        record = self._submitted(12)
        domain = [
            ("retention_until", "<", fields.Date.today()),
            ("disposed_on", "=", False),
        ]
        Record = self.env["metrology.record"].with_user(self.office)
        self.assertNotIn(record, Record.search(domain))
        old = datetime.now() - relativedelta(years=7)
        record._guard_open()._sealed_unlock("test").write({"submitted_on": old})
        self.assertIn(record, Record.search(domain))

    def test_anything_else_is_refused(self):
        """A list takes only what is kept for a time."""
        with self.assertRefused(UserError, "nothing that is kept"):
            self.env["metrology.disposal"].with_user(self.office).create(
                {
                    "line_ids": [
                        (0, 0, {"res_model": "res.partner", "res_id": 1}),
                    ]
                }
            )
