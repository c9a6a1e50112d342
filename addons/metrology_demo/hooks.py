# SPDX-License-Identifier: AGPL-3.0-only
from .builder import build


def post_init_hook(env):
    """Build the demo laboratory in the database it is installed in."""
    build(env)
