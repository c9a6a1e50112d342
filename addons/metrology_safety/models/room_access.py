# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain


class MetrologyRoomAccess(models.Model):
    """One person who may enter one controlled room, from .. to, by whose authority.

    Source: ISO/IEC 17025:2017 6.3.4 a); the seeds' 6.9 b), mobile laboratories.
    """

    _name = "metrology.room.access"
    _description = "Access to a Room"
    _inherit = [
        "metrology.lifecycle.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "metrology.expiry.mixin",
    ]
    _order = "room_id, employee_id"
    _rec_names_search = ["room_id.name", "room_id.code", "employee_id.name"]
    _check_company_auto = True

    _guard_action_fields = ("state", "authorised_by_id", "authorised_on")
    _guard_frozen_fields = (
        "room_id",
        "employee_id",
        "purpose",
        "date_from",
        "date_to",
    )
    _guard_reason_actions = ("action_suspend", "action_revoke")

    room_id = fields.Many2one(
        comodel_name="metrology.room",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(related="room_id.company_id", store=True, index=True)
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    purpose = fields.Char(help="What the person does there.")
    date_from = fields.Date(
        string="Valid from",
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
    )
    state = fields.Selection(
        selection=[
            ("draft", "Asked for"),
            ("active", "Authorised"),
            ("suspended", "Suspended"),
            ("revoked", "Revoked"),
        ],
    )
    authorised_by_id = fields.Many2one(
        comodel_name="res.users", string="Authorised by", readonly=True, copy=False
    )
    authorised_on = fields.Datetime(readonly=True, copy=False)

    _person_uniq = models.UniqueIndex(
        "(room_id, employee_id) WHERE state IN ('draft', 'active', 'suspended')",
        "The person is on the list of this room already.",
    )

    @api.depends("room_id", "employee_id")
    def _compute_display_name(self):
        for access in self:
            access.display_name = (
                f"{access.room_id.display_name}: {access.employee_id.name or ''}"
            )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for access in self:
            if access.date_to and access.date_to < access.date_from:
                raise ValidationError(
                    self.env._(
                        "%(access)s ends before it begins.", access=access.display_name
                    )
                )

    def _guard_is_frozen(self):
        return self.state != "draft"

    def _lifecycle_check(self, state):
        """A room is opened by its head, its responsible person or the technical head,
        a mobile laboratory by the head of its laboratory only.

        :raises AccessError: the caller may not decide, or for himself
        """
        for access in self:
            room = access.room_id.sudo()
            head = room.department_id.manager_id.user_id
            if room.is_mobile and not self.env.su:
                if self.env.user != head:
                    raise AccessError(
                        self.env._(
                            "%(room)s is a mobile laboratory: only its head "
                            "%(head)s authorises entry.",
                            room=room.display_name,
                            head=head.name or "–",
                        )
                    )
            elif self.env.user not in (head, room.responsible_id):
                self._guard_check_group(
                    "metrology.group_department_head,metrology.group_technical_head"
                )
                room.with_env(self.env)._check_keeper()
            if (
                state == "active"
                and access.employee_id.user_id == self.env.user
                and not self.env.su
                and self.env.user != head
            ):
                raise AccessError(
                    self.env._(
                        "Nobody authorises himself: %(access)s.",
                        access=access.display_name,
                    )
                )
        return super()._lifecycle_check(state)

    def _prepare_activation(self, day):
        return {
            **super()._prepare_activation(day),
            "authorised_by_id": self.env.uid,
            "authorised_on": fields.Datetime.now(),
        }

    def action_revoke(self, reason=None):
        """End the access, for a reason."""
        return self._lifecycle_leave("action_revoke", "revoked", reason)

    @api.model
    def _domain_valid(self, day):
        """Return the domain of the accesses valid on a day."""
        return (
            Domain("state", "=", "active")
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        )
