# SPDX-License-Identifier: AGPL-3.0-only
"""The acceptance cases with published answers, through the adapter."""

import json
from pathlib import Path

import pytest
from adapter import OPS, run_case

DATA = Path(__file__).resolve().parents[1] / "data"
FILE = json.loads((DATA / "cases.json").read_text(encoding="utf-8"))
MORE = json.loads((DATA / "cases_published.json").read_text(encoding="utf-8"))["cases"]


def check(name, value, wanted, tolerance):
    """Compare one key: exact, or |difference| <= abs + rel·|expected|."""
    if isinstance(wanted, dict):
        for key, item in wanted.items():
            inner = tolerance
            if isinstance(tolerance, dict) and not {"abs", "rel"} & set(tolerance):
                inner = tolerance.get(key, tolerance.get("*", "exact"))
            check(f"{name}.{key}", value[key], item, inner)
    elif isinstance(wanted, list):
        assert len(value) == len(wanted), name
        for index, (one, two) in enumerate(zip(value, wanted, strict=True)):
            check(f"{name}[{index}]", one, two, tolerance)
    elif tolerance == "exact" or isinstance(wanted, (bool, str)) or wanted is None:
        assert value == wanted, f"{name}: {value!r} is not {wanted!r}"
    else:
        allowed = tolerance.get("abs", 0) + tolerance.get("rel", 0) * abs(wanted)
        assert abs(value - wanted) <= allowed, f"{name}: {value!r} is not {wanted!r}"


def run(case):
    """Run one case and compare every expected key."""
    result = run_case(case)
    tolerance = case.get("tolerance", "exact")
    for key, wanted in case["expected"].items():
        allowed = tolerance
        if isinstance(tolerance, dict) and not {"abs", "rel"} & set(tolerance):
            allowed = tolerance.get(key, tolerance.get("*", "exact"))
        check(key, result[key], wanted, allowed)


@pytest.mark.parametrize("case", FILE["cases"], ids=lambda case: case["id"])
def test_case(case):
    """The published answer comes out within its tolerance."""
    run(case)


@pytest.mark.parametrize("case", MORE, ids=lambda case: case["id"])
def test_more_published(case):
    """Further published answers, cited in the file."""
    run(case)


def test_every_op_has_an_adapter():
    """No op named in the file lacks a function."""
    assert set(FILE["ops"]) <= set(OPS)
