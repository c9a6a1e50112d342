# SPDX-License-Identifier: AGPL-3.0-only
{
    "name": "PDF Reports with WeasyPrint",
    "summary": "Prints every QWeb report with paged CSS, PDF/A-3 and attached files",
    "version": "19.0.1.0.0",
    "author": "Metrology Suite Contributors",
    "license": "AGPL-3",
    "category": "Technical",
    "depends": ["web"],
    "external_dependencies": {"python": ["weasyprint", "pydyf", "pikepdf", "qrcode"]},
    "data": [
        "views/ir_actions_report_views.xml",
        "views/res_config_settings_views.xml",
    ],
}
