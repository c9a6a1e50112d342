# SPDX-License-Identifier: AGPL-3.0-only
from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import InstrumentCommon


@tagged("post_install", "-at_install")
class TestInstrument(InstrumentCommon):
    def _create(self, **values):
        return (
            self.env["metrology.instrument"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "压力表",
                    "model_text": "Y-100",
                    "partner_id": self.partner.id,
                    **values,
                }
            )
        )

    @mute_logger("odoo.sql_db")
    def test_one_nameplate_one_instrument(self):
        """The same serial number, name and model of one customer exists once, however
        it is written; another customer's, or another model, may have it."""
        self._create(serial_number="ab 12")
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        self._create(serial_number="AB12", partner_id=other.id)
        self._create(serial_number="AB12", model_text="Y-150")
        with self.assertRaisesRegex(IntegrityError, "partner_serial_uniq"):
            self._create(serial_number="ＡＢ１２")

    def test_without_serial_number(self):
        """Instruments that bear no number may be many; each has its own label."""
        one, two = self._create(serial_number="无"), self._create(serial_number="无")
        self.assertFalse(one.serial_key)
        self.assertNotEqual(one.label_code, two.label_code)
        self.assertEqual(
            self.env["metrology.instrument"]._resolve_label(one.label_code), one
        )

    def test_belongs_to_the_company_of_the_contact(self):
        """Entered for a contact, an instrument is the company's."""
        contact = self.env["res.partner"].create(
            {"name": "Zhang", "parent_id": self.partner.id}
        )
        self.assertEqual(self._create(partner_id=contact.id).partner_id, self.partner)

    def test_due_date(self):
        """Due on the day before the anniversary; states and filters agree."""
        instrument = self._create(
            instrument_type_id=self.gauge.id, last_date=date(2026, 1, 15)
        )
        self.assertEqual(instrument.interval_months, 6)
        self.assertEqual(instrument.due_date, date(2026, 7, 14))
        for today, state in (
            ("2026-03-01", "valid"),
            ("2026-07-01", "soon"),
            ("2026-07-15", "overdue"),
        ):
            with freeze_time(f"{today} 04:00:00"):
                instrument.invalidate_recordset()
                self.assertEqual(instrument.due_state, state)
                found = self.env["metrology.instrument"].search(
                    [("due_state", "=", state), ("id", "=", instrument.id)]
                )
                self.assertEqual(found, instrument)

    def test_served_instrument_is_not_deleted(self):
        """Once served, an instrument is archived, not deleted."""
        instrument = self._create(last_date=date(2026, 1, 15))
        with self.assertRaisesRegex(UserError, "archive it"):
            instrument.unlink()
        self._create().unlink()

    def test_search_by_what_people_know(self):
        """Found by name, serial number in any width, model, asset number and label."""
        instrument = self._create(serial_number="Ｘ－77", asset_number="JD-5")
        for text in ("X-77", "JD-5", instrument.label_code):
            found = self.env["metrology.instrument"].name_search(text)
            self.assertIn(instrument.id, [row[0] for row in found])

    def test_roles(self):
        """Every employee reads instruments; business writes them."""
        instrument = self._create()
        self.assertEqual(instrument.with_user(self.user).name, "压力表")
        with self.assertRaises(AccessError):
            instrument.with_user(self.user).name = "X"

    def test_matching_is_one_query(self):
        """300 rows are matched with one search."""
        for index in range(3):
            self._create(serial_number=f"Q{index}")
        rows = [
            {"name": "压力表", "model_text": "Y-100", "serial_number": f"q{index}"}
            for index in range(300)
        ]
        model = self.env["metrology.instrument"]
        model._match(self.partner, rows)
        self.env.invalidate_all()
        with self.assertQueryCount(4):
            found = model._match(self.partner, rows)
        self.assertEqual(sum(bool(certain) for certain, _maybe in found), 3)
