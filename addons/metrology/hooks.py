# SPDX-License-Identifier: AGPL-3.0-only
from .models.metrology_revision import REVISION_GUARD, SEALED_GUARD


def uninstall_hook(env):
    """Drop the trigger functions; CASCADE takes the triggers of every table along."""
    env.cr.execute(
        f"DROP FUNCTION IF EXISTS {REVISION_GUARD}() CASCADE;"
        f"DROP FUNCTION IF EXISTS {SEALED_GUARD}() CASCADE;"
    )
