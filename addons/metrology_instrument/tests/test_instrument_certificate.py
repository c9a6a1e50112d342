# SPDX-License-Identifier: AGPL-3.0-only
import base64

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import InstrumentCommon


@tagged("post_install", "-at_install")
class TestInstrumentCertificate(InstrumentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.env["metrology.calendar"]._today(cls.env.company)
        cls.instrument = cls.env["metrology.instrument"].create(
            {
                "name": "Gauge",
                "partner_id": cls.partner.id,
                "instrument_type_id": cls.gauge.id,
                "serial_number": "1",
            }
        )
        cls.env["metrology.expiry.rule"].create(
            {"kind": "metrology.instrument.certificate,date_to", "days": 20}
        )

    def _register(self, person=None, **values):
        return (
            self.env["metrology.instrument.certificate"]
            .with_user(person or self.clerk)
            .create(
                {
                    "instrument_id": self.instrument.id,
                    "number": "W-1",
                    "provider": "Provincial Institute",
                    "date": self.today - relativedelta(months=5),
                    "date_to": self.today + relativedelta(days=20),
                    "file": base64.b64encode(b"scan"),
                    "file_name": "scan.pdf",
                    **values,
                }
            )
        )

    @requirement("S3-5.8.12")
    def test_register(self):
        """No validity, or one before the issue: refused; N days ahead one warning."""
        for values in (
            {"date_to": False},
            {"date_to": self.today - relativedelta(years=1)},
        ):
            with self.assertRaises(ValidationError) as caught:
                self._register(**values)
            self.assertIn("W-1", str(caught.exception))
        record = self._register(date_to=self.today + relativedelta(days=21))
        self.assertEqual(base64.b64decode(record.file), b"scan")
        with self.assertRaises(ValidationError):
            record.date_to = False
        Certificate = self.env["metrology.instrument.certificate"]
        self.assertFalse(Certificate._notify_expiry() & record)
        record.date_to = self.today + relativedelta(days=20)
        self.assertEqual(Certificate._notify_expiry() & record, record)
        self.assertFalse(Certificate._notify_expiry() & record)
        activity = record.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.clerk)
        self.assertIn("W-1", activity.summary)

    def test_feeds_the_due_date(self):
        """The newest outside certificate says when the instrument is due."""
        newest = self._register()
        self.assertEqual(self.instrument.due_date, newest.date_to)
        self.assertEqual(self.instrument.last_date, newest.date)
        self._register(
            number="W-0",
            date=self.today - relativedelta(years=2),
            date_to=self.today - relativedelta(years=1),
        )
        self.assertEqual(self.instrument.due_date, newest.date_to)
        # A later service of ours is not set back.
        self.instrument.last_date = self.today
        due = self.instrument.due_date
        newest.date_to = self.today + relativedelta(days=1)
        self.assertEqual(self.instrument.due_date, due)

    def test_replaced_ones_end_in_silence(self):
        """Nobody is told of a certificate that a later one has replaced."""
        old = self._register(date=self.today - relativedelta(years=1))
        new = self._register(number="W-2", date_to=self.today + relativedelta(years=1))
        self.assertEqual((old.is_current, new.is_current), (False, True))
        told = self.env["metrology.instrument.certificate"]._notify_expiry()
        self.assertFalse(told & (old | new))

    def test_employees_read_only(self):
        """Any employee reads the register, business writes it."""
        record = self._register()
        self.assertEqual(record.with_user(self.user).number, "W-1")
        with self.assertRaises(AccessError):
            self._register(self.user, number="W-3")
