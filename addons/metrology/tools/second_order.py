# SPDX-License-Identifier: AGPL-3.0-only
"""The law of propagation with its next terms (JCGM 100:2008 5.1.2 note)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .explanation import Explained, explains
from .formula import Model, compile_model
from .formula_numbers import Jet, JetNumbers
from .quantities import Quantity, quantity

__all__ = ["SecondOrder", "second_order"]


@dataclass(frozen=True)
class SecondOrder(Explained):
    """Second-order terms of the law of propagation (JCGM 100 5.1.2 note).

    ``terms[(a, b)]`` is the contribution |√(½f_ij² + f_i f_ijj)|·u_i·u_j to u of the
    pair, both orders together; ``variance[(a, b)]`` keeps its sign.
    """

    standard = "JCGM 100:2008 5.1.2 note"
    formulas = (
        "u**2 = sum(c_i**2 u_i**2) + sum(sum((f_ij**2/2 + f_i f_ijj) u_i**2 u_j**2))",
    )

    u1: float
    u: float
    y: float
    y_shift: float
    variance: dict[tuple[str, str], float]
    c: dict[str, float]

    @property
    def terms(self) -> dict[tuple[str, str], float]:
        """Return the size of each pair's contribution to u, largest first."""
        sizes = {
            pair: math.sqrt(abs(value))
            for pair, value in self.variance.items()
            if value
        }
        return dict(sorted(sizes.items(), key=lambda item: -item[1]))

    def grouped(self, least: float = 0.01) -> list[float]:
        """Return the terms joined where they share a quantity, largest first.

        Terms below ``least`` of u are left out, as JCGM 100 H.1.7 does: there the pairs
        (δα, θ̄) and (δα, Δ) are one term l_s·u(δα)·u(θ).
        """
        kept = {
            p: v
            for p, v in self.variance.items()
            if math.sqrt(abs(v)) >= least * self.u
        }
        groups: list[tuple[set[str], float]] = []
        for pair, value in kept.items():
            members, total = set(pair), value
            rest = []
            for names, amount in groups:
                if names & members:
                    members |= names
                    total += amount
                else:
                    rest.append((names, amount))
            groups = [*rest, (members, total)]
        return sorted((math.sqrt(abs(value)) for _, value in groups), reverse=True)

    @property
    def needed(self) -> bool:
        """Whether first order is off by more than 5 % of u."""
        return abs(self.u - self.u1) > 0.05 * self.u if self.u else False


@explains
def second_order(
    model: str | Model,
    quantities: Mapping[str, Mapping[str, Any] | Quantity] | Sequence[Quantity],
) -> SecondOrder:
    """Return the law of propagation with the next higher-order terms.

    JCGM 100:2008 5.1.2 note: u² += ΣΣ (½ f_ij² + f_i f_ijj) u_i² u_j² for independent,
    symmetric inputs. Derivatives up to the third are exact (truncated Taylor series);
    ``y_shift`` = ½ Σ f_ii u_i² is the shift of the mean.

    :param model, quantities: as for :func:`evaluate_budget`, without correlations
    :raises EngineError: as there, or where the model has no derivative

    >>> result = second_order("x**2", {"x": {"x": "0", "u": "1"}})
    >>> result.u1, round(result.u, 4), result.y_shift
    (0.0, 1.4142, 1.0)
    """
    if isinstance(quantities, Mapping):
        items = [quantity(name, data) for name, data in quantities.items()]
    else:
        items = list(quantities)
    compiled = (
        model
        if isinstance(model, Model)
        else compile_model(model, [i.name for i in items])
    )
    active = [item for item in items if item.u and item.name in compiled.names]
    values: dict[str, Any] = {item.name: item.x for item in items}
    numbers = JetNumbers()

    def jet(seeds: Mapping[str, tuple[int, int]]) -> Jet:
        point = dict(values)
        for name, key in seeds.items():
            point[name] = Jet({(0, 0): values[name], key: 1.0})
        return Jet.of(compiled.evaluate(point, numbers=numbers))

    first: dict[str, float] = {}
    variance: dict[tuple[str, str], float] = {}
    shift, y = 0.0, 0.0
    for item in active:
        c = jet({item.name: (1, 0)}).c
        f, f2, f3 = c.get((1, 0), 0.0), 2 * c.get((2, 0), 0.0), 6 * c.get((3, 0), 0.0)
        first[item.name] = f
        shift += f2 * item.u**2 / 2
        variance[(item.name, item.name)] = (f2 * f2 / 2 + f * f3) * item.u**4
    for n, one in enumerate(active):
        for two in active[n + 1 :]:
            c = jet({one.name: (1, 0), two.name: (0, 1)}).c
            mixed = c.get((1, 1), 0.0)
            f122, f112 = 2 * c.get((1, 2), 0.0), 2 * c.get((2, 1), 0.0)
            # both orders of the double sum
            variance[(one.name, two.name)] = (
                mixed * mixed + first[one.name] * f122 + first[two.name] * f112
            ) * (one.u * two.u) ** 2
    y = Jet.of(compiled.evaluate(values, numbers=numbers)).x
    linear = math.hypot(*(first[item.name] * item.u for item in active), 0.0)
    total = linear * linear + math.fsum(variance.values())
    return SecondOrder(linear, math.sqrt(max(total, 0.0)), y, shift, variance, first)
