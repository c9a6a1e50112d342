# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class MetrologyFindingMixin(models.AbstractModel):
    """What one person found of another on a day; once confirmed it is evidence.

    draft → confirmed, never by the person it is about; what turns out to be wrong is
    followed by a new one. How to use: name in ``_finding_by`` the field of who found it,
    and add to ``_get_confirm_blockers`` what must be there first.
    """

    _name = "metrology.finding.mixin"
    _description = "What Was Found of a Person"
    _inherit = ["metrology.personal.mixin"]
    _rec_names_search = ["employee_id.name", "capability_id.name"]

    _personal_final = "confirmed"
    _guard_action_fields = ("state", "confirmed_by_id")
    #: field of the hr.employee who found it
    _finding_by = None
    #: groups, separated by commas, one of which who confirms needs; empty: the right
    #: to write is enough
    _finding_roles = ""

    date = fields.Date(
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
        tracking=True,
    )
    state = fields.Selection(
        selection=[("draft", "Draft"), ("confirmed", "Confirmed")],
        required=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    confirmed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )

    @api.constrains(
        lambda self: ["employee_id", *([self._finding_by] if self._finding_by else ())]
    )
    def _check_another_person(self):
        for record in self:
            if self._finding_by and record[self._finding_by] == record.employee_id:
                raise ValidationError(
                    self.env._(
                        "Nobody judges himself: another person must judge %(person)s.",
                        person=record.employee_id.display_name,
                    )
                )

    @api.constrains("date")
    def _check_date(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        for record in self:
            if record.date > today:
                raise ValidationError(
                    self.env._(
                        "%(document)s: nobody was judged in the future.",
                        document=record.display_name,
                    )
                )

    def action_confirm(self):
        """Put what was found on file; from now on it counts.

        :raises AccessError: the caller does not have the role
        :raises UserError: about oneself, confirmed already, or what is missing
        """
        if self._finding_roles:
            self._guard_check_group(self._finding_roles)
        self.check_access("write")
        self._lock()
        messages = [
            message
            for record in self
            for _code, message in record._get_confirm_blockers()
        ]
        if messages:
            raise UserError("\n".join(dict.fromkeys(messages)))
        self._guard_open().write(
            {"state": "confirmed", "confirmed_by_id": self.env.uid}
        )
        return True

    def _get_confirm_blockers(self):
        """Return what stands against confirming this one: [(code, message)]. Hook."""
        self.ensure_one()
        values = {"document": self.display_name}
        if self.state != "draft":
            return [
                ("state", self.env._("%(document)s is confirmed already.", **values))
            ]
        if self.employee_id.user_id == self.env.user:
            return [
                (
                    "own",
                    self.env._(
                        "%(document)s is about yourself: another person confirms it.",
                        **values,
                    ),
                )
            ]
        return []
