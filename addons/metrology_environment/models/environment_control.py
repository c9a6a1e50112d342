# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.metrology.tools import rounding


class MetrologyEnvironmentControl(models.Model):
    """How an element of a room is regulated: by a gateway, or by a person."""

    _name = "metrology.environment.control"
    _description = "Environment Regulation"
    _inherit = ["metrology.guard.mixin", "mail.thread"]
    _order = "room_id, element_id"
    _check_company_auto = True

    room_id = fields.Many2one(
        comodel_name="metrology.room",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="room_id.company_id", store=True, index=True)
    element_id = fields.Many2one(
        comodel_name="metrology.environment.element",
        string="Condition",
        required=True,
        ondelete="restrict",
    )
    unit_id = fields.Many2one(related="element_id.unit_id")
    mode = fields.Selection(
        selection=[("device", "Automatic"), ("manual", "By Hand")],
        required=True,
        default="manual",
        tracking=True,
    )
    device_id = fields.Many2one(
        comodel_name="metrology.environment.device",
        string="Gateway",
        domain="[('kind', 'in', ('hvac', 'gateway'))]",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Fetches the command with its key.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Person", tracking=True, help="Gets the task."
    )
    safe_min = fields.Char(string="Safe from", required=True, tracking=True)
    safe_max = fields.Char(string="Safe to", required=True, tracking=True)
    set_point = fields.Char(
        required=True, tracking=True, help="Set when the limits are left."
    )
    active = fields.Boolean(default=True)

    _room_element_uniq = models.UniqueIndex(
        "(room_id, element_id) WHERE active",
        "The room has a regulation of this condition already.",
    )
    _device_given = models.Constraint(
        "CHECK(mode != 'device' OR device_id IS NOT NULL)",
        "Name the gateway that regulates automatically.",
    )

    @api.depends("room_id", "element_id")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"{one.room_id.display_name} {one.element_id.name}"

    # Whose room it is ---------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        controls = super().create(vals_list)
        controls._check_keeper()
        return controls

    def write(self, vals):
        self._check_keeper()
        result = super().write(vals)
        if "room_id" in vals:
            self._check_keeper()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_foreign(self):
        self._check_keeper()

    def _check_keeper(self):
        """Heads regulate their own rooms, the equipment's keepers all."""
        if not self.env.user.has_group("metrology.group_equipment"):
            self.room_id._check_keeper()

    def _check_not_waiting(self):
        """Two clicks are one command.

        :raises UserError: a command or task of the regulation waits already
        """
        for waiting in self.env["metrology.environment.regulation"].search(
            [("control_id", "in", self.ids), ("state", "in", ("pending", "sent"))],
            limit=1,
        ):
            raise UserError(
                self.env._(
                    "%(control)s: %(value)s %(unit)s was commanded already and is not "
                    "reported yet.",
                    control=waiting.control_id.display_name,
                    value=waiting.set_point,
                    unit=waiting.unit_id.symbol or "",
                )
            )

    @api.constrains("safe_min", "safe_max", "set_point")
    def _check_safe(self):
        for control in self:
            control._check_set_point(control.set_point)

    def _check_set_point(self, text):
        """Refuse what is no number in the safe range of this one regulation.

        :raises ValidationError: naming the room, the condition and the range
        """
        self.ensure_one()
        values = {
            "control": self.display_name,
            "text": text,
            "low": self.safe_min,
            "high": self.safe_max,
            "unit": self.unit_id.symbol,
        }
        try:
            low, value, high = map(
                rounding.exact, (self.safe_min, text or "", self.safe_max)
            )
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    '%(control)s: "%(text)s", "%(low)s" and "%(high)s" must be numbers.',
                    **values,
                )
            ) from error
        if not low <= value <= high:
            raise ValidationError(
                self.env._(
                    "%(control)s: a set-point of %(text)s %(unit)s is outside the safe "
                    "range %(low)s … %(high)s.",
                    **values,
                )
            )

    def action_regulate(self):
        """Regulate now, without an alarm: a command or a task with the set-point."""
        self.check_access("write")
        self._check_keeper()
        self._lock_owners(self)
        self._check_not_waiting()
        regulations = self.env["metrology.environment.regulation"].sudo()
        regulations = regulations.create(
            [regulations._prepare(control) for control in self]
        )
        regulations._begin()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Regulations"),
            "res_model": regulations._name,
            "view_mode": "list,form",
            "domain": [("id", "in", regulations.ids)],
        }
