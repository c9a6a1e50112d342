# SPDX-License-Identifier: AGPL-3.0-only
"""A warning or an error in Odoo's log fails the test that caused it.

Expected ones are muted in the test itself with ``mute_logger`` or caught with
``assertLogs``: both keep the record from the handler used here.
"""

import logging
import os
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: (logger, beginning of the message): said by others about others.
HARMLESS = (
    ("odoo.service.server", "Thread"),
    ("odoo.tests.browser", ""),
    # The browser hangs up in the middle of a long poll.
    ("werkzeug", ""),
)


class Collector(logging.Handler):
    """Keeps records of level WARNING and above."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.records = []
        self.guard = threading.Lock()

    def emit(self, record):
        if self.is_ours(record):
            with self.guard:
                self.records.append(record)

    @staticmethod
    def is_ours(record):
        message = record.getMessage()
        if record.name == "py.warnings":
            # Deprecations inside libraries are not ours to mend.
            return str(ROOT / "addons") in message
        if any(
            record.name.startswith(name) and message.startswith(start)
            for name, start in HARMLESS
        ):
            return False
        return True

    def take(self):
        with self.guard:
            records, self.records = self.records, []
        return records


def shown(records):
    formatter = logging.Formatter("%(levelname)s %(name)s: %(message)s")
    return "\n".join(formatter.format(record) for record in records)


class LogPlugin:
    def __init__(self):
        self.collector = Collector()
        self.loose = []

    def pytest_sessionstart(self):
        logging.getLogger().addHandler(self.collector)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item):
        before = self.collector.take()
        self.loose += before
        outcome = yield
        records = self.collector.take()
        if records and outcome.excinfo is None:
            try:
                pytest.fail(
                    f"Odoo's log holds what this test did not announce:\n{shown(records)}",
                    pytrace=False,
                )
            except BaseException as error:
                outcome.force_exception(error)

    def pytest_sessionfinish(self, session):
        self.loose += self.collector.take()
        if self.loose and session.exitstatus in (0, 5):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        if self.loose:
            terminalreporter.section("Odoo's log outside of tests", red=True, bold=True)
            terminalreporter.write_line(shown(self.loose))


def pytest_configure(config):
    # Without Odoo (tests/engine, tests/repo) there is no such log.
    has_odoo = config.pluginmanager.hasplugin("odoo")
    if has_odoo and not os.environ.get("METROLOGY_KEEP_WARNINGS"):
        config.pluginmanager.register(LogPlugin(), "metrology-log")
