# SPDX-License-Identifier: AGPL-3.0-only
"""Plugins for every test of the repository; what they do is said in each."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "tests" / "support"))

pytest_plugins = [
    "requirement_plugin",
    "odoo_log_plugin",
    "selection_plugin",
    "worker_plugin",
]
