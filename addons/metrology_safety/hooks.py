# SPDX-License-Identifier: AGPL-3.0-only


def uninstall_hook(env):
    """Odoo deletes the kinds of hazards before the tables that name them go."""
    env.cr.execute("TRUNCATE metrology_hazard CASCADE")
