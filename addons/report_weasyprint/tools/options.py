# SPDX-License-Identifier: AGPL-3.0-only
"""Options of the server that must not live in the database (paths, keys)."""

import os
from configparser import ConfigParser, Error

from odoo.tools import config


def get_option(name, section, default=None):
    """Return the option ``name`` of this server.

    Looked up in the environment (upper case), then in the section ``[section]`` of
    the configuration file, then among Odoo's own options.  A section of its own is
    preferred: Odoo warns about names it does not know in ``[options]``.
    """
    value = os.environ.get(name.upper())
    if not value:
        value = _read_section(section).get(name)
    if not value:
        value = config.get(name)
    return value or default


def _read_section(section):
    path = config.get("config")
    if not path or not os.path.isfile(path):
        return {}
    parser = ConfigParser(interpolation=None)
    try:
        parser.read(path)
        return dict(parser[section]) if parser.has_section(section) else {}
    except (Error, OSError):
        # Odoo itself has read the file already and complained if it is broken.
        return {}
