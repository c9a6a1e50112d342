# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologySafetyCheck(models.Model):
    """One safety check of a room by a procedure, with what was found.

    An item that fails opens a correction with a day it is due; the check closes when
    every item is judged and every failed one has its correction.
    """

    _name = "metrology.safety.check"
    _description = "Safety Check"
    _inherit = ["metrology.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    _guard_action_fields = ("state", "closed_on")
    _guard_frozen_fields = (
        "room_id",
        "procedure_id",
        "date",
        "inspector_id",
        "note",
    )

    procedure_id = fields.Many2one(
        comodel_name="metrology.safety.procedure",
        required=True,
        ondelete="restrict",
        check_company=True,
    )
    kind = fields.Selection(related="procedure_id.kind", store=True)
    room_id = fields.Many2one(
        comodel_name="metrology.room",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(related="room_id.company_id", store=True, index=True)
    date = fields.Date(
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
    )
    inspector_id = fields.Many2one(
        comodel_name="res.users",
        string="Inspector",
        required=True,
        default=lambda self: self.env.user,
        tracking=True,
    )
    state = fields.Selection(
        selection=[("open", "Open"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="open",
        index=True,
        copy=False,
        tracking=True,
    )
    closed_on = fields.Datetime(readonly=True, copy=False)
    item_ids = fields.One2many(
        comodel_name="metrology.safety.check.item",
        inverse_name="check_id",
        string="Items",
        compute="_compute_item_ids",
        store=True,
        readonly=False,
        precompute=True,
    )
    correction_ids = fields.One2many("metrology.safety.correction", "check_id")
    fail_count = fields.Integer(string="Failed", compute="_compute_fail_count")
    note = fields.Text()

    @api.depends("procedure_id", "room_id", "date")
    def _compute_display_name(self):
        for check in self:
            check.display_name = " ".join(
                (
                    check.procedure_id.name or "",
                    check.room_id.display_name or "",
                    str(check.date or ""),
                )
            )

    @api.depends("procedure_id")
    def _compute_item_ids(self):
        for check in self:
            if check.state == "open":
                check.item_ids = [fields.Command.clear()] + [
                    fields.Command.create(
                        {"sequence": item.sequence, "name": item.name}
                    )
                    for item in check.procedure_id.item_ids
                ]

    @api.depends("item_ids.result")
    def _compute_fail_count(self):
        for check in self:
            check.fail_count = len(
                check.item_ids.filtered(lambda item: item.result == "fail")
            )

    def _guard_is_frozen(self):
        return self.state == "closed"

    def action_close(self):
        """Close checks that are complete.

        :raises UserError: items not judged, or failed without a correction that has a
            responsible person and a due day; each is named
        """
        self.check_access("write")
        self._lock()
        self._require_state("open")
        messages = []
        for check in self:
            if not check.item_ids:
                messages.append(
                    self.env._("%(check)s has no items.", check=check.display_name)
                )
            for item in check.item_ids:
                if not item.result:
                    messages.append(
                        self.env._(
                            "%(check)s: “%(item)s” is not judged.",
                            check=check.display_name,
                            item=item.name,
                        )
                    )
                elif item.result == "fail" and not item.correction_ids.filtered(
                    lambda one: one.due_date and one.user_id
                ):
                    messages.append(
                        self.env._(
                            "%(check)s: “%(item)s” failed and has no correction with a "
                            "responsible person and a due day.",
                            check=check.display_name,
                            item=item.name,
                        )
                    )
        if messages:
            raise UserError("\n".join(messages))
        self.sudo()._guard_open().write(
            {"state": "closed", "closed_on": fields.Datetime.now()}
        )
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        for check in self:
            if check.state == "closed" or check.correction_ids:
                raise UserError(
                    self.env._("%(check)s stays on file.", check=check.display_name)
                )
