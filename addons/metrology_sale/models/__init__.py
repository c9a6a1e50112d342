# SPDX-License-Identifier: AGPL-3.0-only
from . import (
    capability,
    contract,
    customer_price,
    fee_catalogue,
    job,
    order,
    order_line,
    pricelist,
    pricelist_item,
    pricing,
    product_template,
    res_currency,
    res_partner,
    sale_order,
    sale_order_line,
    work,
)
