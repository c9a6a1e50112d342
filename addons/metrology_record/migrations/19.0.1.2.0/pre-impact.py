# SPDX-License-Identifier: AGPL-3.0-only
"""Impact analyses are an addon of their own now: hand over what they are named by."""

#: The addon they are in now, and those they were in.
HOME = "metrology_impact"
BEFORE = ("metrology_record", "metrology_certificate")
#: Made anew by the new addon; the old ones go with what is no longer loaded.
REMADE = ("ir.ui.view", "ir.ui.menu", "ir.model.access")
#: Views without "impact" in their name that show what is no longer known here.
VIEWS = (
    "hr_equipment_view_form",
    "view_equipment_check_form",
    "view_record_form_corrections",
    "view_traceability_form",
)


def migrate(cr, version):
    """Rename the external ids, so that no table is dropped, and have it installed."""
    cr.execute("SELECT id FROM ir_module_module WHERE name = %s", (HOME,))
    found = cr.fetchone()
    if not found:
        raise RuntimeError(f"Update the list of addons first: {HOME} is not in it.")
    cr.execute(
        """
        UPDATE ir_model_data d SET module = %s
         WHERE d.module IN %s AND d.name LIKE '%%impact%%' AND d.model NOT IN %s
           AND d.id = (SELECT min(o.id) FROM ir_model_data o
                        WHERE o.name = d.name AND o.module IN %s)
           AND NOT EXISTS (SELECT 1 FROM ir_model_data o
                            WHERE o.name = d.name AND o.module = %s)
        """,
        (HOME, BEFORE, REMADE, BEFORE, HOME),
    )
    # Those that extend others first: a view somebody extends is not deleted.
    for extends in ("v.inherit_id IS NOT NULL", "TRUE"):
        cr.execute(
            f"""
            WITH gone AS (
                DELETE FROM ir_model_data d USING ir_ui_view v
                 WHERE d.model = 'ir.ui.view' AND d.res_id = v.id AND d.module IN %s
                   AND (d.name LIKE '%%impact%%'
                        OR d.module = 'metrology_record' AND d.name IN %s)
                   AND {extends}
             RETURNING d.res_id)
            DELETE FROM ir_ui_view WHERE id IN (SELECT res_id FROM gone)
            """,
            (BEFORE, VIEWS),
        )
    cr.execute(
        "UPDATE ir_model_constraint SET module = %s WHERE name LIKE '%%impact%%'",
        found,
    )
    # A line belongs to its analysis only once its listing is complete.
    cr.execute(
        "ALTER TABLE metrology_impact_line ALTER COLUMN analysis_id DROP NOT NULL"
    )
    cr.execute(
        "UPDATE ir_module_module SET state = 'to install'"
        " WHERE id = %s AND state = 'uninstalled'",
        found,
    )
