# SPDX-License-Identifier: AGPL-3.0-only
from collections import defaultdict

from odoo import api, fields, models

from odoo.addons.metrology_method.models.capability_readiness import LIGHT_SELECTION

from ..const import EXECUTE_ACTIVITIES, MIN_PERSONS

#: Steps of the work that somebody must be authorised for; one of each is enough.
_STEPS = (("check",), ("approve", "sign"))


class MetrologyCapability(models.Model):
    """Evidence of the persons: who may do what, on what grounds, until when."""

    _inherit = "metrology.capability"

    readiness_staff = fields.Selection(
        selection=LIGHT_SELECTION, string="Persons", compute="_compute_readiness"
    )

    @api.model
    def _get_readiness_fields(self):
        return {**super()._get_readiness_fields(), "staff": "readiness_staff"}

    def _get_evidence_sections(self, day):
        result = super()._get_evidence_sections(day)
        Authorization = self.env["metrology.authorization"].sudo()
        found = Authorization.search(
            [
                ("capability_id", "in", self.ids),
                ("state", "in", ("active", "suspended")),
                ("date_from", "<=", day),
            ],
            order="capability_id, employee_id, activity, date_to",
        )
        activities = sorted(set(found.mapped("activity")))
        Employee = self.env["hr.employee"].sudo()
        facts = {
            # Grouped, not collected one by one: they are read together.
            "records": found.grouped("capability_id"),
            "blockers": Employee._get_person_blockers(
                found.employee_id, activities, day
            ),
            "competence": Employee._get_capability_blockers(found.employee_id, day),
            # Titles are personal data: for those who answer for the staff.
            "titles": any(
                self.env.user.has_group(group)
                for group in (
                    "metrology.group_technical_head",
                    "metrology.group_quality",
                    "metrology.group_staff_manager",
                    "hr.group_hr_user",
                )
            )
            or self.env.su,
        }
        for capability in self:
            result[capability.id].append(capability._evidence_staff(facts, day))
        return result

    def _evidence_staff(self, facts, day):
        """Each person with activities, grounds and end; the two-person rule."""
        self.ensure_one()
        records = (
            facts["records"].get(self.sudo())
            or self.env["metrology.authorization"].sudo()
        )
        labels = dict(records._fields["activity"]._description_selection(self.env))
        able = defaultdict(set)
        by_person = records.grouped("employee_id")
        rows, missing = [], []
        for person, own in by_person.items():
            rows.append(
                self._evidence_person(person, own, labels, able, missing, facts, day)
            )
        execute = EXECUTE_ACTIVITIES[self.service_kind]
        if len(able[execute]) < MIN_PERSONS:
            missing.insert(
                0,
                self._evidence_missing(
                    self.env._(
                        "%(minimum)s persons must be able to carry it out, there are "
                        "%(count)s.",
                        minimum=MIN_PERSONS,
                        count=len(able[execute]),
                    )
                ),
            )
        for codes in _STEPS:
            if not any(able[code] for code in codes):
                missing.append(
                    self._evidence_missing(
                        self.env._(
                            "Nobody is authorized: %(activity)s.",
                            activity=" / ".join(labels[code] for code in codes),
                        )
                    )
                )
        columns = [self.env._("Person")]
        if facts["titles"]:
            columns.append(self.env._("Professional Title"))
        columns += [
            self.env._("Activities"),
            self.env._("Competence Confirmed"),
            self.env._("Training and Assessment"),
            self.env._("Authorized until"),
        ]
        return self._evidence_section(
            "staff",
            self.env._("Persons"),
            70,
            columns=columns,
            rows=rows,
            missing=missing,
            empty=self.env._("Nobody is authorized."),
        )

    def _evidence_person(self, person, own, labels, able, missing, facts, day):
        """One row; fills who is able and what is missing of the person."""
        valid, reasons = [], []
        for record in own:
            blockers = [
                *facts["blockers"].get((person.id, record.activity), ()),
                *facts["competence"].get((person.id, self.id), ()),
            ]
            if record.state == "suspended" or record.date_to < day:
                continue
            if blockers:
                reasons += [message for _code, message in blockers]
            else:
                able[record.activity].add(person.id)
                valid.append(record)
        lapsed = [record for record in own if record not in valid]
        current = valid or [own[-1]]
        end = min(record.date_to for record in current)
        light = self._evidence_date_light(end, day, "metrology.authorization")
        if not valid:
            light = "none" if not reasons else "yellow"
        for reason in dict.fromkeys(reasons):
            missing.append(self._evidence_missing(reason, "yellow"))
        trained = [record for record in current if record.training_ids]
        assessed = [record for record in current if record.assessment_ids]
        ungrounded = [
            record
            for record in valid
            if not (
                record.training_ids
                or record.assessment_ids
                or (record.competence_evidence or "").strip()
            )
        ]
        if ungrounded:
            missing.append(
                self._evidence_missing(
                    self.env._(
                        "%(person)s: no training or assessment is named for the "
                        "authorization.",
                        person=person.name,
                    ),
                    "yellow",
                )
            )
        words = ", ".join(
            dict.fromkeys(
                labels[record.activity] for record in (valid or lapsed or own)
            )
        )
        grounds = self.env._(
            "%(trainings)s trainings, %(assessments)s assessments",
            trainings=len(
                {one.id for record in trained for one in record.training_ids}
            ),
            assessments=len(
                {one.id for record in assessed for one in record.assessment_ids}
            ),
        )
        confirmed = max(
            (
                record.competence_confirmed_on
                for record in current
                if record.competence_confirmed_on
            ),
            default=False,
        )
        row = [
            self._evidence_cell(person.name, current[0], "green" if valid else "none"),
            self._evidence_cell(
                words if valid else self.env._("lapsed: %(what)s", what=words)
            ),
            self._evidence_cell(confirmed),
            self._evidence_cell(grounds),
            self._evidence_cell(end, light=light),
        ]
        if facts["titles"]:
            titles = dict(
                person._fields["professional_title"]._description_selection(self.env)
            )
            row.insert(1, self._evidence_cell(titles.get(person.professional_title)))
        return row
