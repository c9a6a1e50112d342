# SPDX-License-Identifier: AGPL-3.0-only
"""Give what was filed before its decision rule, limits and rows of equipment."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Fill from what the records keep, set-based."""
    cr.execute(
        r"""
        UPDATE metrology_result r
           SET compared = NULLIF(r.value, ''),
               rule = CASE
                   WHEN COALESCE(r."limit", '') = '' THEN NULL
                   WHEN c.item->>'rule' = 'ilac_g8' AND c.item->>'mode' = 'nonbinary'
                   THEN 'ilac_g8_nonbinary'
                   ELSE NULLIF(c.item->>'rule', 'none') END,
               lower = CASE
                   WHEN r."limit" LIKE '±%' THEN '-' || substr(r."limit", 2)
                   WHEN r."limit" LIKE '% ~ %' THEN split_part(r."limit", ' ~ ', 1)
                   WHEN r."limit" LIKE '≥ %' THEN substr(r."limit", 3) END,
               upper = CASE
                   WHEN r."limit" LIKE '±%' THEN substr(r."limit", 2)
                   WHEN r."limit" LIKE '% ~ %' THEN split_part(r."limit", ' ~ ', 2)
                   WHEN r."limit" LIKE '≤ %' THEN substr(r."limit", 3) END
          FROM metrology_record m
          LEFT JOIN LATERAL (
               SELECT item FROM jsonb_array_elements(m.result->'conclusions') item
                WHERE item->>'rule' != 'none' LIMIT 1) c ON TRUE
         WHERE m.id = r.record_id AND r.compared IS NULL
        """
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["metrology.record.equipment"]._fill()
