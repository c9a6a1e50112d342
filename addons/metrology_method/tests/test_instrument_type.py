# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MethodCommon


@tagged("post_install", "-at_install")
class TestInstrumentType(MethodCommon):
    def test_discipline_comes_from_the_category(self):
        """A type belongs to the discipline of its category."""
        self.assertEqual(self.gauge.discipline, "mechanics")
        self.assertEqual(
            self.gauge.complete_name, "Pressure Instruments / Pressure Gauge"
        )

    def test_the_path_speaks_the_readers_language(self):
        """Each reader sees the categories of a list in the own language."""
        types = self.gauge | self.category
        for lang, names in {
            "zh_CN": ("压力表", "压力"),
            "fr_FR": ("Manomètre", "Pression"),
        }.items():
            self.env["res.lang"]._activate_lang(lang)
            for kind, name in zip(types, names, strict=True):
                kind.with_context(lang=lang).name = name
        for lang, paths in {
            "zh_CN": ["压力 / 压力表", "压力"],
            "fr_FR": ["Pression / Manomètre", "Pression"],
        }.items():
            shown = types.with_context(lang=lang).mapped("path_text")
            self.assertEqual(shown, paths)

    def test_a_type_does_not_belong_to_itself(self):
        """The tree has no circles."""
        with self.assertRaises(UserError):
            self.category.with_user(self.head).parent_id = self.gauge

    def test_employees_read_only(self):
        """Any employee reads the types; only the roles named for it change them."""
        self.assertEqual(self.gauge.with_user(self.user).name, "Pressure Gauge")
        with self.assertRaises(AccessError):
            self.gauge.with_user(self.user).name = "Something else"

    def test_found_by_another_name(self):
        """A type is found by the names customers use for it."""
        self.gauge.keywords = "manometer, yalibiao"
        found = self.env["metrology.instrument.type"].name_search("yalibiao")
        self.assertEqual([item[0] for item in found], self.gauge.ids)
