# SPDX-License-Identifier: AGPL-3.0-only
{
    "name": "Metrology Methods",
    "summary": "Instrument types, methods with their editions, and the capabilities "
    "the institution holds",
    "version": "19.0.1.0.0",
    "author": "Metrology Suite Contributors",
    "license": "AGPL-3",
    "category": "Metrology",
    "depends": ["metrology", "product"],
    "data": [
        "security/method_security.xml",
        "security/ir.model.access.csv",
        "data/instrument_type_data.xml",
        "wizards/state_reason_views.xml",
        "views/instrument_type_views.xml",
        "views/method_edition_views.xml",
        "views/method_views.xml",
        "views/capability_views.xml",
        "views/method_menus.xml",
    ],
}
