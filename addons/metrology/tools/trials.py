# SPDX-License-Identifier: AGPL-3.0-only
"""Repeatability, stability and verification of a measurement standard, as plain data.

JJF 1033-2016/2023 annex C. The rules are those of :mod:`.comparison` and
:mod:`.control`; here typed readings in groups become one answer that a record keeps:
numbers as JSON, the verdict, and what is missing as stable codes a caller translates.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from . import comparison, control
from .errors import BudgetError
from .rounding import Exact, exact
from .statistics import bessel

__all__ = [
    "LEAST_GROUPS",
    "LEAST_READINGS",
    "LEAST_READINGS_WITH_REASON",
    "chart_of_groups",
    "group_results",
    "repeatability",
    "stability_by_chart",
    "stability_of_groups",
    "stability_of_years",
    "too_close",
    "verification",
]

#: Readings of one group, JJF 1033 C.1.1; fewer need a reason.
LEAST_READINGS = 10
LEAST_READINGS_WITH_REASON = 6
#: Groups of a new standard, JJF 1033 C.2.
LEAST_GROUPS = 4
#: Points from which the limits of a control chart count as settled (ISO 7870-2 6.2).
SETTLED_GROUPS = 20

Readings = Sequence[Exact]


def group_results(groups: Sequence[Readings]) -> list[dict[str, Any]]:
    """Return n, mean and s of each group of readings (Bessel, JJF 1059.1 4.3.2).

    :param groups: typed readings, one unit; s is None for a single reading
    :raises NumberError: for a reading that is not a number

    >>> group_results([["10.1", "10.3"], ["5"]])
    [{'n': 2, 'mean': 10.2, 's': 0.1414213562373095}, {'n': 1, 'mean': 5.0, 's': None}]
    """
    results = []
    for group in groups:
        numbers = [exact(reading) for reading in group]
        if not numbers:
            results.append({"n": 0, "mean": None, "s": None})
            continue
        mean = sum(numbers, Fraction(0)) / len(numbers)
        spread = bessel(group).s if len(numbers) > 1 else None
        results.append({"n": len(numbers), "mean": float(mean), "s": spread})
    return results


def repeatability(readings: Readings, s_initial: Exact | None = None) -> dict[str, Any]:
    """Return the repeatability of a group and whether it is what was evaluated with.

    JJF 1033 C.1: s by Bessel; not larger than the one in the evaluated uncertainty it
    conforms, else the uncertainty is evaluated anew.

    :param readings: typed readings, one unit; :param s_initial: same unit
    :raises BudgetError: for fewer than two readings

    >>> answer = repeatability(["1.0", "1.2"] * 5, "0.1")
    >>> answer["n"], round(answer["s"], 6), answer["ok"], answer["missing"]
    (10, 0.105409, False, [])
    >>> repeatability(["1.0", "1.2"] * 3, "0.2")["missing"]
    ['few_readings']
    """
    result = comparison.repeatability_check(readings, s_initial)
    return {
        "n": result.n,
        "mean": result.mean,
        "s": result.s,
        "limit": result.s_initial,
        "ok": result.ok,
        "missing": _missing_readings([readings]),
    }


def _missing_readings(groups: Sequence[Readings]) -> list[str]:
    fewest = min((len(group) for group in groups), default=0)
    if fewest < LEAST_READINGS_WITH_REASON:
        return ["too_few_readings"]
    return ["few_readings"] if fewest < LEAST_READINGS else []


def too_close(dates: Sequence[datetime.date]) -> bool:
    """Tell whether two groups in order lie a month or less apart (JJF 1033 C.2).

    It raises nothing.

    :param dates: days of the groups in the order they were measured

    >>> too_close([datetime.date(2026, 1, 31), datetime.date(2026, 2, 28)])
    True
    >>> too_close([datetime.date(2026, 1, 5), datetime.date(2026, 2, 6)])
    False
    """
    return any(later <= _after_a_month(earlier) for earlier, later in pairwise(dates))


def _after_a_month(day: datetime.date) -> datetime.date:
    year, month = day.year + day.month // 12, day.month % 12 + 1
    for number in (day.day, 30, 29, 28):
        try:
            return datetime.date(year, month, number)
        except ValueError:
            continue
    raise ValueError(day)


def _limits(limit: Exact, used_with_correction: bool) -> dict[str, Any]:
    return {
        "mpev": None if used_with_correction else limit,
        "U_correction": limit if used_with_correction else None,
        "used_with_correction": used_with_correction,
    }


def stability_of_groups(
    groups: Sequence[Readings],
    dates: Sequence[datetime.date],
    limit: Exact,
    used_with_correction: bool = False,
) -> dict[str, Any]:
    """Return the stability of a new standard: largest minus smallest group mean.

    JJF 1033 C.2: m >= 4 groups of n >= 10 readings, more than a month apart.

    :param groups: typed readings, one unit; :param dates: the day of each group
    :param limit: U of the correction where used with corrections, else |MPE|
    :raises BudgetError: for fewer than two groups, a limit that is not positive

    >>> days = [datetime.date(2026, month, 1) for month in (1, 3, 5, 7)]
    >>> groups = [["10.0"] * 10, ["10.2"] * 10, ["10.1"] * 10, ["10.1"] * 10]
    >>> answer = stability_of_groups(groups, days, "0.2")
    >>> answer["stability"], answer["ok"], answer["missing"]
    (0.2, True, [])
    >>> stability_of_groups(groups[:3], days[:3], "0.1")["missing"]
    ['few_groups']
    """
    result = comparison.stability_new(groups, **_limits(limit, used_with_correction))
    missing = _missing_readings(groups)
    if len(groups) < LEAST_GROUPS:
        missing.append("few_groups")
    if too_close(dates):
        missing.append("too_close")
    return {
        "means": list(result.means),
        "stability": result.stability,
        "limit": result.limit,
        "ok": result.ok,
        "missing": missing,
    }


def stability_of_years(
    before: Readings | None,
    now: Readings,
    limit: Exact,
    used_with_correction: bool = False,
) -> dict[str, Any]:
    """Return the stability of an established standard: this year against the last.

    JJF 1033 C.2: the difference of the means of adjacent years.

    :param before: readings of the last record, None where there is none; one unit
    :param limit: as for :func:`stability_of_groups`
    :raises BudgetError: for a limit that is not positive

    >>> answer = stability_of_years(["50.012"] * 10, ["50.018"] * 10, "0.01")
    >>> answer["stability"], answer["ok"], answer["missing"]
    (0.006, True, [])
    >>> stability_of_years(None, ["50.018"] * 10, "0.01")["missing"]
    ['no_year_before']
    """
    missing = _missing_readings([now])
    mean = sum(map(exact, now), Fraction(0)) / len(now) if now else None
    if not before or mean is None:
        # The first year has nothing to be compared with: it is the value to start from.
        return {
            "means": [] if mean is None else [float(mean)],
            "stability": None,
            "limit": float(exact(limit)),
            "ok": None,
            "missing": [*missing, "no_year_before"],
        }
    last = sum(map(exact, before), Fraction(0)) / len(before)
    result = comparison.stability_existing(
        [last, mean], **_limits(limit, used_with_correction)
    )
    return {
        "means": list(result.means),
        "stability": result.stability,
        "limit": result.limit,
        "ok": result.ok,
        "missing": missing,
    }


def chart_of_groups(
    groups: Sequence[Readings],
) -> tuple[control.Chart | None, list[int]]:
    """Return the chart of means and s of the groups that are as large as the last.

    GB/T 17989.2 (ISO 7870-2), JJF 1033 C.3: a chart has samples of one size.

    :param groups: typed readings in time order, one unit
    :returns: the chart, None for fewer than two such groups or without any scatter,
        and the indexes of the groups in it
    :raises ValueError: a reading is not a number

    >>> chart, used = chart_of_groups([["1", "3"], ["9"], ["2", "4"], ["1", "3"]])
    >>> round(chart.centre, 4), used
    (2.3333, [0, 2, 3])
    >>> chart_of_groups([["1", "3"]])
    (None, [0])
    """
    if not groups:
        return None, []
    size = len(groups[-1])
    used = [index for index, group in enumerate(groups) if len(group) == size]
    if size < 2 or len(used) < 2:
        return None, used
    return control.xbar_s_chart([groups[index] for index in used]), used


def stability_by_chart(groups: Sequence[Readings], own: int = 1) -> dict[str, Any]:
    """Return whether the last groups keep the control chart of all of them.

    JJF 1033 C.3: a standard under statistical control is stable.

    :param groups: typed readings of all groups in time order, one unit
    :param own: how many of the last groups are judged; earlier ones were judged before
    :raises BudgetError: for groups that make no chart

    >>> good = [["1.0", "1.2"], ["1.1", "1.3"], ["1.0", "1.3"], ["1.1", "1.2"]]
    >>> stability_by_chart(good)["ok"], stability_by_chart(good[:3])["missing"]
    (True, ['too_few_readings', 'few_groups'])
    >>> stability_by_chart([*good, ["9.0", "9.1"]])["ok"]
    False
    """
    chart, used = chart_of_groups(groups)
    if chart is None or chart.spread is None:
        raise BudgetError("chart", "a control chart needs two groups of equal size")
    missing = _missing_readings(groups[-own:])
    if len(used) < LEAST_GROUPS:
        missing.append("few_groups")
    judged = set(range(len(groups) - own, len(groups)))
    broken = {
        used[signal.index] for signal in (*chart.signals, *chart.spread.signals)
    } & judged
    return {
        "means": list(chart.points),
        "centre": chart.centre,
        "UCL": chart.UCL,
        "LCL": chart.LCL,
        "s_centre": chart.spread.centre,
        "s_UCL": chart.spread.UCL,
        "stability": None,
        "limit": None,
        "broken": sorted(broken),
        "settled": len(used) >= SETTLED_GROUPS,
        "ok": not broken and judged <= set(used),
        "missing": missing,
    }


def verification(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return whether a result of the standard agrees with that of others.

    JJF 1033 C.4. By a transfer standard: |y_lab - y_ref| <= sqrt(U_lab² + U_ref²); by
    n laboratories: |y_lab - mean| <= sqrt((n-1)/n) U_lab, the own result among them.

    :param values: ``y_lab``, ``U_lab``, ``k_lab`` and either ``y_ref``, ``U_ref``,
        ``k_ref`` or ``others`` (results of the other laboratories); typed texts
    :raises BudgetError: for uncertainties or factors that are not positive

    >>> answer = verification({"y_lab": "100.0", "U_lab": "0.4", "k_lab": "2",
    ...                        "y_ref": "99.6", "U_ref": "0.45", "k_ref": "3"})
    >>> answer["difference"], answer["limit"], answer["ok"]
    (0.4, 0.5, True)
    >>> verification({"y_lab": "10.05", "U_lab": "0.06", "k_lab": "2",
    ...               "others": ["10.02", "9.98", "10.03"]})["ok"]
    True
    """
    if values.get("others"):
        expanded = exact(values["U_lab"]) / exact(values["k_lab"]) * 2
        shared = comparison.verify_by_comparison(
            [values["y_lab"], *values["others"]], expanded
        )
        return {
            "difference": abs(shared.differences[0]),
            "reference": shared.mean,
            "limit": shared.limit,
            "ok": shared.ok[0],
            "missing": [],
        }
    result = comparison.verify_by_transfer(
        values["y_lab"],
        values["U_lab"],
        values["y_ref"],
        values["U_ref"],
        k_lab=values["k_lab"],
        k_ref=values["k_ref"],
    )
    return {
        "difference": result.difference,
        "reference": float(exact(values["y_ref"])),
        "limit": result.limit,
        "ok": result.ok,
        "missing": [],
    }
