# SPDX-License-Identifier: AGPL-3.0-only
"""The key of sale orders and lines for what the server itself writes on them."""

# An object cannot come through RPC, a context key with a value can.
_UNLOCK = object()


def unlock(records):
    """Return the records able to change agreed or approved terms (Python only)."""
    return records.with_context(metrology_sale_unlock=_UNLOCK)


def is_unlocked(env):
    return env.context.get("metrology_sale_unlock") is _UNLOCK
