# SPDX-License-Identifier: AGPL-3.0-only
{
    "name": "Metrology Standards",
    "summary": "Measurement standards, reference equipment, its traceability and "
    "corrections",
    "version": "19.0.1.0.0",
    "author": "Metrology Suite Contributors",
    "license": "AGPL-3",
    "category": "Metrology",
    "depends": ["metrology_method", "metrology_environment", "maintenance"],
    "data": [
        "security/standard_security.xml",
        "security/ir.model.access.csv",
        "wizards/equipment_state_views.xml",
        "views/correction_views.xml",
        "views/traceability_views.xml",
        "views/equipment_procedure_views.xml",
        "views/equipment_check_views.xml",
        "views/maintenance_equipment_views.xml",
        "views/standard_views.xml",
        "views/capability_views.xml",
        "views/standard_menus.xml",
    ],
}
