# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.exceptions import UserError


class MaintenanceEquipment(models.Model):
    """How the status of equipment changes: by events only, each with its reason."""

    _inherit = "maintenance.equipment"

    # Actions ------------------------------------------------------------------

    def action_metrology_event(self):
        """Open the dialog of a change of state; the kind comes with the context."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change of Status"),
            "res_model": "metrology.equipment.state",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_equipment_ids": self.ids,
                "default_kind": self.env.context.get("metrology_event_kind"),
            },
        }

    def _register_event(self, kind, reason, limitation=False, partner=None, **details):
        """Record what happened to equipment and set the state that follows.

        :param str kind: a kind of metrology.equipment.event
        :param str reason: why; never empty
        :param str limitation: what it may not be used for (kind "limit")
        :param partner: res.partner who has it (kind "leave")
        :param details: further fields of the event: fault_kind (suspend), purpose and
            due_back (leave), room_id (move), function_check and status_check
            (return, resume)
        :return: the events
        :raises UserError: the event does not fit the state, naming the equipment
        """
        self.check_access("write")
        self.lock_for_update()
        reason = self._guard_check_reason(reason)
        if kind == "limit" and not (limitation or "").strip():
            raise UserError(self.env._("Say what the equipment may not be used for."))
        Event = self.env["metrology.equipment.event"]
        rule = Event._get_rules()[kind]
        today = self.env["metrology.calendar"]._today(self.env.company)
        self._check_events(kind, rule, today, details)
        certificates = {equipment.id: equipment.traceability_id for equipment in self}
        for values, records in self._group_event_values(kind, rule, details, today):
            if "metrology_state" in values:
                limits = limitation if kind == "limit" else False
                values = {**values, "metrology_limitation": limits}
            if values:
                records._guard_open().write(values)
        events = Event.sudo().create(
            [
                {
                    "equipment_id": equipment.id,
                    "kind": kind,
                    "reason": reason,
                    "limitation": limitation,
                    "partner_id": partner.id if partner else False,
                    "user_id": self.env.uid,
                    "traceability_id": certificates[equipment.id].id,
                    **{name: value for name, value in details.items() if value},
                }
                for equipment in self
            ]
        )
        if kind == "suspend":
            self._after_suspended(events)
        return events

    def _group_event_values(self, kind, rule, details, today):
        """Return [(values to write, equipment)] of one kind of event."""
        values = dict(rule["values"])
        if kind == "scrap":
            values["scrap_date"] = today
        if kind == "move":
            values["room_id"] = details.get("room_id")
        if kind not in ("commission", "resume"):
            return [(values, self)]
        checked = self.filtered(lambda equipment: not equipment.traceability_required)
        return [
            (given, records)
            for given, records in (
                ({**values, "metrology_state": "permitted"}, checked),
                (values, self - checked),
            )
            if records
        ]

    def _check_events(self, kind, rule, today, details):
        """Check that an event fits each of the equipment. Hook."""
        for equipment in self:
            equipment._check_event(kind, rule, today)
        if kind == "leave":
            self._check_leave(details, today)
        elif kind == "return":
            self._check_return(details)
        elif kind == "move" and not details.get("room_id"):
            raise UserError(self.env._("Say to which room the equipment is moved."))
        elif kind == "seal_set":
            self._check_sealed_again()
        elif kind in ("commission", "resume"):
            if kind == "resume":
                self._check_resume(today, details)
            self._check_complete_file(today)

    def _check_event(self, kind, rule, today):
        """Check that an event fits the state of this one equipment. Hook."""
        self.ensure_one()
        wrong = "metrology_state"
        if self.metrology_state in rule["from"] and (
            rule.get("away") is None or self.is_away == rule["away"]
        ):
            if self.seal_state in rule.get("seal", (self.seal_state,)):
                return
            wrong = "seal_state"
        label = dict(
            self.env["metrology.equipment.event"]
            ._fields["kind"]
            ._description_selection(self.env)
        )[kind]
        state = dict(self._fields[wrong]._description_selection(self.env))[self[wrong]]
        raise UserError(
            self.env._(
                "%(event)s does not fit %(equipment)s, which is %(state)s now.",
                event=label,
                equipment=self.display_name,
                state=state,
            )
        )

    def _check_leave(self, details, today):
        """Outside the house a class of equipment needs its own procedure (JJF 1069).

        What is sent to calibration or repair goes by the handling procedure, which
        every file has.
        """
        if details.get("purpose") not in ("onsite", "loan"):
            return
        found = self.env["metrology.equipment.procedure"]._find(self, "offsite", today)
        for equipment in self:
            if not found[equipment.id]:
                raise UserError(
                    self.env._(
                        "%(equipment)s cannot be taken out: its class %(category)s has "
                        "no approved procedure for off-site use.",
                        equipment=equipment.display_name,
                        category=equipment.category_id.name or "–",
                    )
                )

    def _check_return(self, details):
        """After a return function and calibration status are both checked."""
        for name in ("function_check", "status_check"):
            if not (details.get(name) or "").strip():
                label = self.env["metrology.equipment.event"].fields_get(
                    [name], ["string"]
                )[name]["string"]
                raise UserError(
                    self.env._(
                        "%(equipment)s: enter the %(check)s made after its return.",
                        equipment=self[:1].display_name,
                        check=label,
                    )
                )

    def _check_resume(self, today, details):
        """Stopped equipment is confirmed anew, and repaired, before it is used."""
        stopped = self._get_last_stops()
        repairs = (
            self.env["maintenance.request"]
            .sudo()
            .search(
                [
                    ("equipment_id", "in", self.ids),
                    ("maintenance_type", "=", "corrective"),
                    ("stage_id.done", "=", False),
                    ("archive", "=", False),
                ]
            )
        )
        for equipment in self:
            values = {"equipment": equipment.display_name}
            open_repairs = repairs.filtered(
                lambda request, item=equipment: request.equipment_id == item
            )
            if open_repairs:
                raise UserError(
                    self.env._(
                        "The repair %(request)s of %(equipment)s is not done yet.",
                        request=open_repairs[0].name,
                        **values,
                    )
                )
            stop, confirmed = stopped.get(equipment.id), equipment.traceability_id
            if not equipment.traceability_required:
                if stop and not (details.get("function_check") or "").strip():
                    raise UserError(
                        self.env._(
                            "%(equipment)s was stopped: enter the function check that "
                            "shows that it works again.",
                            **values,
                        )
                    )
            elif (
                not confirmed
                or (stop and stop.traceability_id == confirmed)
                or (confirmed.date_to and confirmed.date_to < today)
            ):
                raise UserError(
                    self.env._(
                        "%(equipment)s needs a certificate confirmed after it was "
                        "stopped before it is used again.",
                        **values,
                    )
                )

    def _check_sealed_again(self):
        """What stood open may have been adjusted: it is calibrated, then sealed."""
        opened = self.filtered(
            lambda equipment: (
                equipment.seal_state == "broken" and equipment.traceability_required
            )
        )
        found = opened._get_last_events("seal_broken")
        for equipment in opened:
            event = found.get(equipment.id)
            if event and event.traceability_id == equipment.traceability_id:
                raise UserError(
                    self.env._(
                        "%(equipment)s needs a certificate confirmed after its seal was "
                        "found broken before it is sealed again.",
                        equipment=equipment.display_name,
                    )
                )

    def _get_last_stops(self):
        """Return {equipment id: its last event "suspend" or "seal"} in one query."""
        return self._get_last_events("suspend", "seal")

    def _get_last_events(self, *kinds):
        """Return {equipment id: its last event of these kinds} in one query."""
        events = self.env["metrology.equipment.event"].search(
            [("equipment_id", "in", self.ids), ("kind", "in", kinds)], order="id"
        )
        return {event.equipment_id.id: event for event in events}

    # Found wrong --------------------------------------------------------------

    def _after_suspended(self, events):
        """What follows when equipment was taken out of use. Hook."""
        self._open_impact_analysis(events)

    def _open_impact_analysis(self, events):
        """List the results that equipment found wrong may have spoilt. Hook.

        ``metrology_impact`` extends it: what was measured with the equipment after
        ``_get_last_good_days()`` is in question (ISO/IEC 17025 6.4.9, 7.10).

        :param events: metrology.equipment.event of the kind "suspend"
        :return: the analyses opened, or None
        """
        return None

    def _get_last_good_days(self):
        """Return the day of the last evidence that each equipment was in order.

        The later of the last confirmed certificate and the last passed intermediate
        check; what was measured since is in question once it is found wrong.

        :return: {equipment id: date or False}; two queries for any number
        :rtype: dict[int, datetime.date | bool]
        """
        result = dict.fromkeys(self.ids, False)
        for model, domain in (
            ("metrology.traceability", [("state", "=", "confirmed")]),
            ("metrology.equipment.check", [("state", "=", "passed")]),
        ):
            for equipment, day in self.env[model]._read_group(
                [("equipment_id", "in", self.ids), *domain],
                ["equipment_id"],
                ["date:max"],
            ):
                result[equipment.id] = max(result[equipment.id] or day, day)
        return result

    def _make_repair_request(self, reason):
        """Ask for the repair of each equipment (maintenance.request, corrective)."""
        self.check_access("write")
        return self.env["maintenance.request"].create(
            [
                {
                    "name": self.env._(
                        "Repair of %(equipment)s", equipment=equipment.display_name
                    ),
                    "equipment_id": equipment.id,
                    "maintenance_type": "corrective",
                    "description": reason,
                    "company_id": (equipment.company_id or self.env.company).id,
                }
                for equipment in self
            ]
        )

    # Location -----------------------------------------------------------------

    @api.model
    def _location_note(self):
        return self.env._("Changed on its card")

    def write(self, vals):
        """Keep a change of the room that was made on the card as a movement."""
        if "room_id" not in vals or self._guard_has_key():
            return super().write(vals)
        moved = self.filtered(
            lambda equipment: (
                equipment.metrology_use != "none"
                and equipment.room_id
                and equipment.room_id.id != vals["room_id"]
            )
        )
        result = super().write(vals)
        if moved and vals["room_id"]:
            self.env["metrology.equipment.event"].sudo().create(
                [
                    {
                        "equipment_id": equipment.id,
                        "kind": "move",
                        "reason": self._location_note(),
                        "room_id": vals["room_id"],
                        "user_id": self.env.uid,
                    }
                    for equipment in moved
                ]
            )
        return result
