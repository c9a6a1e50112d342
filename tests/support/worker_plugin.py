# SPDX-License-Identifier: AGPL-3.0-only
"""Each worker of a run has its own files, as it has its own database.

pytest-odoo lets the workers share one filestore.  But Odoo's test classes clear away
files that *their* database does not know, so one worker took the signature that
another had just stored.
"""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_filestore(original, name):
    """Link the files of the database that a worker's database was copied from."""
    if original == name:
        yield
        return
    from odoo.tools import config

    source, target = Path(config.filestore(original)), Path(config.filestore(name))
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target, copy_function=os.link)
    try:
        yield
    finally:
        shutil.rmtree(target, ignore_errors=True)


def pytest_configure(config):
    if config.pluginmanager.hasplugin("odoo"):
        import pytest_odoo

        pytest_odoo._shared_filestore = own_filestore
