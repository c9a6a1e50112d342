# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyExpiryMixin(models.AbstractModel):
    """Records that end on a day: somebody is told in time, once per record and date.

    Inherit ``mail.activity.mixin`` too. One cron serves all models.
    """

    _name = "metrology.expiry.mixin"
    _description = "Expiry"
    _inherit = ["metrology.expiry.source"]

    date_to = fields.Date(string="Valid until", index=True)
    expiry_notified_for = fields.Date(
        readonly=True,
        copy=False,
        help="The end date somebody was told about.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._expiry_check_note(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._expiry_check_note(vals)
        return super().write(vals)

    @api.model
    def _expiry_check_note(self, vals):
        """Only telling it notes that it was told: written, it would silence it."""
        if vals.get("expiry_notified_for") and not self.env.su:
            raise UserError(
                self.env._("That somebody was told of an end is noted by itself.")
            )

    @api.model
    def _expiry_untold(self, name, records):
        if name != self._expiry_date_field:
            return super()._expiry_untold(name, records)
        return records.filtered(
            lambda record: record.expiry_notified_for != record[name]
        )

    @api.model
    def _expiry_remember(self, name, records):
        if name != self._expiry_date_field:
            return super()._expiry_remember(name, records)
        # Set-based, and no new write_date: only the note that it was told.
        self.flush_model([name])
        self.env.cr.execute(
            f'UPDATE "{self._table}" SET expiry_notified_for = "{name}"'
            " WHERE id = ANY(%s)",
            [records.ids],
        )
        records.invalidate_recordset(["expiry_notified_for"])
        return None
