# SPDX-License-Identifier: AGPL-3.0-only
def post_init_hook(env):
    """Fee items that exist already are invoiced on what was finished."""
    env["metrology.capability"].with_context(active_test=False).search(
        []
    )._metrology_set_fee_item_policy()
