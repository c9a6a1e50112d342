# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import OrderCommon


@tagged("post_install", "-at_install")
class TestMandatory(OrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["metrology.mandatory.catalogue"].search([])._guard_open().write(
            {"approved_on": False}
        )
        cls.meter = cls.env["metrology.instrument.type"].create(
            {"name": "Blood Pressure Meter"}
        )
        cls.catalogue = cls._catalogue("2019-48", "2019-11-01")

    @classmethod
    def _catalogue(cls, number, date_from, **values):
        catalogue = cls.env["metrology.mandatory.catalogue"].create(
            {
                "name": "Catalogue",
                "number": number,
                "date_from": date_from,
                "item_ids": [
                    fields.Command.create(
                        {
                            "number": "8",
                            "name": "Blood pressure meter",
                            "use_medical": True,
                            "instrument_type_ids": [fields.Command.set(cls.meter.ids)],
                            **values,
                        }
                    )
                ],
            }
        )
        catalogue.action_approve()
        return catalogue

    def _order(self, prefix, **values):
        return self._new_order(
            self._new_instruments(
                1, prefix=prefix, instrument_type_id=self.meter.id, **values
            )
        )

    @requirement("S1-6.2-2")
    def test_by_type_and_use(self):
        """Medical use makes it mandatory; taking the flag away needs the reason."""
        order = self._order("BP", instrument_use="medical")
        line = order.line_ids
        self.assertTrue(line.mandatory)
        self.assertTrue(line.instrument_id.mandatory)
        self.assertEqual(line.mandatory_item_id.number, "8")
        self.assertEqual(line.mandatory_catalogue_id, self.catalogue)
        self.assertIn("2019-48", line.mandatory_basis)
        self.assertEqual((order.mandatory_count, order.other_count), (1, 0))
        with self.assertRaises(ValidationError) as caught:
            line.mandatory = False
        self.assertIn("Give the reason", str(caught.exception))
        line.write({"mandatory": False, "mandatory_reason": "Used for training only"})
        self.assertFalse(line.mandatory)
        with self.assertRaises(ValidationError):
            line.mandatory_reason = False

    @requirement("S1-6.2-2")
    def test_another_use_is_not(self):
        """The same type in another use is not mandatory, on line and order."""
        order = self._order("BQ", instrument_use="other")
        self.assertFalse(order.line_ids.mandatory)
        self.assertEqual((order.mandatory_count, order.other_count), (0, 1))
        order.line_ids.instrument_use = "medical"
        self.assertTrue(order.line_ids.mandatory)

    def test_classification_is_not_written(self):
        """What the catalogue says is not typed over the API."""
        line = self._order("BR", instrument_use="medical").line_ids
        for name in ("mandatory_classified", "mandatory_basis"):
            with self.assertRaises(UserError):
                line.with_user(self.clerk).write({name: False})

    def test_an_agreed_order_keeps_its_edition(self):
        """A later catalogue changes orders that are open, not those agreed."""
        self.verifying._guard_open().instrument_type_id = self.meter
        instrument = self._new_instruments(
            1, prefix="BS", instrument_type_id=self.meter.id, instrument_use="medical"
        )
        order = self._new_order(instrument)
        self._to_sign(order)
        before = order.line_ids.mandatory_catalogue_id
        later = self._catalogue("2026-1", str(self.today), use_trade=True)
        self.assertEqual(self.catalogue.state, "superseded")
        instrument.instrument_use = "other"
        self.assertEqual(order.line_ids.mandatory_catalogue_id, before)
        self.assertTrue(order.line_ids.mandatory)
        fresh = self._order("BT", instrument_use="medical")
        self.assertEqual(fresh.line_ids.mandatory_catalogue_id, later)

    def test_queries_do_not_grow(self):
        """Classifying many lines costs as many queries as one."""
        instruments = self._new_instruments(
            20, prefix="BU", instrument_type_id=self.meter.id, instrument_use="medical"
        )
        Catalogue = self.env["metrology.mandatory.catalogue"]
        rows = [(one.instrument_type_id, one.instrument_use) for one in instruments]
        one = self._queries(lambda: Catalogue._classify(rows[:1], self.today))
        many = self._queries(lambda: Catalogue._classify(rows, self.today))
        self.assertEqual(one, many)
