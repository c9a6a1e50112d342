# SPDX-License-Identifier: AGPL-3.0-only
def post_init_hook(env):
    """Every capability is sold by a fee item, invoiced on what was finished."""
    capabilities = (
        env["metrology.capability"].with_context(active_test=False).search([])
    )
    capabilities._metrology_make_fee_items()
    capabilities._metrology_set_fee_item_policy()
