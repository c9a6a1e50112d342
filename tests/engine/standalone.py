# SPDX-License-Identifier: AGPL-3.0-only
"""Makes ``odoo.addons.metrology.tools`` importable without Odoo.

Importing it the ordinary way runs the ``__init__`` of the addon, which needs Odoo. Here
the three packages above ``tools`` are stubs that know only where their modules lie.
Where a real Odoo is already loaded nothing is touched.
"""

import sys
import types
from pathlib import Path

ADDONS = Path(__file__).resolve().parents[2] / "addons"
STUBS = {
    "odoo": ADDONS / "no_such_folder",
    "odoo.addons": ADDONS,
    "odoo.addons.metrology": ADDONS / "metrology",
}


def install():
    """Put the stubs into ``sys.modules``, once, and never beside a real Odoo."""
    if "odoo" in sys.modules:
        return
    for name, path in STUBS.items():
        module = types.ModuleType(name, "Stub for the tests of the mathematics.")
        module.__path__ = [str(path)]
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)


install()
