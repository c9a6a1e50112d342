# SPDX-License-Identifier: AGPL-3.0-only
from . import (
    account_move,
    credit,
    order,
    release,
    res_partner,
    sale_order,
    settlement,
    settlement_line,
    work,
)
