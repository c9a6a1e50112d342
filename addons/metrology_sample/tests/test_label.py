# SPDX-License-Identifier: AGPL-3.0-only
import base64
import io
import time

from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.metrology_order.tests.common import OrderCommon

from ..tools import labels


@tagged("post_install", "-at_install")
class TestLabel(OrderCommon):
    def _wizard(self, samples, layout):
        action = samples.action_print_labels()
        return (
            self.env[action["res_model"]]
            .with_user(self.keeper)
            .with_context(**action["context"])
            .create({"layout": layout})
        )

    def test_labels_of_an_order(self):
        """One page a sample on the roll, one sheet for 24; the number can be read."""
        samples = self._accepted(3).sample_ids.with_user(self.keeper)
        samples._receive()
        for layout, pages in (("roll_60x40", 3), ("roll_50x30", 3), ("sheet_3x8", 1)):
            wizard = self._wizard(samples, layout)
            wizard.action_print()
            reader = PdfReader(io.BytesIO(base64.b64decode(wizard.pdf)))
            self.assertEqual(len(reader.pages), pages)
            self.assertIn(samples[0].name, reader.pages[0].extract_text())

    def test_expected_sample_has_no_label(self):
        """A sample without a number gets no label, and is named."""
        samples = self._accepted(1).sample_ids.with_user(self.keeper)
        with self.assertRaisesRegex(UserError, "has not been received"):
            self._wizard(samples, "roll_60x40").action_print()

    def test_500_labels_in_one_go(self):
        """500 labels are drawn within seconds."""
        rows = [
            {"code": f"YP2026-{n:06d}", "title": "压力表", "lines": ["Y-100", "№ 1"]}
            for n in range(500)
        ]
        began = time.monotonic()
        content = labels.draw(rows)
        self.assertEqual(len(PdfReader(io.BytesIO(content)).pages), 500)
        self.assertLess(time.monotonic() - began, 20)
