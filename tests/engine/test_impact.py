# SPDX-License-Identifier: AGPL-3.0-only
import random
import unittest
from fractions import Fraction

import numpy as np

from odoo.addons.metrology.tools import impact, rounding


class TestImpactTool(unittest.TestCase):
    """The pass over arrays says what the exact functions say, one by one."""

    def _columns(self, rows):
        def numbers(index):
            texts = [row[index] for row in rows]
            return np.array(
                [float(text) if text else np.nan for text in texts], dtype=float
            )

        return dict(
            zip(
                ("value", "lower", "upper", "U", "interval"),
                (numbers(index) for index in range(5)),
                strict=True,
            )
        )

    def _rows(self, count, seed):
        """Return rows of typed texts, many of them exactly on a limit."""
        generator = random.Random(seed)
        rows, rules = [], []
        for _ in range(count):
            rule = generator.randrange(4)
            limit = Fraction(generator.randrange(1, 60), 1000)
            value = Fraction(generator.randrange(-90, 90), 1000)
            U = Fraction(generator.randrange(1, 40), 1000)
            lower = -limit
            if rule in (0, 2, 3) and generator.random() < 0.3:
                lower = None
            interval = "0.005" if rule == 0 and generator.random() < 0.4 else None
            rows.append(
                (
                    rounding.plain(value),
                    None if lower is None else rounding.plain(lower),
                    rounding.plain(limit),
                    rounding.plain(U) if rule else None,
                    interval,
                )
            )
            rules.append(rule)
        return rows, rules

    def test_arrays_agree_with_exact_decisions(self):
        """Every result of 20 000, a third of them next to a limit, is decided as the
        exact functions decide it; what is not marked as near needs no second look."""
        rows, rules = self._rows(20_000, 7)
        for text in ("0", "0.005", "-0.0125"):
            shift = impact.Shift(constant=text)
            ones = np.ones(len(rows))
            found = impact.assess(
                shift,
                rule=np.array(rules),
                point=ones,
                factor=ones,
                sign=ones,
                **self._columns(rows),
            )
            wrong = [
                number
                for number, row in enumerate(rows)
                if not found.near[number]
                and impact.VERDICTS[found.verdict[number]]
                != impact.decide(impact.RULES[rules[number]], row, Fraction(text))
            ]
            self.assertFalse(wrong, rows[wrong[0]] if wrong else None)
            self.assertTrue(0 < found.near.sum() < len(rows))

    def test_ratio_sign_and_outside(self):
        """The ratio is |shift| / U, MPE/3 without U; an error moves against the
        standard; outside the table nothing is said, never extrapolated."""
        columns = self._columns(
            [
                ("0.01", "-0.03", "0.03", "0.02", None),
                ("0.01", "-0.03", "0.03", None, None),
                ("100.0", None, None, "0.5", None),
            ]
        )
        found = impact.assess(
            impact.Shift(points=[("0", "0"), ("10", "0.02")]),
            rule=np.array([0, 0, -1]),
            point=np.array([5.0, 10.0, 11.0]),
            factor=np.ones(3),
            sign=np.array([-1.0, -1.0, 1.0]),
            **columns,
        )
        self.assertAlmostEqual(found.corrected[0], 0.0)
        self.assertAlmostEqual(found.ratio[0], 0.5)
        self.assertAlmostEqual(found.ratio[1], 2.0)
        self.assertEqual(found.assumed.tolist(), [False, True, False])
        self.assertTrue(np.isnan(found.delta[2]))
        self.assertEqual(impact.VERDICTS[found.verdict[2]], "")

    def test_rounded_comparison(self):
        """What was compared after rounding is rounded again after the shift, half to
        even."""
        row = ("0.0124", "-0.015", "0.015", None, "0.005")
        for text, verdict in (
            ("0", "pass"),
            ("0.005", "pass"),  # 0.0174 is 0.015
            ("0.0051", "fail"),  # 0.0175 is 0.020, the even multiple
            ("0.0001", "pass"),  # 0.0125 is 0.010, the even multiple
        ):
            found = impact.decide("regulation", row, Fraction(text))
            self.assertEqual(found, verdict, text)

    def test_difference_of_certificates(self):
        """New minus old at each point of either, only where both reach."""
        self.assertEqual(
            impact.difference(
                [("0", "0.1", "0.02"), ("100", "0.3", "0.02")],
                [("20", "0.14", False), ("60", "0.30", False), ("120", "0.30", False)],
            ),
            [("20", "0"), ("60", "0.08"), ("100", "0")],
        )
