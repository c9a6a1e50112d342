# SPDX-License-Identifier: AGPL-3.0-only
{
    "name": "Metrology Impact",
    "summary": "What a bad standard means for earlier results, and what follows",
    "version": "19.0.1.0.0",
    "author": "Metrology Suite Contributors",
    "license": "AGPL-3",
    "category": "Metrology",
    "depends": ["metrology_certificate"],
    "data": [
        "security/ir.model.access.csv",
        "security/metrology_impact_rules.xml",
        "data/number_series.xml",
        "data/queue_job_function.xml",
        "data/ir_cron.xml",
        "report/impact_report.xml",
        "report/impact_letter.xml",
        "views/metrology_impact_analysis_views.xml",
        "views/metrology_impact_line_views.xml",
        "views/metrology_impact_result_views.xml",
        "views/metrology_impact_letter_views.xml",
        "views/metrology_impact_finding_views.xml",
        "views/metrology_impact_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["metrology_impact/static/src/**/*"],
        "web.assets_unit_tests": ["metrology_impact/static/tests/**/*"],
    },
}
