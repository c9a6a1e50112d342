# SPDX-License-Identifier: AGPL-3.0-only
{
    "name": "Metrology Sales",
    "summary": "Fee catalogues, prices with their legal basis, quotations and "
    "framework contracts of calibration orders",
    "version": "19.0.1.0.0",
    "author": "Metrology Suite Contributors",
    "license": "AGPL-3",
    "category": "Metrology",
    "depends": ["metrology_order", "sale_management"],
    "external_dependencies": {"python": ["cn2an", "num2words"]},
    "data": [
        "security/metrology_sale_security.xml",
        "security/ir.model.access.csv",
        "data/approval_rules.xml",
        "views/fee_catalogue_views.xml",
        "views/customer_price_views.xml",
        "views/contract_views.xml",
        "views/sale_order_views.xml",
        "views/order_views.xml",
        "views/res_partner_views.xml",
        "views/menus.xml",
        "report/sale_report_templates.xml",
    ],
    "post_init_hook": "post_init_hook",
}
