# SPDX-License-Identifier: AGPL-3.0-only
"""Keeps account of which requirements were proved by tests that ran.

A test says with ``@requirement(...)`` which rows of docs/requirements.csv it proves.
Outcomes are merged into ``.local/requirements.json``; scripts/requirements reads it.
"""

import fcntl
import json
import os
from pathlib import Path

import pytest

ATTRIBUTE = "_metrology_requirements"
ROOT = Path(__file__).resolve().parents[2]


def account_path():
    local = Path(os.environ.get("METROLOGY_LOCAL") or ROOT / ".local")
    return local / "requirements.json"


def ids_of(item):
    """Return the requirement ids on a test function and on its class."""
    found = []
    function = getattr(item, "function", None)
    for target in (function, getattr(item, "cls", None)):
        found += getattr(target, "__dict__", {}).get(ATTRIBUTE, ())
    return list(dict.fromkeys(found))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    ids = ids_of(item)
    if ids:
        # Travels from an xdist worker to the controller with the report.
        outcome.get_result().user_properties.append(("requirements", ids))


class Account:
    def __init__(self):
        self.outcomes = {}

    def pytest_runtest_logreport(self, report):
        ids = next((v for k, v in report.user_properties if k == "requirements"), None)
        if not ids:
            return
        entry = self.outcomes.setdefault(
            report.nodeid, {"ids": ids, "outcome": "skipped"}
        )
        if report.failed:
            entry["outcome"] = "failed"
        elif report.when == "call" and report.passed and entry["outcome"] != "failed":
            entry["outcome"] = "passed"

    def pytest_sessionfinish(self, session):
        if not self.outcomes or session.config.option.collectonly:
            return
        path = account_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                known = json.loads(path.read_text())
            except (FileNotFoundError, ValueError):
                known = {}
            known.update(self.outcomes)
            temporary = path.with_suffix(".new")
            temporary.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")
            temporary.replace(path)


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Account(), "metrology-account")
