# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyEligibility(models.AbstractModel):
    """Add: the equipment reaches what the method asks, and who operates it may.

    Nothing that the capability requires is missing.  Of the standards chosen for a job:
    each requirement of the capability is met by one
    of their equipment (JJF 1069 7.3.3), the rooms have the conditions of its use, and
    the persons are authorised to operate the classes that need it.
    """

    _inherit = "metrology.eligibility"

    @api.model
    def _collect(self, subjects, activity, day):
        facts = super()._collect(subjects, activity, day)
        capability_ids = list({id_ for s in subjects for id_ in s["capability"].ids})
        lines = (
            self.env["metrology.capability.requirement"]
            .sudo()
            .search(
                [
                    ("capability_id", "in", capability_ids),
                    ("kind", "=", "equipment"),
                ]
            )
        )
        facts["incomplete"] = (
            self.env["metrology.capability"]
            .sudo()
            .browse(capability_ids)
            ._get_requirement_blockers(day)
            if activity == "execute"
            else {}
        )
        facts["requirements"] = {}
        for line in lines:
            facts["requirements"].setdefault(line.capability_id.id, []).append(line)
        # All that is registered: which of it works that day is judged later.
        standards = self.env["metrology.standard"].sudo().browse(facts["blockers"])
        equipment = standards.equipment_ids
        facts["operators"] = {}
        facts["conditions"] = {}
        if activity == "execute":
            classes = equipment.category_id.filtered("operator_required")
            facts["operators"] = self.env["metrology.authorization"]._get_operators(
                capability_ids, classes, day
            )
            if day == self.env["metrology.calendar"]._today(self.env.company):
                facts["conditions"] = equipment._get_condition_blockers(
                    fields.Datetime.now()
                )
        return facts

    @api.model
    def _judge(self, subject, facts, answer):
        result = super()._judge(subject, facts, answer)
        for code, message in facts["incomplete"].get(subject["capability"].id, ()):
            self._refuse(
                answer,
                code,
                subject["capability"],
                self.env._(
                    "%(subject)s: %(reason)s", subject=subject["label"], reason=message
                ),
            )
        if subject["standards"]:
            equipment = self.env["maintenance.equipment"].sudo()
            equipment = equipment.browse(answer["equipment"])
            self._judge_requirements(subject, facts, answer, equipment)
            self._judge_operators(subject, facts, answer, equipment)
            self._judge_conditions(subject, facts, answer, equipment)
        return result

    @api.model
    def _judge_requirements(self, subject, facts, answer, equipment):
        """One of the equipment reaches each requirement of the capability."""
        if not equipment:
            return
        for line in facts["requirements"].get(subject["capability"].id, ()):
            of_class = equipment
            if line.category_id:
                of_class = equipment.filtered(
                    lambda item, of=line.category_id: item.category_id == of
                )
            misfits = {item: line._get_misfit(item) for item in of_class}
            if not misfits or not all(misfits.values()):
                # None of this class is among them: the capability says what is missing.
                continue
            for item, reason in misfits.items():
                self._refuse(
                    answer,
                    "equipment_unfit",
                    item,
                    self.env._(
                        "%(subject)s: %(reason)s",
                        subject=subject["label"],
                        reason=reason,
                    ),
                )

    @api.model
    def _judge_operators(self, subject, facts, answer, equipment):
        """Every named person is authorised to operate the classes that need it."""
        persons = subject["employees"]
        if facts["activity"] != "execute" or not persons:
            return
        for category in equipment.category_id.filtered("operator_required"):
            key = (subject["capability"].id, category.id)
            allowed = facts["operators"].get(key, set())
            for person in persons:
                if person.id in allowed:
                    continue
                self._refuse(
                    answer,
                    "operator_missing",
                    person,
                    self.env._(
                        "%(subject)s: %(person)s is not authorised to operate "
                        "%(category)s.",
                        subject=subject["label"],
                        person=person.name,
                        category=category.name,
                    ),
                )

    @api.model
    def _judge_conditions(self, subject, facts, answer, equipment):
        """When the work begins the room has the conditions the equipment needs."""
        if subject["step"] not in ("start", "finish"):
            return
        for item in equipment:
            for code, message in facts["conditions"].get(item.id, ()):
                self._refuse(
                    answer,
                    code,
                    item,
                    self.env._(
                        "%(subject)s: %(reason)s",
                        subject=subject["label"],
                        reason=message,
                    ),
                )
