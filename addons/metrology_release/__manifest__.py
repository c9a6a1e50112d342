# SPDX-License-Identifier: AGPL-3.0-only
{
    "name": "Metrology Release",
    "summary": "Hand-over of certificates and instruments to the customer against a "
    "signature",
    "version": "19.0.1.0.0",
    "author": "Metrology Suite Contributors",
    "license": "AGPL-3",
    "category": "Metrology",
    "depends": ["metrology_certificate", "metrology_sample"],
    "data": [
        "security/release_security.xml",
        "security/ir.model.access.csv",
        "data/number_series.xml",
        "report/release_report.xml",
        "report/release_templates.xml",
        "views/release_views.xml",
        "views/order_views.xml",
        "views/menus.xml",
    ],
}
