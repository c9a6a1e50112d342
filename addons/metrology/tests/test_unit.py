# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import MetrologyCase


@tagged("post_install", "-at_install")
class TestUnit(MetrologyCase):
    def unit(self, name):
        return self.env.ref(f"metrology.unit_{name}").with_user(self.tester)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tester = cls.new_user("tester")

    def test_exact_conversions(self):
        """Conversions are exact: no rounding, offsets and fractions included."""
        for text, unit, other, expected in (
            ("1.234567", "g", "kg", "0.001234567"),
            ("0.6", "mpa", "kpa", "600"),
            ("20.0", "celsius", "kelvin", "293.15"),
            ("212", "fahrenheit", "celsius", "100"),
            ("-40", "celsius", "fahrenheit", "-40"),
            ("90", "km_h", "m_s", "25"),
            ("1", "psi", "pa", "6894.75729317"),
            ("101325", "pa", "mmhg", "760.002100179"),
        ):
            self.assertEqual(
                self.unit(unit)._convert(text, self.unit(other)), expected, unit
            )

    def test_difference_has_no_offset(self):
        """A difference or an uncertainty of 0.5 °C is 0.5 K, not 273.65 K."""
        celsius, kelvin = self.unit("celsius"), self.unit("kelvin")
        self.assertEqual(celsius._convert_difference("0.5", kelvin), "0.5")

    def test_never_across_quantities(self):
        """Three kilograms are no hours; text that is no number is refused."""
        with self.assertRaisesRegex(UserError, "kg is a unit of Mass, h one of Time"):
            self.unit("kg")._convert("3", self.unit("h"))
        with self.assertRaisesRegex(UserError, "'abc' is not a number"):
            self.unit("kg")._convert("abc", self.unit("g"))

    def test_faulty_factors(self):
        """A factor is an exact number above zero."""
        unit = self.env.ref("metrology.unit_kg")
        for factor in ("0", "-1", "1/0", "abc", "1/2/3", "", "1,5"):
            with self.assertRaises(ValidationError, msg=factor), self.cr.savepoint():
                unit.factor = factor

    def test_who_keeps_units(self):
        """The technical head keeps units; a tester reads them."""
        with self.assertRaises(AccessError):
            self.unit("kg").write({"factor": "2"})
        head = self.new_user("technical_head")
        self.env.ref("metrology.unit_inch").with_user(head).write({"dsi": "\\inch"})

    def test_seeded_units_are_sane(self):
        """Every quantity has a coherent unit, and every unit returns to itself."""
        for quantity in self.env["metrology.quantity"].search([]):
            self.assertTrue(quantity.unit_ids, quantity.name)
            base = quantity.unit_ids[0]
            for unit in quantity.unit_ids:
                there = unit._convert("2.5", base)
                self.assertAlmostEqual(float(base._convert(there, unit)), 2.5, 9)
