# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class MetrologyRecordEquipment(models.Model):
    """That a technical record stands on a piece of equipment, and on which certificate.

    Written at submission, out of the standards the record keeps, by one statement for
    any number of records. It answers "which results came from this equipment in that
    time" by an index; the record's own JSON stays what was printed and sealed.
    """

    _name = "metrology.record.equipment"
    _description = "Equipment of a Record"
    _order = "day desc, id desc"
    _rec_name = "equipment_id"
    _log_access = False

    record_id = fields.Many2one(
        comodel_name="metrology.record",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    equipment_id = fields.Many2one(
        comodel_name="maintenance.equipment",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", readonly=True, index=True, ondelete="restrict"
    )
    day = fields.Date(
        string="Day of Measurement",
        required=True,
        readonly=True,
        help="The institution's day on which the last reading was typed.",
    )
    traceability_id = fields.Many2one(
        comodel_name="metrology.traceability",
        string="Certificate in Force",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The certificate by which the equipment was used on that day.",
    )

    _record_equipment_uniq = models.UniqueIndex(
        "(record_id, equipment_id)", "The record names the equipment already."
    )
    _equipment_day_idx = models.Index("(equipment_id, day)")

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_client()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_client()
        return super().write(vals)

    def unlink(self):
        self._refuse_client()
        return super().unlink()

    def _refuse_client(self):
        if not self.env.su:
            raise UserError(
                self.env._(
                    "What equipment a record stands on is written at its submission."
                )
            )

    def _fill(self, records=None):
        """Write the rows of submitted records anew, from what the records keep.

        :param records: metrology.record; without it all records (after an update)
        :return: number of rows

        Two statements for any number of records.
        """
        which = SQL("r.submitted_on IS NOT NULL")
        if records is not None:
            records.flush_recordset()
            which = SQL("%s AND r.id = ANY(%s)", which, records.ids)
            self.env.cr.execute(
                SQL(
                    "DELETE FROM metrology_record_equipment WHERE record_id = ANY(%s)",
                    records.ids,
                )
            )
        self.env["metrology.record.entry"].flush_model()
        self.env["metrology.traceability"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH used AS (
                    SELECT r.id AS record_id, r.company_id,
                           (item->>'id')::int AS equipment_id,
                           (COALESCE(typed.time, r.submitted_on)
                               AT TIME ZONE 'UTC'
                               AT TIME ZONE COALESCE(p.tz, 'Asia/Shanghai'))::date
                               AS day
                      FROM metrology_record r
                      JOIN res_company c ON c.id = r.company_id
                      JOIN res_partner p ON p.id = c.partner_id
                     CROSS JOIN LATERAL jsonb_array_elements(
                           COALESCE(r.standard_snapshot->'equipment', '[]')) item
                      LEFT JOIN LATERAL (
                           SELECT max(e.time) AS time
                             FROM metrology_record_entry e
                            WHERE e.record_id = r.id
                              AND e.section IN ('tables', 'budgets')
                           ) typed ON TRUE
                     WHERE %s
                )
                INSERT INTO metrology_record_equipment
                       (record_id, equipment_id, company_id, day, traceability_id)
                SELECT DISTINCT ON (u.record_id, u.equipment_id)
                       u.record_id, u.equipment_id, u.company_id, u.day, valid.id
                  FROM used u
                  JOIN maintenance_equipment m ON m.id = u.equipment_id
                  LEFT JOIN LATERAL (
                       SELECT t.id
                         FROM metrology_traceability t
                        WHERE t.equipment_id = u.equipment_id
                          AND t.state = 'confirmed'
                          AND t.date <= u.day
                        ORDER BY t.date DESC, t.id DESC
                        LIMIT 1
                       ) valid ON TRUE
                ON CONFLICT (record_id, equipment_id) DO NOTHING
                """,
                which,
            )
        )
        count = self.env.cr.rowcount
        self.invalidate_model()
        return count
