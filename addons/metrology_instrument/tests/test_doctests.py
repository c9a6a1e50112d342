# SPDX-License-Identifier: AGPL-3.0-only
import doctest

from odoo.tests import TransactionCase, tagged

from ..tools import instrument_list, instrument_values


@tagged("post_install", "-at_install")
class TestDoctests(TransactionCase):
    def test_examples_in_docstrings(self):
        """What the docstrings of the pure tools show is what they do."""
        for module in (instrument_list, instrument_values):
            result = doctest.testmod(module)
            self.assertGreater(result.attempted, 0)
            self.assertEqual(result.failed, 0, module.__name__)
