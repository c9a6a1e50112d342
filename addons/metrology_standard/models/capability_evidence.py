# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models

from odoo.addons.metrology_method.models.capability_readiness import LIGHT_SELECTION

#: A trial of a standard counts for a year (JJF 1033), unless its plan says otherwise.
_TRIAL_KINDS = ("repeatability", "stability")


class MetrologyCapability(models.Model):
    """Evidence of the measurement standards, their equipment and their rooms."""

    _inherit = "metrology.capability"

    readiness_standard = fields.Selection(
        selection=LIGHT_SELECTION,
        string="Standards",
        compute="_compute_readiness",
    )
    readiness_equipment = fields.Selection(
        selection=LIGHT_SELECTION, string="Equipment", compute="_compute_readiness"
    )
    readiness_trial = fields.Selection(
        selection=LIGHT_SELECTION,
        string="Repeatability and Stability",
        compute="_compute_readiness",
    )
    readiness_room = fields.Selection(
        selection=LIGHT_SELECTION, string="Rooms", compute="_compute_readiness"
    )

    @api.model
    def _get_readiness_fields(self):
        return {
            **super()._get_readiness_fields(),
            "standard": "readiness_standard",
            "equipment": "readiness_equipment",
            "trial": "readiness_trial",
            "room": "readiness_room",
        }

    def _get_evidence_sections(self, day):
        result = super()._get_evidence_sections(day)
        facts = self._evidence_standard_facts(day)
        for capability in self:
            result[capability.id] += [
                capability._evidence_standards(facts, day),
                capability._evidence_equipment(facts, day),
                capability._evidence_trials(facts, day),
                capability._evidence_rooms(facts),
            ]
        return result

    def _evidence_standard_facts(self, day):
        """Read everything about the standards of these capabilities, all at once."""
        # Withdrawn ones are no evidence any more; they stay in their own history.
        standards = self.standard_ids.filtered(lambda one: one.state != "withdrawn")
        members = self.env["metrology.standard.member"].search(
            [("standard_id", "in", standards.ids)]
        )
        equipment = members.equipment_id
        checks = {}
        for check in self.env["metrology.equipment.check"].search(
            [
                ("equipment_id", "in", equipment.ids),
                ("state", "in", ("passed", "failed")),
                ("date", "<=", day),
            ],
            order="date, id",
        ):
            checks[check.equipment_id.id] = check
        return {
            "blockers": standards._get_validity_blockers(day),
            "members": members.grouped("standard_id"),
            "equipment": equipment._get_validity_blockers(day),
            "traceability": equipment._get_traceabilities(day),
            "checks": checks,
            "plans": standards.plan_ids.grouped("standard_id"),
        }

    def _evidence_own_standards(self):
        self.ensure_one()
        return self.standard_ids.filtered(lambda one: one.state != "withdrawn")

    def _evidence_standards(self, facts, day):
        """Measurement standards with their certificates."""
        rows, missing = [], []
        standards = self._evidence_own_standards()
        usable = standards.filtered(lambda one: not facts["blockers"][one.id])
        for standard in standards:
            blockers = facts["blockers"][standard.id]
            # While another one serves, a standard that does not is no gap by itself.
            light = "yellow" if usable else "red"
            missing += [
                self._evidence_missing(message, light) for _code, message in blockers
            ]
            rows.append(
                [
                    self._evidence_cell(
                        standard.display_name,
                        standard,
                        "green" if not blockers else light,
                    ),
                    self._evidence_cell(standard.range_text),
                    self._evidence_cell(standard.uncertainty_text),
                    self._evidence_cell(standard.number),
                    self._evidence_cell(
                        standard.date_to,
                        light=self._evidence_date_light(
                            standard.date_to, day, "metrology.standard"
                        ),
                    ),
                    self._evidence_cell(standard.social_number),
                    self._evidence_cell(
                        standard.social_date_to,
                        light=self._evidence_date_light(
                            standard.social_date_to, day, "metrology.standard"
                        ),
                    ),
                    self._evidence_cell(
                        standard.leader_id.sudo().name,
                    ),
                ]
            )
            if not standard.leader_id:
                missing.append(
                    self._evidence_missing(
                        self.env._(
                            "%(standard)s has no person in charge.",
                            standard=standard.display_name,
                        ),
                        "yellow",
                    )
                )
        if not standards:
            missing.append(
                self._evidence_missing(
                    self.env._("No measurement standard is entered for it.")
                )
            )
        return self._evidence_section(
            "standard",
            self.env._("Measurement Standards"),
            30,
            columns=[
                self.env._("Measurement Standard"),
                self.env._("Range"),
                self.env._("Uncertainty / Class / MPE"),
                self.env._("Examination Certificate"),
                self.env._("Valid until"),
                self.env._("Social Public Standard Certificate"),
                self.env._("Valid until"),
                self.env._("Person in Charge"),
            ],
            rows=rows,
            missing=missing,
        )

    def _evidence_equipment(self, facts, day):
        """Each member: status, traceability, due date, intermediate check."""
        rows, missing, seen = [], [], set()
        members = self.env["metrology.standard.member"].union(
            *(
                facts["members"].get(standard, ())
                or self.env["metrology.standard.member"]
                for standard in self._evidence_own_standards()
            )
        )
        roles = dict(members._fields["role"]._description_selection(self.env))
        for member in members:
            equipment = member.equipment_id
            if equipment.id in seen:
                continue
            seen.add(equipment.id)
            blockers = facts["equipment"][equipment.id]
            missing += self._evidence_blockers(blockers)
            certificate = facts["traceability"].get(equipment.id)
            rows.append(
                [
                    self._evidence_cell(
                        equipment.display_name,
                        equipment,
                        "red" if blockers else "green",
                    ),
                    self._evidence_cell(roles[member.role]),
                    self._evidence_cell(
                        " / ".join(
                            part
                            for part in (equipment.model, equipment.serial_no)
                            if part
                        )
                    ),
                    self._evidence_cell(
                        certificate and certificate.number, certificate
                    ),
                    self._evidence_cell(certificate and certificate.provider),
                    self._evidence_cell(
                        certificate and certificate.date_to,
                        light=self._evidence_date_light(
                            certificate and certificate.date_to,
                            day,
                            "maintenance.equipment",
                        ),
                    ),
                    self._evidence_check_cell(equipment, facts, missing, day),
                ]
            )
        if not rows:
            missing.append(
                self._evidence_missing(
                    self.env._("No equipment stands in its measurement standards.")
                )
            )
        return self._evidence_section(
            "equipment",
            self.env._("Equipment and Traceability"),
            40,
            columns=[
                self.env._("Equipment"),
                self.env._("Role"),
                self.env._("Model / Serial Number"),
                self.env._("Certificate"),
                self.env._("Issued by"),
                self.env._("Due Date"),
                self.env._("Intermediate Check"),
            ],
            rows=rows,
            missing=missing,
        )

    def _evidence_check_cell(self, equipment, facts, missing, day):
        """The last intermediate check, and whether the next one is due."""
        check = facts["checks"].get(equipment.id)
        if equipment.check_due and equipment.check_due < day:
            missing.append(
                self._evidence_missing(
                    self.env._(
                        "%(equipment)s: the intermediate check was due on %(day)s.",
                        equipment=equipment.display_name,
                        day=equipment.check_due,
                    )
                )
            )
            return self._evidence_cell(check and check.date, check, "red")
        if not check:
            return self._evidence_cell(
                self.env._("not planned")
                if not equipment.check_interval_months
                else self.env._("due on %(day)s", day=equipment.check_due or "–")
            )
        return self._evidence_cell(
            check.date, check, "green" if check.state == "passed" else "red"
        )

    def _evidence_trials(self, facts, day):
        """Repeatability and stability of the standards (JJF 1033)."""
        rows, missing = [], []
        for standard in self._evidence_own_standards():
            plans = facts["plans"].get(standard) or standard.plan_ids
            kinds = dict(plans._fields["kind"]._description_selection(self.env))
            for kind in _TRIAL_KINDS:
                if not plans.filtered(lambda plan, kind=kind: plan.kind == kind):
                    missing.append(
                        self._evidence_missing(
                            self.env._(
                                "%(standard)s: no trial is planned (%(kind)s).",
                                standard=standard.display_name,
                                kind=kinds[kind],
                            ),
                            "yellow",
                        )
                    )
            for plan in plans:
                rows.append(self._evidence_trial_row(plan, kinds, missing, day))
        return self._evidence_section(
            "trial",
            self.env._("Repeatability and Stability"),
            50,
            columns=[
                self.env._("Measurement Standard"),
                self.env._("Trial"),
                self.env._("Last Done"),
                self.env._("Conclusion"),
                self.env._("Next Due"),
            ],
            rows=rows,
            missing=missing,
            empty=self.env._("No trials are planned."),
        )

    def _evidence_trial_row(self, plan, kinds, missing, day):
        ends = dict(plan._fields["last_conclusion"]._description_selection(self.env))
        failed = plan.last_conclusion == "fail"
        overdue = bool(plan.date_to and plan.date_to < day)
        if failed or overdue:
            missing.append(
                self._evidence_missing(
                    self.env._("%(plan)s did not conform.", plan=plan.display_name)
                    if failed
                    else self.env._(
                        "%(plan)s was due on %(day)s.",
                        plan=plan.display_name,
                        day=plan.date_to,
                    )
                )
            )
        standard, test = plan.standard_id, plan.last_test_id
        return [
            self._evidence_cell(standard.display_name, standard),
            self._evidence_cell(f"{kinds[plan.kind]} {plan.name}", plan),
            self._evidence_cell(test.date, test),
            self._evidence_cell(
                ends.get(plan.last_conclusion),
                light="red" if failed else "green" if test else "none",
            ),
            self._evidence_cell(plan.date_to, light="red" if overdue else "none"),
        ]

    def _evidence_rooms(self, facts):
        """The rooms of the standards and the conditions they must keep."""
        rows, missing = [], []
        standards = self._evidence_own_standards()
        for room in standards.room_id:
            rows.append(
                [
                    self._evidence_cell(room.display_name, room),
                    self._evidence_cell(
                        ", ".join(
                            standards.filtered(
                                lambda one, room=room: one.room_id == room
                            ).mapped("display_name")
                        )
                    ),
                    self._evidence_cell(
                        "; ".join(room.limit_ids.mapped("display_name")),
                        light="green" if room.limit_ids else "yellow",
                    ),
                ]
            )
            if not room.limit_ids:
                missing.append(
                    self._evidence_missing(
                        self.env._(
                            "%(room)s has no limits of its conditions.",
                            room=room.display_name,
                        ),
                        "yellow",
                    )
                )
        for standard in standards:
            if not standard.room_id:
                missing.append(
                    self._evidence_missing(
                        self.env._(
                            "%(standard)s has no room.", standard=standard.display_name
                        ),
                        "yellow",
                    )
                )
        return self._evidence_section(
            "room",
            self.env._("Rooms and Conditions"),
            60,
            columns=[
                self.env._("Room"),
                self.env._("Measurement Standards"),
                self.env._("Limits"),
            ],
            rows=rows,
            missing=missing,
            empty=self.env._("No room is named."),
        )
