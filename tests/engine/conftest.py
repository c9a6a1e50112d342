# SPDX-License-Identifier: AGPL-3.0-only
"""Let the tests of the pure mathematics run without Odoo and without a database.

Importing ``odoo.addons.metrology.tools`` the ordinary way runs the ``__init__`` of the
addon, which needs Odoo. Here the three packages above ``tools`` are stubs that know
only where their modules lie. Run with ``pytest -p no:odoo tests/engine``.
"""

import sys
import types
from pathlib import Path

ADDONS = Path(__file__).resolve().parents[2] / "addons"


def _stub(name: str, path: Path) -> None:
    if name not in sys.modules:
        module = types.ModuleType(name)
        module.__path__ = [str(path)]
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)


_stub("odoo", ADDONS / "no_such_folder")
_stub("odoo.addons", ADDONS)
_stub("odoo.addons.metrology", ADDONS / "metrology")
sys.path.insert(0, str(Path(__file__).resolve().parent))
