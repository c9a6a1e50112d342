# SPDX-License-Identifier: AGPL-3.0-only
{
    "name": "Metrology Instruments",
    "summary": "The customers' measuring instruments, their due dates and the "
    "import of instrument lists",
    "version": "19.0.1.0.0",
    "author": "Metrology Suite Contributors",
    "license": "AGPL-3",
    "category": "Metrology",
    "depends": ["metrology_method"],
    "external_dependencies": {"python": ["openpyxl"]},
    "data": [
        "security/instrument_security.xml",
        "security/ir.model.access.csv",
        "views/instrument_views.xml",
        "views/instrument_certificate_views.xml",
        "views/instrument_import_line_views.xml",
        "views/instrument_import_views.xml",
        "views/res_partner_views.xml",
        "views/instrument_menus.xml",
    ],
}
