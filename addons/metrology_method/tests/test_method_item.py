# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import MethodCommon


@tagged("post_install", "-at_install")
class TestMethodItem(MethodCommon):
    def _item(self, code="indication", **values):
        return (
            self.env["metrology.method.item"]
            .with_user(self.quality)
            .create(
                {
                    "edition_id": self.new.id,
                    "name": "Error of Indication",
                    "code": code,
                    **values,
                }
            )
        )

    def _param(self, item, **values):
        return (
            self.env["metrology.method.param"]
            .with_user(self.quality)
            .create(
                {
                    "item_id": item.id,
                    "name": "Error",
                    "code": "error",
                    "unit_id": self.mpa.id,
                    **values,
                }
            )
        )

    @requirement("S3-5.4.3")
    def test_unit_and_limits(self):
        """A parameter without unit, or with its lower limit above, is refused."""
        item = self._item()
        with self.assertRefused(ValidationError, "name its unit"):
            self._param(item, unit_id=False)
        with self.assertRefused(ValidationError, "above the upper limit"):
            self._param(item, limit_min="0.5", limit_max="-0.5")
        param = self._param(item, limit_min="-0.5", limit_max="0.5")
        with self.assertRefused(ValidationError, "above the upper limit"):
            param.write({"limit_min": "0.6"})
        self.assertEqual(param.limit_text, "-0.5 … 0.5 MPa")
        self.assertIn("-0.5 … 0.5 MPa", item.param_text)

    def test_numbers_formulas_and_codes(self):
        """Points are numbers, formulas can be computed, codes are plain."""
        item = self._item()
        for values, word in (
            ({"points": "1; two"}, "not a number"),
            ({"limit_formula": "0.5% * q"}, "limit formula"),
            ({"limit_formula": "2 *"}, "limit formula"),
            ({"code": "Fehler 1"}, "code"),
        ):
            with self.assertRefused(ValidationError, word):
                self._param(item, **values)
        param = self._param(item, points="0.4；0.8; 1.2", limit_formula="0.5% * p")
        self.assertEqual(param._get_points(), ["0.4", "0.8", "1.2"])

    def test_own_item_before_the_general_one(self):
        """A type's own item replaces the general one of the same code."""
        general = self._item()
        zero = self._item("zero", sequence=20)
        own = self._item(instrument_type_id=self.category.id, name="Own")
        Item = self.env["metrology.method.item"]
        found = Item._get_for(self.new, self.gauge)
        self.assertEqual(found[self.new.id, self.gauge.id], own | zero)
        other = self.env["metrology.instrument.type"].create({"name": "Other"})
        found = Item._get_for(self.new, other)
        self.assertEqual(found[self.new.id, other.id], general | zero)

    def test_employees_read_only(self):
        """Any employee reads items and limits; entering them is for the roles."""
        item = self._item()
        self.assertEqual(item.with_user(self.user).code, "indication")
        with self.assertRaises(AccessError):
            item.with_user(self.user).name = "Other"
