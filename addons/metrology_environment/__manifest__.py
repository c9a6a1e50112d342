# SPDX-License-Identifier: AGPL-3.0-only
{
    "name": "Metrology Environment",
    "summary": "Laboratory rooms, their limits, sensors and readings",
    "version": "19.0.1.0.0",
    "author": "Metrology Suite Contributors",
    "license": "AGPL-3",
    "category": "Metrology",
    "depends": ["metrology"],
    "data": [
        "security/environment_security.xml",
        "security/ir.model.access.csv",
        "wizards/environment_void_views.xml",
        "views/environment_reading_views.xml",
        "views/environment_sensor_views.xml",
        "views/room_views.xml",
        "views/environment_menus.xml",
    ],
}
