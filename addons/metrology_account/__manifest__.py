# SPDX-License-Identifier: AGPL-3.0-only
{
    "name": "Metrology Accounting",
    "summary": "Fee settlement sheets, invoices from finished jobs, credit of customers",
    "version": "19.0.1.0.0",
    "author": "Metrology Suite Contributors",
    "license": "AGPL-3",
    "category": "Metrology",
    "depends": ["metrology_sale", "metrology_release", "account"],
    "data": [
        "security/account_security.xml",
        "security/ir.model.access.csv",
        "data/number_series.xml",
        "report/settlement_report.xml",
        "report/settlement_templates.xml",
        "views/settlement_views.xml",
        "views/credit_views.xml",
        "views/account_move_views.xml",
        "views/order_views.xml",
        "views/release_views.xml",
        "views/menus.xml",
    ],
    "post_init_hook": "post_init_hook",
}
