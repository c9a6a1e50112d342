# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class MetrologyEnvironmentRegulation(models.Model):
    """One act of regulation: a command to a gateway, or a task for a person, with its
    result. An alarm makes it once.
    """

    _name = "metrology.environment.regulation"
    _description = "Act of Regulation"
    _inherit = ["metrology.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "control_id"

    _guard_action_fields = (
        "state",
        "result",
        "done_on",
        "done_by_id",
        "sent_on",
        "control_id",
        "episode_id",
        "set_point",
        "user_id",
        # Kept from the control: whose command it is, employees do not say.
        "room_id",
        "company_id",
        "element_id",
        "mode",
        "device_id",
    )
    _guard_reason_actions = ("action_done", "action_fail")

    control_id = fields.Many2one(
        comodel_name="metrology.environment.control",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    room_id = fields.Many2one(related="control_id.room_id", store=True, index=True)
    company_id = fields.Many2one(related="room_id.company_id", store=True, index=True)
    element_id = fields.Many2one(related="control_id.element_id", store=True)
    unit_id = fields.Many2one(related="element_id.unit_id")
    episode_id = fields.Many2one(
        comodel_name="metrology.environment.episode",
        string="Alarm",
        readonly=True,
        ondelete="restrict",
    )
    mode = fields.Selection(related="control_id.mode", store=True)
    device_id = fields.Many2one(
        related="control_id.device_id", store=True, index="btree_not_null"
    )
    user_id = fields.Many2one(comodel_name="res.users", string="Person", readonly=True)
    set_point = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        selection=[
            ("pending", "To Do"),
            ("sent", "Sent"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="pending",
        index=True,
        tracking=True,
    )
    sent_on = fields.Datetime(readonly=True)
    result = fields.Text(readonly=True, tracking=True)
    done_on = fields.Datetime(readonly=True)
    done_by_id = fields.Many2one(comodel_name="res.users", readonly=True)

    _episode_uniq = models.UniqueIndex(
        "(episode_id) WHERE episode_id IS NOT NULL",
        "The alarm was followed by a regulation already.",
    )

    @api.model
    def _prepare(self, control, episode=None):
        return {
            "control_id": control.id,
            "episode_id": episode.id if episode else False,
            "set_point": control.set_point,
            "user_id": (
                control.user_id
                or control.room_id.responsible_id
                or control.room_id.department_id.manager_id.user_id
            ).id,
        }

    @api.model_create_multi
    def create(self, vals_list):
        regulations = super().create(vals_list)
        for one in regulations:
            one.control_id._check_set_point(one.set_point)
        return regulations

    @api.model
    def _make_for(self, episodes):
        """Make the command or task of each new alarm, where one is set up; once."""
        controls = self.env["metrology.environment.control"].search(
            [("room_id", "in", episodes.room_id.ids)]
        )
        by_key = {(one.room_id.id, one.element_id.id): one for one in controls}
        rows = []
        for episode in episodes:
            control = by_key.get((episode.room_id.id, episode.element_id.id))
            if control:
                rows.append(self._prepare(control, episode))
        self.create(rows)._begin()

    def _begin(self):
        """Give tasks to their persons; commands wait for their gateway."""
        todo = self.env.ref("mail.mail_activity_data_todo")
        model_id = self.env["ir.model"]._get_id(self._name)
        today = self.env["metrology.calendar"]._today()
        self.env["mail.activity"].sudo().create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": one.id,
                    "activity_type_id": todo.id,
                    "summary": self.env._(
                        "Set %(what)s to %(value)s %(unit)s",
                        what=one.control_id.display_name,
                        value=one.set_point,
                        unit=one.unit_id.symbol,
                    ),
                    "date_deadline": today,
                    "user_id": one.user_id.id,
                }
                for one in self
                if one.mode == "manual" and one.user_id
            ]
        )

    # By hand ------------------------------------------------------------------------

    def action_done(self, result=None):
        """Report what was regulated, and with what result."""
        return self._report("action_done", "done", result)

    def action_fail(self, result=None):
        """Report that it could not be regulated, and why."""
        return self._report("action_fail", "failed", result)

    def _report(self, method, state, result):
        if result is None:
            return self._guard_ask_reason(method)
        self.check_access("write")
        for one in self:
            if one.user_id and one.user_id != self.env.user and not self.env.su:
                if not self.env.user.has_group("metrology.group_department_head"):
                    raise AccessError(
                        self.env._(
                            "%(task)s is the task of %(person)s.",
                            task=one.display_name,
                            person=one.user_id.name,
                        )
                    )
        self._finish(state, self._guard_check_reason(result))
        return True

    def _finish(self, state, result):
        self._lock()
        for one in self:
            if one.state not in ("pending", "sent"):
                raise UserError(
                    self.env._("%(task)s is reported already.", task=one.display_name)
                )
        self.sudo()._guard_open().write(
            {
                "state": state,
                "result": result,
                "done_on": fields.Datetime.now(),
                "done_by_id": self.env.uid,
            }
        )
        self.sudo().activity_ids.action_feedback(feedback=result)

    # By a gateway -------------------------------------------------------------------

    @api.model
    def _fetch(self, device):
        """Return the commands that wait for a gateway, as plain dicts; sent once more
        until the gateway reports them.
        """
        waiting = self.sudo().search(
            [
                ("device_id", "=", device.id),
                ("mode", "=", "device"),
                ("state", "in", ("pending", "sent")),
            ],
            order="id",
        )
        waiting.filtered(lambda one: one.state == "pending")._guard_open().write(
            {"state": "sent", "sent_on": fields.Datetime.now()}
        )
        return [
            {
                "id": one.id,
                "room": one.room_id.code or one.room_id.name,
                "element": one.element_id.code,
                "set_point": one.set_point,
                "unit": one.unit_id.symbol,
            }
            for one in waiting
        ]

    @api.model
    def _answer(self, device, command_id, done, result):
        """Take a gateway's report of one of its own commands.

        :raises UserError: it has no such command, or reported it already
        """
        # A number the database does not count to is no command either.
        known = command_id if 0 < command_id < 2**31 else 0
        command = self.sudo().search(
            [("id", "=", known), ("device_id", "=", device.id)]
        )
        if not command:
            raise UserError(
                self.env._(
                    "%(device)s has no command %(number)s.",
                    device=device.name,
                    number=command_id,
                )
            )
        command._finish("done" if done else "failed", result or "–")
