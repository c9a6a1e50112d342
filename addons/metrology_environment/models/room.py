# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..const import READING_VALID_MINUTES

# Says that the other side of two rooms is written; an object cannot come over RPC.
_MIRROR = object()


class MetrologyRoom(models.Model):
    """A laboratory room (or mobile laboratory) with the conditions it must keep and
    those it has.
    """

    _name = "metrology.room"
    _description = "Laboratory Room"
    _inherit = ["metrology.lifecycle.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "code, name, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    # A mobile laboratory is one by its site: it is opened by its head only.
    _guard_action_fields = ("state", "is_mobile")
    # Readings, alarms and persons of it are the company's.
    _guard_frozen_fields = ("company_id",)
    _guard_reason_actions = ("action_suspend", "action_withdraw")
    _lifecycle_roles = dict.fromkeys(
        ("active", "suspended", "withdrawn"),
        "metrology.group_technical_head,metrology.group_department_head",
    )

    # 1. Where it is and whose
    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(string="Room Number", index=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        selection=[
            ("draft", "Being Set Up"),
            ("active", "In Use"),
            ("suspended", "Closed"),
            ("withdrawn", "Given Up"),
        ],
        help="Work is done in rooms in use only.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    site_id = fields.Many2one(
        comodel_name="metrology.site",
        ondelete="restrict",
        check_company=True,
        index="btree_not_null",
        tracking=True,
    )
    is_mobile = fields.Boolean(
        string="Mobile Laboratory", compute="_compute_is_mobile", store=True
    )
    department_id = fields.Many2one(
        comodel_name="hr.department",
        ondelete="restrict",
        check_company=True,
        index="btree_not_null",
        tracking=True,
    )
    responsible_id = fields.Many2one(comodel_name="res.users", tracking=True)
    adjacent_ids = fields.Many2many(
        comodel_name="metrology.room",
        relation="metrology_room_adjacent_rel",
        column1="room_id",
        column2="adjacent_id",
        string="Adjacent Rooms",
        check_company=True,
    )

    # 2. What it must keep
    template_id = fields.Many2one(
        comodel_name="metrology.room.template", ondelete="set null"
    )
    element_ids = fields.Many2many(
        comodel_name="metrology.environment.element",
        relation="metrology_room_element_rel",
        string="Elements Watched",
        compute="_compute_element_ids",
        store=True,
        readonly=False,
        precompute=True,
    )
    requirement_ids = fields.One2many(
        "metrology.environment.requirement", "room_id", string="Versions of Limits"
    )
    limit_ids = fields.Many2many(
        comodel_name="metrology.environment.limit",
        string="Limits in Force",
        compute="_compute_limit_ids",
    )
    is_strict = fields.Boolean(
        string="Automatic Readings Only",
        compute="_compute_from_template",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Readings of this room come from its sensors only; typed ones are refused.",
    )
    needs_reading = fields.Boolean(
        string="No Work without Readings",
        compute="_compute_from_template",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Work neither begins nor goes on while readings are missing. Mobile "
        "laboratories and rooms with automatic readings always are like that.",
    )
    valid_minutes = fields.Integer(
        string="Readings Speak for (minutes)",
        default=READING_VALID_MINUTES,
        required=True,
        tracking=True,
        help="A reading older than this says nothing about the conditions any more.",
    )

    # 3. What watches it
    sensor_ids = fields.One2many("metrology.environment.sensor", "room_id")
    device_ids = fields.Many2many(
        comodel_name="metrology.environment.device",
        relation="metrology_environment_device_room_rel",
        column1="room_id",
        column2="device_id",
        string="Devices",
    )
    camera_count = fields.Integer(string="Cameras", compute="_compute_camera_count")
    control_ids = fields.One2many("metrology.environment.control", "room_id")
    episode_ids = fields.One2many("metrology.environment.episode", "room_id")
    reading_ids = fields.One2many("metrology.environment.reading", "room_id")
    note = fields.Text()

    _code_uniq = models.UniqueIndex(
        "(code, company_id) WHERE code IS NOT NULL AND active",
        "Another room of the company has this number.",
    )
    _valid_minutes_positive = models.Constraint(
        "CHECK(valid_minutes > 0)", "A reading must speak for at least one minute."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for room in self:
            room.display_name = f"{room.code} {room.name}" if room.code else room.name

    @api.depends("site_id.kind")
    def _compute_is_mobile(self):
        for room in self:
            room.is_mobile = room.site_id.kind == "mobile"

    @api.depends("template_id")
    def _compute_element_ids(self):
        preset = self.env["metrology.environment.element"].search(
            [("is_preset", "=", True)]
        )
        for room in self:
            if room.template_id:
                room.element_ids = room.template_id.element_ids
            else:
                room.element_ids = room.element_ids or preset

    @api.depends("template_id")
    def _compute_from_template(self):
        for room in self:
            template = room.template_id
            room.is_strict = template.is_strict if template else room.is_strict
            room.needs_reading = (
                template.needs_reading if template else room.needs_reading
            )

    @api.depends("requirement_ids.state", "requirement_ids.limit_ids")
    def _compute_limit_ids(self):
        in_force = self.env["metrology.environment.requirement"]._get_in_force(
            "room_id", self._origin
        )
        for room in self:
            current, _draft = in_force.get(room._origin.id, (None, False))
            room.limit_ids = current.limit_ids if current else False

    def _compute_camera_count(self):
        for room in self:
            room.camera_count = len(
                room.device_ids.filtered(lambda device: device.kind == "camera")
            )

    def _must_have_readings(self):
        """Tell whether no work is done in this one room without readings."""
        self.ensure_one()
        return self.needs_reading or self.is_strict or self.is_mobile

    def _guard_is_frozen(self):
        return self.state != "draft"

    # Whose it is --------------------------------------------------------------

    @api.model
    def _get_owner_fields(self):
        """Return what says whose a room is and who opens it. Hook.

        By them a head would make himself the head of another's mobile laboratory.
        """
        return ("department_id", "site_id", "company_id", "responsible_id", "active")

    def _is_kept_by(self, user):
        """Tell whether a user is head of the department this one room has.

        A head above that department is one too. A room of no department is any head's
        to set up, a mobile laboratory of none is nobody's.
        """
        self.ensure_one()
        if not user.has_group("metrology.group_department_head"):
            return False
        department = self.sudo().department_id
        if not department:
            return not self.is_mobile
        while department:
            if department.manager_id.user_id == user:
                return True
            department = department.parent_id
        return False

    def _check_keeper(self):
        """Refuse heads of other departments.

        :raises AccessError: naming the room and whose it is
        """
        if self.env.su or self.env.user.has_group("metrology.group_technical_head"):
            return
        for room in self:
            if not room._is_kept_by(self.env.user):
                department = room.sudo().department_id
                raise AccessError(
                    self.env._(
                        "%(room)s belongs to %(department)s (%(head)s): only its head "
                        "or the technical head may change that.",
                        room=room.display_name,
                        department=department.display_name or "–",
                        head=department.manager_id.name or "–",
                    )
                )

    def _check_may_write(self, names):
        """Let the equipment's keepers set up what watches a room, heads their own."""
        owner = set(self._get_owner_fields()) & set(names)
        keeps = self.env.user.has_group("metrology.group_equipment")
        if self._guard_is_closed() and (owner or not keeps):
            self._check_keeper()

    def _lifecycle_check(self, state):
        self._check_keeper()
        return super()._lifecycle_check(state)

    # Adjacent is mutual -------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        rooms = super().create(vals_list)
        rooms._mirror_adjacent()
        return rooms

    def write(self, vals):
        mirrored = self.env.context.get("adjacent_mirror") is _MIRROR
        if not mirrored:
            self._check_may_write(vals)
        mirror = "adjacent_ids" in vals and not mirrored
        before = {room: room.adjacent_ids for room in self} if mirror else {}
        result = super().write(vals)
        for room, adjacent in before.items():
            gone = adjacent - room.adjacent_ids
            gone.with_context(adjacent_mirror=_MIRROR).write(
                {"adjacent_ids": [fields.Command.unlink(room.id)]}
            )
        if mirror:
            self._mirror_adjacent()
        return result

    def _mirror_adjacent(self):
        for room in self:
            others = room.adjacent_ids.filtered(
                lambda other, room=room: room not in other.adjacent_ids
            )
            others.with_context(adjacent_mirror=_MIRROR).write(
                {"adjacent_ids": [fields.Command.link(room.id)]}
            )

    # Actions ------------------------------------------------------------------

    def action_withdraw(self, reason=None):
        """Give rooms up, for a reason."""
        return self._lifecycle_leave("action_withdraw", "withdrawn", reason)

    def _open_related(self, xmlid, **context):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [("room_id", "=", self.id)]
        action["context"] = {"default_room_id": self.id, **context}
        return action

    def action_open_readings(self):
        return self._open_related("metrology_environment.action_environment_reading")

    def action_open_trend(self):
        """Show the days of the room as a graph."""
        return self._open_related(
            "metrology_environment.action_environment_daily",
            search_default_last_months=1,
        )

    def action_open_episodes(self):
        return self._open_related("metrology_environment.action_environment_episode")

    def action_new_requirement(self):
        """Open the draft of the next version of the room's limits."""
        self.ensure_one()
        versions = self.requirement_ids
        draft = versions.filtered(lambda one: one.state == "draft")[:1]
        current = versions.filtered(lambda one: one.state == "approved")[:1]
        if current and not draft:
            return current.action_new_version()
        return {
            "type": "ir.actions.act_window",
            "res_model": "metrology.environment.requirement",
            "res_id": draft.id,
            "view_mode": "form",
            "context": {"default_room_id": self.id},
        }

    def action_add_reading(self):
        """Open the small form for typed readings of this room."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Conditions of %(room)s", room=self.display_name),
            "res_model": "metrology.environment.entry",
            "view_mode": "form",
            "target": "new",
            "context": {"default_room_id": self.id},
        }

    def action_analyse(self):
        """Open the analysis of this room's readings."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Analysis of %(room)s", room=self.display_name),
            "res_model": "metrology.environment.analysis",
            "view_mode": "form",
            "context": {"default_room_id": self.id},
        }

    @api.model
    def _domain_watched(self):
        """Return the domain of the rooms in which no work is done without readings."""
        return (
            Domain("needs_reading", "=", True)
            | Domain("is_strict", "=", True)
            | Domain("is_mobile", "=", True)
        )
