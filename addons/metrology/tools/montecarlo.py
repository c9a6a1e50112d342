# SPDX-License-Identifier: AGPL-3.0-only
"""Propagation of distributions by Monte Carlo (JJF 1059.2-2012, JCGM 101:2008).

Reproducible: only uniform numbers are drawn, from numpy's ``Generator(PCG64(seed))``,
whose stream numpy keeps across versions, and turned into samples by the inverse
distribution functions of :mod:`.distributions`. Seed, number of trials and versions
belong to the result. Trials are made in blocks of 100 000, so that memory does not grow
with the number of inputs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from . import distributions
from .errors import BudgetError
from .explanation import Explained, explains
from .formula import Model, compile_model
from .formula_numbers import ArrayNumbers
from .regression import MultiResult
from .uncertainty import BudgetResult, Quantity, evaluate_budget, quantity, second_order
from .version import ENGINE_VERSION

__all__ = [
    "DEFAULT_SEED",
    "FirstOrderCheck",
    "McmResult",
    "Validation",
    "check_first_order",
    "coverage_interval",
    "numerical_tolerance",
    "propagate",
    "propagate_joint",
    "validate",
]

Interval = Literal["symmetric", "shortest"]

DEFAULT_SEED = 10591
BLOCK = 100_000
MAX_TRIALS = 20_000_000


@dataclass(frozen=True)
class McmResult:
    """The result of a propagation of distributions."""

    model: str
    y: float
    u: float
    low: float
    high: float
    p: float
    interval: str
    trials: int
    seed: int
    converged: bool | None
    tolerance: float | None
    histogram: tuple[tuple[float, ...], tuple[int, ...]]
    quantities: tuple[Quantity, ...]
    versions: Mapping[str, str]
    stability: Mapping[str, float] = field(default_factory=dict)

    @property
    def half_width(self) -> float:
        """Half the width of the coverage interval."""
        return (self.high - self.low) / 2

    def explain(self) -> dict[str, Any]:
        """Return inputs, formula, intermediate values and versions (JSON)."""
        data = {
            key: value
            for key, value in asdict(self).items()
            if key not in ("quantities", "histogram")
        }
        return {
            **data,
            "inputs": [item.explain() for item in self.quantities],
            "standard": "JJF 1059.2-2012 / JCGM 101:2008",
            "engine": ENGINE_VERSION,
        }


def coverage_interval(
    values: Any, p: float, interval: Interval = "symmetric"
) -> tuple[float, float]:
    """Return the coverage interval of sorted model values (JCGM 101 7.7).

    :param values: sorted array; :param interval: probabilistically symmetric or shortest
    :param p: coverage probability
    :raises BudgetError: for a probability out of range, an unknown interval

    >>> import numpy
    >>> coverage_interval(numpy.arange(100.0), 0.95)
    (2.0, 97.0)
    """
    count = len(values)
    if not 0 < p < 1:
        raise BudgetError(
            "probability", "a probability lies between 0 and 1, not {p}", p=p
        )
    inside = p * count
    q = int(inside) if float(inside).is_integer() else int(inside + 0.5)
    q = min(q, count - 1)
    if interval == "shortest":
        widths = values[q:] - values[: count - q]
        r = int(widths.argmin())
    elif interval == "symmetric":
        # JCGM 101 counts from 1; r = (M - q)/2
        r = (
            max(0, (count - q + 1) // 2 - 1)
            if (count - q) % 2
            else (count - q) // 2 - 1
        )
        r = max(r, 0)
    else:
        raise BudgetError(
            "interval",
            "the interval {interval!r} is neither symmetric nor shortest",
            interval=interval,
        )
    return float(values[r]), float(values[r + q])


def numerical_tolerance(u: float, digits: int = 2) -> float:
    """Return δ = ½·10^l of u = c·10^l with c of ``digits`` digits (JCGM 101 7.9.2).

    :param u: standard uncertainty; :param digits: significant digits kept
    :returns: δ in the unit of u
    :raises BudgetError: for u not positive

    >>> numerical_tolerance(0.0754, 2), numerical_tolerance(2.0, 1)
    (0.0005, 0.5)
    """
    if not u > 0 or digits < 1:
        raise BudgetError("tolerance", "a tolerance needs u above zero and one digit")
    exponent = math.floor(math.log10(u)) - digits + 1
    if round(u / 10.0**exponent) >= 10**digits:
        exponent += 1
    return 0.5 * 10.0**exponent


class _Sampler:
    """Draws joint samples of the inputs, block by block."""

    def __init__(
        self,
        quantities: Sequence[Quantity],
        correlations: Sequence[Sequence[Any]],
        seed: int,
    ) -> None:
        import numpy as np

        self.np = np
        self.items = list(quantities)
        self.generator = np.random.Generator(np.random.PCG64(seed))
        self.correlated: list[int] = []
        self.root: Any = None
        if correlations:
            self._correlate(correlations)

    def _correlate(self, correlations: Sequence[Sequence[Any]]) -> None:
        from .uncertainty import correlation_pairs

        np = self.np
        index = {item.name: i for i, item in enumerate(self.items)}
        pairs = correlation_pairs(correlations, index)
        self.correlated = sorted({n for i, j, _ in pairs for n in (i, j)})
        place = {i: n for n, i in enumerate(self.correlated)}
        matrix = np.eye(len(self.correlated))
        for i, j, r in pairs:
            matrix[place[i], place[j]] = matrix[place[j], place[i]] = r
        # the eigen root also exists for r = 1
        values, vectors = np.linalg.eigh(matrix)
        self.root = vectors * np.sqrt(np.clip(values, 0, None))

    def draw(self, count: int) -> dict[str, Any]:
        """Return one block of samples by name."""
        from scipy.special import ndtr, ndtri

        np = self.np
        rows = sum(distributions.uniforms_needed(item.dist) for item in self.items)
        uniform = np.maximum(self.generator.random((rows, count)), 2.0**-54)
        first: list[Any] = []
        second: list[Any] = []
        row = 0
        for item in self.items:
            need = distributions.uniforms_needed(item.dist)
            first.append(uniform[row])
            second.append(uniform[row + 1] if need == 2 else None)
            row += need
        if self.correlated:
            # a Gaussian copula: exact for normal inputs, JCGM 101 6.4.8
            normal = self.root @ ndtri(np.array([first[i] for i in self.correlated]))
            for n, i in enumerate(self.correlated):
                first[i] = np.clip(ndtr(normal[n]), 2.0**-54, 1 - 2.0**-53)
        return {
            item.name: item.sample(one, two)
            for item, one, two in zip(self.items, first, second, strict=True)
        }


def _prepare(
    model: str | Model,
    quantities: Mapping[str, Mapping[str, Any] | Quantity] | Sequence[Quantity],
) -> tuple[Model, list[Quantity]]:
    if isinstance(quantities, Mapping):
        items = [quantity(name, data) for name, data in quantities.items()]
    else:
        items = list(quantities)
    if isinstance(model, Model):
        return model, items
    return compile_model(model, [item.name for item in items]), items


def propagate(
    model: str | Model,
    quantities: Mapping[str, Mapping[str, Any] | Quantity] | Sequence[Quantity],
    correlations: Sequence[Sequence[Any]] = (),
    *,
    trials: int = 1_000_000,
    seed: int = DEFAULT_SEED,
    p: float = 0.95,
    interval: Interval = "symmetric",
    adaptive: bool = False,
    digits: int = 2,
) -> McmResult:
    """Propagate distributions through a model (JCGM 101 clause 7, JJF 1059.2 clause 5).

    :param model, quantities, correlations: as for :func:`uncertainty.evaluate_budget`;
        few degrees of freedom give scaled t distributions (JCGM 101 6.4.9)
    :param trials: number of trials; with ``adaptive`` the largest number
    :param interval: probabilistically ``symmetric`` or ``shortest``
    :param adaptive: stop when twice the standard deviations of y, u and both ends over
        the blocks fall below δ of ``digits`` digits (JCGM 101 7.9)
    :raises BudgetError: too few or too many trials; EvaluationError when the model is
        not defined for the sampled values

    >>> result = propagate("x", {"x": {"x": 1, "dist": "rect", "a": 1}}, trials=100000)
    >>> round(result.y, 2), round(result.u, 2), round(result.low, 2)
    (1.0, 0.58, 0.05)
    """
    import numpy as np

    compiled, items = _prepare(model, quantities)
    least = math.ceil(10 / (1 - p)) if 0 < p < 1 else 100
    if not least <= trials <= MAX_TRIALS:
        raise BudgetError(
            "trials",
            "{trials} trials are not between {least} and {limit}",
            trials=trials,
            least=least,
            limit=MAX_TRIALS,
        )
    sampler = _Sampler(items, correlations, seed)
    numbers = ArrayNumbers()
    block = BLOCK if not adaptive else max(10_000, math.ceil(100 / (1 - p)))
    blocks: list[Any] = []
    rows: list[tuple[float, float, float, float]] = []
    converged: bool | None = None
    tolerance: float | None = None
    stability: dict[str, float] = {}
    done = 0
    while done < trials:
        count = min(block, trials - done)
        outcome = compiled.evaluate(sampler.draw(count), numbers=numbers)
        values = np.array(np.broadcast_to(np.asarray(outcome, dtype=float), (count,)))
        if not np.all(np.isfinite(values)):
            raise BudgetError(
                "undefined", "the model is not defined for all sampled values"
            )
        blocks.append(values)
        done += count
        if adaptive and count == block:
            values.sort()
            rows.append(
                (
                    float(values.mean()),
                    float(values.std(ddof=1)),
                    *coverage_interval(values, p, interval),
                )
            )
            if len(rows) >= 2:
                u = float(np.concatenate(blocks).std(ddof=1))
                if not u:
                    converged = True
                    break
                tolerance = numerical_tolerance(u, digits)
                spread = (
                    2 * np.std(np.array(rows), axis=0, ddof=1) / math.sqrt(len(rows))
                )
                stability = dict(
                    zip(("y", "u", "low", "high"), map(float, spread), strict=True)
                )
                converged = bool((spread <= tolerance).all())
                if converged:
                    break
    values = np.concatenate(blocks) if len(blocks) > 1 else blocks[0]
    values.sort()
    low, high = coverage_interval(values, p, interval)
    counts, edges = np.histogram(values[:: max(1, len(values) // 200_000)], bins=60)
    return McmResult(
        compiled.text,
        float(values.mean()),
        float(values.std(ddof=1)),
        low,
        high,
        p,
        interval,
        len(values),
        seed,
        converged,
        tolerance,
        (tuple(map(float, edges)), tuple(map(int, counts))),
        tuple(items),
        {"engine": ENGINE_VERSION, "numpy": np.__version__},
        stability,
    )


def propagate_joint(
    models: Mapping[str, str],
    quantities: Mapping[str, Mapping[str, Any] | Quantity] | Sequence[Quantity],
    correlations: Sequence[Sequence[Any]] = (),
    *,
    trials: int = 200_000,
    seed: int = DEFAULT_SEED,
) -> MultiResult:
    """Propagate distributions to several results with their covariance.

    JCGM 102:2011 clause 7: the same trials for all models.

    :param models: formula text by name; :param quantities, correlations, seed: as for
        :func:`propagate`; :param trials: at most 2e6
    :returns: means, covariance, correlations; the units are those of the models
    :raises EngineError: as :func:`propagate`

    >>> result = propagate_joint({"s": "a+b", "d": "a-b"},
    ...     {"a": {"x": 1, "u": 3}, "b": {"x": 1, "u": 4}})
    >>> round(result.u[0], 1), round(result.r("s", "d"), 2)
    (5.0, -0.28)
    """
    import numpy as np

    _, items = _prepare(next(iter(models.values())), quantities)
    if not 1000 <= trials <= 2_000_000:
        raise BudgetError(
            "trials",
            "{trials} trials are not between {least} and {limit}",
            trials=trials,
            least=1000,
            limit=2_000_000,
        )
    names = [item.name for item in items]
    compiled = [compile_model(text, names) for text in models.values()]
    sampler, numbers = _Sampler(items, correlations, seed), ArrayNumbers()
    rows = np.empty((len(compiled), trials))
    for start in range(0, trials, BLOCK):
        count = min(BLOCK, trials - start)
        sample = sampler.draw(count)
        for row, model in zip(rows, compiled, strict=True):
            row[start : start + count] = model.evaluate(sample, numbers=numbers)
    if not np.all(np.isfinite(rows)):
        raise BudgetError(
            "undefined", "the model is not defined for all sampled values"
        )
    covariance = np.atleast_2d(np.cov(rows))
    return MultiResult(
        tuple(models),
        tuple(map(float, rows.mean(axis=1))),
        tuple(tuple(map(float, row)) for row in covariance),
        dict(models),
    )


@dataclass(frozen=True)
class Validation:
    """Comparison of the GUM framework with Monte Carlo (JCGM 101 clause 8)."""

    tolerance: float
    mcm: McmResult
    budget: BudgetResult
    low: float
    high: float
    d_low: float
    d_high: float
    validated: bool
    second_u: float
    second_low: float
    second_high: float
    second_d_low: float
    second_d_high: float
    second_validated: bool

    def explain(self) -> dict[str, Any]:
        """Return both results and the decision as plain data (JSON)."""
        return {
            "standard": "JCGM 101:2008 8.1",
            "tolerance": self.tolerance,
            "mcm": self.mcm.explain(),
            "gum": self.budget.explain(),
            "gum_interval": [self.low, self.high],
            "d": [self.d_low, self.d_high],
            "validated": self.validated,
            "second_order": {
                "u": self.second_u,
                "interval": [self.second_low, self.second_high],
                "d": [self.second_d_low, self.second_d_high],
                "validated": self.second_validated,
            },
        }


def validate(
    model: str | Model,
    quantities: Mapping[str, Mapping[str, Any] | Quantity] | Sequence[Quantity],
    correlations: Sequence[Sequence[Any]] = (),
    *,
    p: float = 0.95,
    digits: int = 2,
    tolerance: float | None = None,
    trials: int = 1_000_000,
    seed: int = DEFAULT_SEED,
    interval: Interval = "symmetric",
) -> Validation:
    """Validate the GUM framework by Monte Carlo (JCGM 101 8.1, JJF 1059.2 clause 7).

    Both ends of y ± U_p must differ from the Monte Carlo interval by no more than δ.
    The second-order framework (JCGM 100 5.1.2 note) is compared beside the first.

    :param digits: significant digits of u that δ keeps; :param tolerance: δ itself
    :param p: coverage probability; :param interval: of Monte Carlo
    :raises EngineError: as :func:`propagate` and :func:`uncertainty.evaluate_budget`

    >>> four = {f"X{i}": {"x": 0, "u": 1} for i in range(4)}
    >>> validate("X0+X1+X2+X3", four, digits=1, trials=200000).validated
    True
    """
    compiled, items = _prepare(model, quantities)
    budget = evaluate_budget(
        compiled, items, correlations, p=p, coverage="t", dof_rule="exact"
    )
    mcm = propagate(
        compiled, items, correlations, trials=trials, seed=seed, p=p, interval=interval
    )
    delta = numerical_tolerance(mcm.u, digits) if tolerance is None else tolerance
    low, high = budget.y - budget.U, budget.y + budget.U
    d_low, d_high = abs(low - mcm.low), abs(high - mcm.high)
    # the second-order law is for independent inputs
    u2 = budget.u if correlations else second_order(compiled, items).u
    low2, high2 = budget.y - budget.k * u2, budget.y + budget.k * u2
    d_low2, d_high2 = abs(low2 - mcm.low), abs(high2 - mcm.high)
    return Validation(
        delta,
        mcm,
        budget,
        low,
        high,
        d_low,
        d_high,
        d_low <= delta and d_high <= delta,
        u2,
        low2,
        high2,
        d_low2,
        d_high2,
        d_low2 <= delta and d_high2 <= delta,
    )


@dataclass(frozen=True)
class FirstOrderCheck(Explained):
    """Whether first-order propagation is enough, and why not."""

    standard = "JCGM 100 5.1.2 note / JCGM 101 5.7"

    ok: bool
    reason: str
    u_first: float
    u_second: float
    u_mcm: float
    shift: float


@explains
def check_first_order(
    model: str | Model,
    quantities: Mapping[str, Mapping[str, Any] | Quantity] | Sequence[Quantity],
    *,
    trials: int = 100_000,
    seed: int = DEFAULT_SEED,
) -> FirstOrderCheck:
    """Warn when first order is not enough: against second order and Monte Carlo.

    JCGM 100 5.1.2 note, JCGM 101 5.7. ``reason``: "" | "second_order" (the next terms
    change u by more than 5 %) | "monte_carlo" (u differs by more than 5 %) | "shift"
    (the mean is displaced by more than half of u).

    :param model, quantities: as for :func:`propagate`; :param trials, seed: of the test
    :raises EngineError: as :func:`propagate`

    >>> check_first_order("x**2", {"x": {"x": 0, "u": 1}}, trials=20000).reason
    'second_order'
    """
    compiled, items = _prepare(model, quantities)
    terms = second_order(compiled, items)
    result = propagate(compiled, items, trials=trials, seed=seed)
    budget = evaluate_budget(compiled, items)
    shift = result.y - budget.y
    reason = ""
    if terms.needed:
        reason = "second_order"
    elif (
        result.u
        and abs(result.u - budget.u) > 0.05 * result.u
        and not any(item.dof < 30 for item in items)
    ):
        reason = "monte_carlo"
    elif abs(shift) > 0.5 * result.u:
        reason = "shift"
    return FirstOrderCheck(not reason, reason, budget.u, terms.u, result.u, shift)
