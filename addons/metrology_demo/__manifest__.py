# SPDX-License-Identifier: AGPL-3.0-only
{
    "name": "Metrology Demo Laboratory",
    "summary": "A small Chinese laboratory with one login for each role",
    "version": "19.0.1.0.0",
    "author": "Metrology Suite Contributors",
    "license": "AGPL-3",
    "category": "Metrology",
    "depends": ["metrology_account", "metrology_impact", "metrology_safety"],
    "post_init_hook": "post_init_hook",
}
