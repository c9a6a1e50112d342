# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologySafetyCheckItem(models.Model):
    """One item of a safety check and what was found."""

    _name = "metrology.safety.check.item"
    _description = "Item of a Safety Check"
    _inherit = ["metrology.line.mixin", "metrology.guard.mixin"]
    _order = "sequence, id"

    # What was found is said of this check, of no other.
    _guard_frozen_fields = ("check_id",)

    check_id = fields.Many2one(
        comodel_name="metrology.safety.check",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="check_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="What to Look at", required=True)
    result = fields.Selection(
        selection=[
            ("ok", "In Order"),
            ("fail", "Not in Order"),
            ("na", "Not Applicable"),
        ]
    )
    finding = fields.Char()
    correction_ids = fields.One2many("metrology.safety.correction", "item_id")

    def _guard_is_frozen(self):
        return True

    def _check_open(self):
        for check in self.check_id:
            if check.state == "closed":
                raise UserError(
                    self.env._(
                        "%(check)s is closed and stays as it is.",
                        check=check.display_name,
                    )
                )

    def _open_corrections(self):
        """Open a correction for each failed item that has none."""
        calendar = self.env["metrology.calendar"]
        rows = []
        for item in self.filtered(lambda one: one.result == "fail"):
            if item.correction_ids:
                continue
            room = item.check_id.room_id.sudo()
            user = (
                room.responsible_id
                or room.department_id.manager_id.user_id
                or item.check_id.inspector_id
            )
            rows.append(
                {
                    "item_id": item.id,
                    "name": item.finding or item.name,
                    "user_id": user.id,
                    "due_date": calendar._add_working_days(
                        item.check_id.date,
                        item.check_id.procedure_id.correction_days,
                        item.company_id,
                    ),
                }
            )
        self.env["metrology.safety.correction"].create(rows)

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._open_corrections()
        return items

    def write(self, vals):
        result = super().write(vals)
        if "result" in vals:
            self._open_corrections()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_corrected(self):
        # The database would take them along, without asking them.
        for item in self:
            if item.correction_ids:
                raise UserError(
                    self.env._(
                        "“%(item)s” has a correction and stays on file.", item=item.name
                    )
                )
