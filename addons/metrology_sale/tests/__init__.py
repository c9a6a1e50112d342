# SPDX-License-Identifier: AGPL-3.0-only
from . import (
    test_amount_in_words,
    test_contract,
    test_fee_catalogue,
    test_order_price,
    test_quotation,
    test_sale_line,
    test_sale_line_rpc,
)
