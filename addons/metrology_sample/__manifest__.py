# SPDX-License-Identifier: AGPL-3.0-only
{
    "name": "Metrology Samples",
    "summary": "Samples in stock: reception by scanning, labels, custody with giver and "
    "receiver",
    "version": "19.0.1.0.0",
    "author": "Metrology Suite Contributors",
    "license": "AGPL-3",
    "category": "Metrology",
    "depends": ["metrology_order", "stock"],
    "external_dependencies": {"python": ["qrcode", "reportlab"]},
    "data": [
        "security/sample_groups.xml",
        "security/sample_security.xml",
        "security/ir.model.access.csv",
        "data/handling_class.xml",
        "wizard/sample_handover_views.xml",
        "wizard/sample_label_views.xml",
        "wizard/sample_undo_views.xml",
        "views/handling_class_views.xml",
        "views/instrument_type_views.xml",
        "views/hr_department_views.xml",
        "views/stock_move_line_views.xml",
        "views/sample_views.xml",
        "views/order_views.xml",
        "views/sample_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "metrology_sample/static/src/**/*",
        ],
    },
}
