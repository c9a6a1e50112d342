# SPDX-License-Identifier: AGPL-3.0-only
{
    "name": "Signed and Sealed PDF Reports",
    "summary": "Signs reports with the institution's key (PAdES) and draws its seal",
    "version": "19.0.1.0.0",
    "author": "Metrology Suite Contributors",
    "license": "AGPL-3",
    "category": "Technical",
    "depends": ["report_weasyprint", "base_setup"],
    "external_dependencies": {
        "python": ["pyhanko", "pikepdf", "cryptography", "fonttools"]
    },
    "data": [
        "security/ir.model.access.csv",
        "wizards/report_pades_check_views.xml",
        "views/ir_actions_report_views.xml",
        "views/res_config_settings_views.xml",
    ],
}
