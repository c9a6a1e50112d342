# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.fields import Domain


class MetrologyAppointmentMixin(models.AbstractModel):
    """One person appointed beside another, from .. to: deputy, mentor.

    Put in force by a named person, ended before its time for a reason; a draft is
    deleted instead. How to use: name in ``_appointment_person`` the field of the person
    for whom two must not clash, and give ``state`` the model's labels.
    """

    _name = "metrology.appointment.mixin"
    _description = "Appointment for a Period"
    _inherit = ["metrology.lifecycle.mixin", "metrology.expiry.mixin"]

    _guard_action_fields = ("state", "appointed_by_id")
    #: field of the hr.employee whose appointments are decided one after another
    _appointment_person = None

    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
        tracking=True,
    )
    date_to = fields.Date(string="Until", required=True, tracking=True)
    appointed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    is_current = fields.Boolean(
        string="In the Period", compute="_compute_is_current", search="_search_current"
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "The period cannot end before it starts."
    )

    @api.depends("state", "date_from", "date_to")
    def _compute_is_current(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        current = self.filtered_domain(self._domain_on(today))
        for record in self:
            record.is_current = record in current

    def _search_current(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._domain_on(self.env["metrology.calendar"]._today(self.env.company))

    @api.model
    def _domain_on(self, day):
        """Return the domain of those that run on ``day``."""
        return (
            Domain("state", "=", "active")
            & Domain("date_from", "<=", day)
            & Domain("date_to", ">=", day)
        )

    def _guard_is_frozen(self):
        return self.state != "draft"

    def action_withdraw(self, reason=None):
        """End them before their time, for a reason."""
        return self._lifecycle_leave("action_withdraw", "withdrawn", reason)

    def _lifecycle_check(self, state):
        result = super()._lifecycle_check(state)
        # Two decisions on one person at once must see each other.
        self._lock_owners(self.sudo()[self._appointment_person])
        return result

    def _lifecycle_open(self):
        """A draft never ran, so it is deleted instead of ended."""
        return ("active", "suspended")

    def _prepare_activation(self, day):
        return {**super()._prepare_activation(day), "appointed_by_id": self.env.uid}

    def _expiry_is_wanted(self):
        return self.state == "active"
