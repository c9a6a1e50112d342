# SPDX-License-Identifier: AGPL-3.0-only
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import MethodCommon


@tagged("post_install", "-at_install")
class TestMandatoryCatalogue(MethodCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["metrology.mandatory.catalogue"].search([])._guard_open().write(
            {"approved_on": False}
        )
        cls.meter = cls.env["metrology.instrument.type"].create(
            {"name": "Blood Pressure Meter"}
        )
        cls.catalogue = cls._new_catalogue("2019-48", date(2019, 11, 1))
        cls.catalogue.action_approve()

    @classmethod
    def _new_catalogue(cls, number, date_from):
        return cls.env["metrology.mandatory.catalogue"].create(
            {
                "name": "Catalogue",
                "number": number,
                "date_from": date_from,
                "item_ids": [
                    (
                        0,
                        0,
                        {
                            "number": "8",
                            "name": "Blood Pressure Meters",
                            "use_medical": True,
                            "instrument_type_ids": [(6, 0, cls.meter.ids)],
                        },
                    ),
                    (
                        0,
                        0,
                        {
                            "number": "9",
                            "name": "Pressure Instruments",
                            "use_safety": True,
                            "supervision": "v",
                            "instrument_type_ids": [(6, 0, cls.category.ids)],
                        },
                    ),
                ],
            }
        )

    def _classify(self, kind, use, day=None):
        found = self.env["metrology.mandatory.catalogue"]._classify(
            [(kind, use)], day or self.today
        )
        return found[kind.id, use]

    def test_by_type_and_use(self):
        """Type and use decide; the answer names item, catalogue and reason."""
        answer = self._classify(self.meter, "medical")
        self.assertTrue(answer["mandatory"])
        self.assertEqual(answer["item"].number, "8")
        self.assertIn("2019-48", answer["reason"])
        self.assertFalse(self._classify(self.meter, "other")["mandatory"])
        # An item for a category means the types below it.
        self.assertTrue(self._classify(self.gauge, "safety")["mandatory"])
        self.assertFalse(self._classify(self.gauge, "trade")["mandatory"])

    def test_where_nothing_is_told(self):
        """Without a use, or before any catalogue, the type's own mark decides."""
        self.assertTrue(self._classify(self.gauge, False)["mandatory"])
        self.assertFalse(self._classify(self.meter, False)["mandatory"])
        before = self._classify(self.gauge, "trade", date(2000, 1, 1))
        self.assertTrue(before["mandatory"])
        self.assertFalse(before["catalogue"])

    def test_next_edition_ends_the_one_before(self):
        """Editions follow one another; overlapping ones are refused."""
        later = self._new_catalogue("2026-1", date(2026, 2, 1))
        later.with_user(self.head).action_approve()
        self.assertEqual(self.catalogue.date_to, date(2026, 1, 31))
        self.assertEqual(
            self._classify(self.meter, "medical", date(2026, 1, 31))["catalogue"],
            self.catalogue,
        )
        inside = self._new_catalogue("2020-1", date(2020, 1, 1))
        with self.assertRefused(ValidationError, "at the same time"):
            inside.with_user(self.head).action_approve()

    def test_approved_by_another_and_closed(self):
        """Only the technical head approves; approved items change no more."""
        draft = self._new_catalogue("2030-1", date(2030, 1, 1))
        with self.assertRaises(AccessError):
            draft.with_user(self.quality).action_approve()
        with self.assertRaises(UserError):
            draft.with_user(self.head).write({"approved_on": self.today})
        draft.item_ids[0].instrument_type_ids = False
        with self.assertRefused(UserError, "name the instrument types"):
            draft.with_user(self.head).action_approve()
        item = self.catalogue.item_ids[0].with_user(self.head)
        with self.assertRefused(UserError, "do not change"):
            item.use_trade = True
        with self.assertRefused(UserError, "do not change"):
            item.unlink()
        with self.assertRefused(UserError, "do not change"):
            item.create({"catalogue_id": self.catalogue.id, "number": "x", "name": "x"})

    def test_queries_do_not_grow(self):
        """Classifying many costs as many queries as one."""
        types = self.env["metrology.instrument.type"].create(
            [{"name": f"T{n}", "parent_id": self.category.id} for n in range(30)]
        )
        Catalogue = self.env["metrology.mandatory.catalogue"]
        one = self._queries(
            lambda: Catalogue._classify([(types[0], "safety")], self.today)
        )
        many = self._queries(
            lambda: Catalogue._classify([(t, "safety") for t in types], self.today)
        )
        self.assertEqual(one, many)
