# SPDX-License-Identifier: AGPL-3.0-only
"""Chooses tests by what they need.

``--metrology-process=without|only``
    Tests that work with several real processes commit what they do.  Their classes
    carry the tag ``metrology_process`` (ConcurrencyCase has it) and run serially on a
    database copy of their own.
``--metrology-http=without``
    Leaves out everything that needs the HTTP server.
"""


def pytest_addoption(parser):
    group = parser.getgroup("metrology")
    group.addoption(
        "--metrology-process", choices=["with", "without", "only"], default="with"
    )
    group.addoption("--metrology-http", choices=["with", "without"], default="with")


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: installs addons or needs a long time")


def is_process(item):
    return "metrology_process" in (getattr(item.cls, "test_tags", None) or ())


def is_http(item):
    return item.cls is not None and any(
        base.__name__ == "HttpCase" for base in item.cls.__mro__
    )


def pytest_collection_modifyitems(config, items):
    process = config.getoption("--metrology-process")
    http = config.getoption("--metrology-http")
    keep, drop = [], []
    for item in items:
        if not hasattr(item, "cls"):
            keep.append(item)
            continue
        wrong = (process == "only" and not is_process(item)) or (
            process == "without" and is_process(item)
        )
        wrong |= http == "without" and is_http(item)
        (drop if wrong else keep).append(item)
    if drop:
        config.hook.pytest_deselected(items=drop)
        items[:] = keep
