# SPDX-License-Identifier: AGPL-3.0-only
{
    "name": "Metrology Staff",
    "summary": "Who may do what: authorizations of persons by activity and capability",
    "version": "19.0.1.0.0",
    "author": "Metrology Suite Contributors",
    "license": "AGPL-3",
    "category": "Metrology",
    "depends": ["metrology_method", "hr_skills"],
    "data": [
        "security/staff_security.xml",
        "security/ir.model.access.csv",
        "data/role_types.xml",
        "views/authorization_views.xml",
        "views/practice_views.xml",
        "views/hr_employee_views.xml",
        "views/capability_views.xml",
        "views/matrix_views.xml",
        "views/training_views.xml",
        "views/competence_views.xml",
        "views/staffing_views.xml",
        "views/res_config_settings_views.xml",
        "wizards/commitment_sign_views.xml",
        "views/staff_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["metrology_staff/static/src/matrix/*"],
    },
}
