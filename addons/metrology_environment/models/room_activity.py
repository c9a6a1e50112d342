# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MetrologyRoomActivity(models.Model):
    """A kind of work as its neighbours feel it: it vibrates, it must not be shaken."""

    _name = "metrology.room.activity"
    _description = "Kind of Work in Rooms"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    note = fields.Char()
    active = fields.Boolean(default=True)


class MetrologyRoomIncompatibility(models.Model):
    """Two kinds of work that do not go together at the same time.

    Source: ISO/IEC 17025:2017 6.3.4 c), effective separation of incompatible activities.
    """

    _name = "metrology.room.incompatibility"
    _description = "Incompatible Work"
    _order = "activity_id, other_id"
    _rec_name = "reason"

    activity_id = fields.Many2one(
        comodel_name="metrology.room.activity",
        string="Work",
        required=True,
        index=True,
        ondelete="cascade",
    )
    other_id = fields.Many2one(
        comodel_name="metrology.room.activity",
        string="Disturbed by",
        required=True,
        index=True,
        ondelete="cascade",
    )
    adjacent = fields.Boolean(
        string="In Adjacent Rooms Too",
        default=True,
        help="Off: they only must not share a room.",
    )
    reason = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)

    _pair_uniq = models.UniqueIndex(
        "(LEAST(activity_id, other_id), GREATEST(activity_id, other_id)) WHERE active",
        "These two are in the matrix already.",
    )

    @api.constrains("activity_id", "other_id")
    def _check_two(self):
        for pair in self:
            if pair.activity_id == pair.other_id:
                raise ValidationError(
                    self.env._(
                        "%(activity)s cannot be incompatible with itself.",
                        activity=pair.activity_id.name,
                    )
                )

    @api.model
    def _get_matrix(self):
        """Return {frozenset of two activity ids: row}; one query."""
        return {
            frozenset((pair.activity_id.id, pair.other_id.id)): pair
            for pair in self.sudo().search([])
        }
