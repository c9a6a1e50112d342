# SPDX-License-Identifier: AGPL-3.0-only
"""Let the tests of the pure mathematics run without Odoo and without a database.

Run with ``pytest -p no:odoo tests/engine``; ``standalone`` says how.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import standalone  # noqa: F401
