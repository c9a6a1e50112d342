# SPDX-License-Identifier: AGPL-3.0-only


def uninstall_hook(env):
    """Drop the one table that is no model: the requests of each device."""
    env.cr.execute("DROP TABLE IF EXISTS metrology_environment_device_visit")
