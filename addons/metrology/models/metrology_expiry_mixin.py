# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import api, fields, models


class MetrologyExpiryMixin(models.AbstractModel):
    """Records that end on a day: somebody is told in time, once per record and date.

    Inherit ``mail.activity.mixin`` too. One cron serves all models.
    """

    _name = "metrology.expiry.mixin"
    _description = "Expiry"

    #: How many days ahead the activity is made.
    _expiry_days = 60
    #: The date that ends the record.
    _expiry_date_field = "date_to"
    #: Values of a stored ``state`` in which nobody needs to be told.
    _expiry_ignored_states = (
        "draft",
        "withdrawn",
        "revoked",
        "cancelled",
        "superseded",
    )

    date_to = fields.Date(string="Valid until", index=True)
    expiry_notified_for = fields.Date(
        readonly=True,
        copy=False,
        help="The end date somebody was told about.",
    )

    def _get_expiry_user(self):
        """Return the res.users to tell (one record)."""
        self.ensure_one()
        return self.create_uid

    def _expiry_is_wanted(self):
        """Tell whether somebody must know of this one record's end. Hook.

        What is withdrawn or scrapped may end in silence.
        """
        self.ensure_one()
        return True

    def _get_expiry_summary(self):
        """Return the text of the activity (one record)."""
        self.ensure_one()
        return self.env._(
            "%(name)s expires on %(date)s",
            name=self.display_name,
            date=self[self._expiry_date_field],
        )

    @api.model
    def _cron_notify_expiry(self):
        """Make the activities of every model that has an end date."""
        names = self.env.registry.descendants(["metrology.expiry.mixin"], "_inherit")
        for name in sorted(names):
            model = self.env[name]
            if not model._abstract and model._auto:
                model._notify_expiry()

    @api.model
    def _notify_expiry(self):
        """Make one activity per record and end date; returns the records."""
        today = self.env["metrology.calendar"]._today()
        field = self._expiry_date_field
        self.flush_model()
        where, values = "", []
        if "active" in self._fields:
            where += " AND active"
        if "state" in self._fields and self._fields["state"].store:
            where += " AND state NOT IN %s"
            values.append(tuple(self._expiry_ignored_states))
        self.env.cr.execute(
            f'SELECT id FROM "{self._table}" WHERE "{field}" <= %s'
            f' AND expiry_notified_for IS DISTINCT FROM "{field}" {where} ORDER BY id',
            [today + timedelta(days=self._expiry_days), *values],
        )
        records = self.browse([row[0] for row in self.env.cr.fetchall()])
        records = records.filtered(lambda record: record._expiry_is_wanted())
        if not records:
            return records
        activity_type = self.env.ref("mail.mail_activity_data_todo")
        model_id = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": record.id,
                    "activity_type_id": activity_type.id,
                    "summary": record._get_expiry_summary(),
                    "date_deadline": max(record[field], today),
                    "user_id": (record._get_expiry_user() or self.env.user).id,
                }
                for record in records
            ]
        )
        # Set-based, and no new write_date: only the note that it was told.
        self.env.cr.execute(
            f'UPDATE "{self._table}" SET expiry_notified_for = "{field}"'
            " WHERE id = ANY(%s)",
            [records.ids],
        )
        records.invalidate_recordset(["expiry_notified_for"])
        return records
