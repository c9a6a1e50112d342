# SPDX-License-Identifier: AGPL-3.0-only
from odoo.tests import TransactionCase, tagged

from odoo.addons.metrology_method.tools.table_reader import TableError, read_tables

from ..tools import instrument_list
from .list_cases import CASES


@tagged("post_install", "-at_install")
class TestLists(TransactionCase):
    """Each list as a customer sends it is read as an experienced clerk reads it."""

    def test_lists(self):
        """Columns, lines, doubts and rows that are none; or the reason of refusal."""
        for title, filename, content, expected in CASES:
            with self.subTest(title):
                try:
                    sheets = read_tables(content, filename)
                    found = instrument_list.recognise(sheets).lines
                except TableError as error:
                    self.assertEqual(error.code, expected)
                    continue
                self.assertIsInstance(expected, list, "should be refused")
                self.assertEqual(
                    [line.skip for line in found],
                    [one.get("kind", "") for one in expected],
                )
                for line, one in zip(found, expected, strict=True):
                    self._compare(line, one)

    def _compare(self, line, expected):
        for name, value in expected.items():
            if name == "kind":
                continue
            if name == "odd":
                self.assertEqual(line.oddities, value, line.values)
            elif name in ("section", "hidden"):
                self.assertEqual(getattr(line, name), value)
            elif not line.skip:
                have = line.values.get(name)
                have = str(have) if name.endswith("_date") and have else have
                self.assertEqual(have or None, value, (name, line.values))
