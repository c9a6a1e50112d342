# SPDX-License-Identifier: AGPL-3.0-only
"""Rules of the repository: what every addon keeps, checked from its files.

Most tests read files only.  Those marked ``slow`` install addons for real; what has
not changed since it last passed is not installed again.
"""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "lib"))

from suite import Suite  # noqa: E402


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def suite():
    return Suite()


@pytest.fixture(scope="session")
def odoo(suite):
    """The manifests of the addons the suite stands on."""
    import repository

    return repository.Foreign(suite)


def pytest_generate_tests(metafunc):
    if "addon" in metafunc.fixturenames:
        suite = Suite()
        metafunc.parametrize(
            "addon", [suite[name] for name in suite.names()], ids=suite.names()
        )
