# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.tools import SQL


class MetrologyAuthorization(models.Model):
    _inherit = "metrology.authorization"

    event_ids = fields.One2many(
        "metrology.authorization.event", "authorization_id", string="History"
    )
    valid_on = fields.Date(
        string="As of",
        store=False,
        search="_search_valid_on",
        help="To search with: what was in force on a day, as it was known that day.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.filtered(lambda one: one.state != "draft")._note_state()
        return records

    def write(self, vals):
        before = {one.id: one.state for one in self} if "state" in vals else {}
        result = super().write(vals)
        if before:
            self.filtered(lambda one: one.state != before[one.id])._note_state()
        return result

    def _note_state(self):
        """Add to the history in which state the authorizations are from today on."""
        today = self.env["metrology.calendar"]._today(self.env.company)
        self.env["metrology.authorization.event"]._with_key().create(
            [
                {
                    "authorization_id": record.id,
                    # Taken over from elsewhere: it was in force when it was issued.
                    "date": today
                    if record.event_ids or record.issued_on
                    else min(record.date_from, today),
                    "state": record.state,
                    "reason": record.state_reason,
                    "user_id": self.env.uid,
                }
                for record in self.sudo()
            ]
        )

    @api.model
    def _search_valid_on(self, operator, value):
        """Find what was in force on a day, by the dates and the history of states."""
        if operator != "in" or len(value) != 1:
            return NotImplemented
        day = fields.Date.to_date(next(iter(value)))
        self.env["metrology.authorization.event"].flush_model()
        self.flush_model(["date_from", "date_to"])
        query = SQL(
            """(
                SELECT paper.id
                FROM metrology_authorization paper
                JOIN LATERAL (
                    SELECT event.state FROM metrology_authorization_event event
                    WHERE event.authorization_id = paper.id AND event.date <= %(day)s
                    ORDER BY event.date DESC, event.id DESC
                    LIMIT 1
                ) last ON last.state = 'active'
                WHERE paper.date_from <= %(day)s AND paper.date_to >= %(day)s
            )""",
            day=day,
        )
        return [("id", "in", query)]
