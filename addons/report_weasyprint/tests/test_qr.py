# SPDX-License-Identifier: AGPL-3.0-only
import doctest
import re

from odoo.tests import BaseCase, tagged

from ..tools import qr


def fill(path, size):
    """Return the modules that an SVG path of ``outline_path`` covers (even-odd)."""
    crossings = [[0] * size for _row in range(size)]
    x = y = start_x = start_y = 0

    def edge(y1, y2, at):
        for row in range(min(y1, y2), max(y1, y2)):
            for column in range(at, size):
                crossings[row][column] ^= 1

    for command, first, second in re.findall(r"([MHVZ])(\d*) ?(\d*)", path):
        if command == "M":
            x, y = start_x, start_y = int(first), int(second)
        elif command == "H":
            x = int(first)
        elif command == "V":
            edge(y, int(first), x)
            y = int(first)
        elif x == start_x:
            edge(y, start_y, x)
    return [[bool(cell) for cell in row] for row in crossings]


@tagged("post_install", "-at_install")
class TestQr(BaseCase):
    """QR codes are one filled outline."""

    def test_outline_covers_exactly_the_modules(self):
        """The path fills the dark modules and no others, for many contents."""
        for value in (
            "https://example.org/c/abc",
            "证书编号 2026-0001",
            "0123456789" * 40,
        ):
            matrix = qr.qr_matrix(value, "Q")
            with self.subTest(value=value[:20]):
                path = qr.outline_path(matrix)
                self.assertEqual(fill(path, len(matrix)), matrix)

    def test_quiet_zone_and_escape(self):
        """Four light modules surround the code; arguments cannot break out."""
        matrix = qr.qr_matrix("x")
        self.assertFalse(any(any(row) for row in matrix[:4]))
        svg = qr.qr_svg("x", color='"><script>')
        self.assertNotIn("<script>", svg)

    def test_examples(self):
        """The example in the documentation is true."""
        self.assertEqual(doctest.testmod(qr).failed, 0)
