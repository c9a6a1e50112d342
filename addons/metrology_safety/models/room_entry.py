# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

# Only the scan holds the key to the log.
_KEY = object()


class MetrologyRoomEntry(models.Model):
    """One line of a room's log: somebody came in, went out, or was denied.

    The log is written by scanning a badge only, and never changed; when somebody
    leaves, his line of coming in gets the time.
    """

    _name = "metrology.room.entry"
    _description = "Entry to a Room"
    _order = "time desc, id desc"
    _rec_name = "person"

    room_id = fields.Many2one(
        comodel_name="metrology.room",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="room_id.company_id", store=True, index=True)
    time = fields.Datetime(required=True, readonly=True, index=True)
    kind = fields.Selection(
        selection=[
            ("in", "In"),
            ("out", "Out"),
            ("denied", "Denied"),
            ("anomaly", "Anomaly"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    person = fields.Char(readonly=True)
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Employee",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    visitor_id = fields.Many2one(
        comodel_name="metrology.visitor",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    escort_id = fields.Many2one(
        comodel_name="hr.employee", string="Escort", readonly=True, ondelete="restrict"
    )
    badge = fields.Char(
        readonly=True, help="The last characters of what was scanned, where unknown."
    )
    purpose = fields.Char(readonly=True)
    reason = fields.Char(readonly=True, help="Why it was denied, or what is odd.")
    left_on = fields.Datetime(string="Left", readonly=True)
    minutes = fields.Integer(compute="_compute_minutes", store=True)

    _inside_employee_uniq = models.UniqueIndex(
        "(employee_id) WHERE kind = 'in' AND left_on IS NULL AND employee_id IS NOT NULL",
        "The person is inside already.",
    )
    _inside_visitor_uniq = models.UniqueIndex(
        "(visitor_id) WHERE kind = 'in' AND left_on IS NULL AND visitor_id IS NOT NULL",
        "The visitor is inside already.",
    )

    @api.depends("time", "left_on")
    def _compute_minutes(self):
        for entry in self:
            entry.minutes = (
                (entry.left_on - entry.time).total_seconds() // 60
                if entry.left_on
                else 0
            )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("room_entry") is not _KEY:
            raise UserError(self.env._("The log is written by scanning a badge."))
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("room_entry") is not _KEY:
            raise UserError(self.env._("The log of a room is never changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The log of a room is never deleted."))

    # Scanning -------------------------------------------------------------------

    @api.model
    def _scan(self, room, badge, direction, purpose=None, escort_badge=None):
        """Log a badge at the door of a room and say whether it opens.

        :param room: metrology.room
        :param str badge: of an employee, or the pass of a visitor
        :param str direction: ``in`` or ``out``
        :param str purpose: what for, kept with the line
        :param str escort_badge: of the employee who escorts a visitor
        :return: {"granted": bool, "person": text, "message": sentence}
        """
        if direction not in ("in", "out"):
            raise UserError(self.env._("In or out?"))
        log = self.sudo().with_context(room_entry=_KEY)
        room = room.sudo()
        badge = (badge or "").strip()
        employee = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [("barcode", "=", badge), ("company_id", "in", room.company_id.ids)],
                limit=1,
            )
            if badge
            else self.env["hr.employee"].sudo()
        )
        visitor = self.env["metrology.visitor"].sudo()
        if badge and not employee:
            visitor = visitor.search(
                [("pass_code", "=", badge), ("company_id", "=", room.company_id.id)],
                limit=1,
            )
        person = employee or visitor
        if person:
            # Two doors at once end in one place.
            person.lock_for_update()
        line = {
            "room_id": room.id,
            "time": fields.Datetime.now(),
            "person": person.name or False,
            "employee_id": employee.id,
            "visitor_id": visitor.id,
            "badge": False if person else f"…{badge[-4:]}",
            "purpose": (purpose or "").strip()[:200] or visitor.purpose or False,
        }
        if direction == "out":
            return log._go_out(room, person, line)
        return log._go_in(room, employee, visitor, escort_badge, line)

    def _go_in(self, room, employee, visitor, escort_badge, line):
        person = employee or visitor
        escort = self.env["hr.employee"].sudo()
        if employee:
            reason = self._get_denial(room, employee)
        elif visitor:
            escort = escort.search(
                [
                    ("barcode", "=", (escort_badge or "").strip() or "-"),
                    ("company_id", "=", room.company_id.id),
                ],
                limit=1,
            )
            reason = visitor._get_denial(room, escort) or self._get_denial(room, escort)
        else:
            reason = self.env._("The badge is not known.")
        if reason:
            self.create([{**line, "kind": "denied", "reason": reason}])
            return {"granted": False, "person": person.name or "", "message": reason}
        name = "employee_id" if employee else "visitor_id"
        inside = self.search(
            [(name, "=", person.id), ("kind", "=", "in"), ("left_on", "=", False)]
        )
        for entry in inside:
            odd = (
                self.env._("In twice without going out.")
                if entry.room_id == room
                else self.env._(
                    "In here without having left %(room)s.",
                    room=entry.room_id.display_name,
                )
            )
            self.create([{**line, "kind": "anomaly", "reason": odd}])
        inside.write({"left_on": line["time"]})
        inside.flush_recordset()
        self.create([{**line, "kind": "in", "escort_id": escort.id}])
        if visitor:
            visitor._arrived()
        return {
            "granted": True,
            "person": person.name,
            "message": self.env._("Welcome, %(person)s.", person=person.name),
        }

    def _go_out(self, room, person, line):
        if not person:
            reason = self.env._("The badge is not known.")
            self.create([{**line, "kind": "denied", "reason": reason}])
            return {"granted": False, "person": "", "message": reason}
        name = "employee_id" if line["employee_id"] else "visitor_id"
        inside = self.search(
            [(name, "=", person.id), ("kind", "=", "in"), ("left_on", "=", False)]
        )
        here = inside.filtered(lambda entry: entry.room_id == room)
        if not here:
            self.create(
                [
                    {
                        **line,
                        "kind": "anomaly",
                        "reason": self.env._("Out without having come in."),
                    }
                ]
            )
        here.write({"left_on": line["time"]})
        self.create([{**line, "kind": "out"}])
        if line["visitor_id"]:
            person._left()
        return {
            "granted": True,
            "person": person.name,
            "message": self.env._("Goodbye, %(person)s.", person=person.name),
        }

    @api.model
    def _get_denial(self, room, employee):
        """Say why an employee may not enter a room, or return False."""
        day = self.env["metrology.calendar"]._today(room.company_id)
        values = {"room": room.display_name, "person": employee.name}
        if not employee:
            return self.env._("No employee escorts the visitor.")
        if room.access_mode == "none":
            return self.env._("It is not set up who may enter %(room)s.", **values)
        if room.access_mode == "staff" and not room.is_mobile:
            return False
        Access = self.env["metrology.room.access"].sudo()
        if Access.search_count(
            Access._domain_valid(day)
            & fields.Domain("room_id", "=", room.id)
            & fields.Domain("employee_id", "=", employee.id),
            limit=1,
        ):
            return False
        if room.is_mobile:
            return self.env._(
                "%(person)s has no authorisation of the head of %(room)s.", **values
            )
        return self.env._("%(person)s is not on the list of %(room)s.", **values)
