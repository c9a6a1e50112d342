# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class MetrologyEligibility(models.AbstractModel):
    """Persons in training work beside their mentor, and count as nobody's second.

    Source: JJF 1069 7.1 g), effective supervision, persons in training included.
    """

    _inherit = "metrology.eligibility"

    @api.model
    def _collect(self, subjects, activity, day):
        """Add ``mentors``: {(employee id, capability id): mentor}, for executing."""
        facts = super()._collect(subjects, activity, day)
        facts["mentors"] = {}
        named = {
            id_
            for subject in subjects
            if subject["employees"]
            for id_ in subject["employees"].ids
        }
        if activity == "execute" and named:
            facts["mentors"] = self.env["metrology.mentoring"]._get_mentors(
                self.env["hr.employee"].browse(named),
                {id_ for subject in subjects for id_ in subject["capability"].ids},
                day,
            )
        return facts

    @api.model
    def _judge_persons(self, subject, facts, answer):
        """Let a person in training take part where the mentor does too.

        The authorised persons a job needs are counted without him.
        """
        mentors = self._get_trainees(subject, facts)
        if mentors:
            named = subject["employees"]
            answer["mentors"] = {}
            for person, mentor in mentors.items():
                answer["mentors"][str(person.id)] = mentor.id
                if mentor not in named:
                    self._refuse(
                        answer,
                        "trainee_alone",
                        person,
                        self.env._(
                            "%(subject)s: %(person)s is in training and works beside "
                            "%(mentor)s only: assign both.",
                            subject=subject["label"],
                            person=person.name,
                            mentor=mentor.name,
                        ),
                    )
            trainees = self.env["hr.employee"].union(*mentors)
            subject = {**subject, "employees": named - trainees}
        return super()._judge_persons(subject, facts, answer)

    @api.model
    def _get_trainees(self, subject, facts):
        """Return {person in training: mentor} of the named persons of a subject."""
        named, capability = subject["employees"], subject["capability"]
        mentors = facts.get("mentors")
        if not mentors or not named:
            return {}
        codes = self._activities(facts["activity"], subject["service_kind"])
        result = {}
        for person in named:
            mentor = mentors.get((person.id, capability.id))
            if mentor and not any(
                person in facts["authorized"].get((capability.id, code), ())
                for code in codes
            ):
                result[person] = mentor.sudo()
        return result

    @api.model
    def _explain_persons(self, jobs, day=None):
        """Let persons in training for every chosen job be ticked, beside the mentor."""
        rows = super()._explain_persons(jobs, day)
        capabilities = jobs.sudo().capability_id
        persons = self.env["hr.employee"].browse(
            [row["employee_id"] for row in rows if not row["eligible"]]
        )
        if not persons or not capabilities:
            return rows
        mentors = self.env["metrology.mentoring"]._get_mentors(
            persons,
            capabilities.ids,
            day or self.env["metrology.calendar"]._today(self.env.company),
        )
        for row in rows:
            own = [mentors.get((row["employee_id"], one.id)) for one in capabilities]
            if not row["eligible"] and all(own):
                names = self.env["hr.employee"].union(*own).sudo().mapped("name")
                row["eligible"] = True
                row["reason"] = self.env._(
                    "in training: beside %(mentor)s only", mentor=", ".join(names)
                )
        return rows
