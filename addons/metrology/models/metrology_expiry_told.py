# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyExpiryTold(models.Model):
    """Of which date of which record somebody was told: once for each.

    The main date of a record is remembered in the record itself; this is for further
    dates, such as the second certificate of a measurement standard.
    """

    _name = "metrology.expiry.told"
    _description = "Told of an Expiry"
    _log_access = False
    _rec_name = "date"

    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    field_name = fields.Char(required=True)
    date = fields.Date(required=True)

    _once = models.UniqueIndex("(res_model, res_id, field_name, date)")

    @api.model
    def _untold(self, records, name):
        """Return the records of whose present date ``name`` nobody was told."""
        told = {
            (row.res_id, row.date)
            for row in self.sudo().search(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("field_name", "=", name),
                ]
            )
        }
        return records.filtered(lambda record: (record.id, record[name]) not in told)

    @api.model
    def _remember(self, records, name):
        self.sudo().create(
            [
                {
                    "res_model": records._name,
                    "res_id": record.id,
                    "field_name": name,
                    "date": record[name],
                }
                for record in records
            ]
        )
