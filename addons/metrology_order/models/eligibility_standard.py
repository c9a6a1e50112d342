# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class MetrologyEligibility(models.AbstractModel):
    """Which standards may serve which customer, and with which equipment.

    The nature of a standard limits whom it serves (JJF 1069 4.1.2); equipment chosen
    for a job belongs to the file of one of its standards.
    """

    _inherit = "metrology.eligibility"

    @api.model
    def _prepare_job_subject(self, job):
        return {
            **super()._prepare_job_subject(job),
            **self._prepare_service_facts(job.order_id, job.instrument_id, job),
            "chosen_equipment": job.equipment_ids,
        }

    @api.model
    def _prepare_line_subject(self, line):
        return {
            **super()._prepare_line_subject(line),
            **self._prepare_service_facts(line.order_id, line.instrument_id, line),
            "chosen_equipment": self.env["maintenance.equipment"],
        }

    @api.model
    def _prepare_service_facts(self, order, instrument, work):
        """Return who the customer is and whether the work is mandatory by law."""
        return {
            "internal": order.commercial_partner_id._metrology_is_internal(
                order.company_id
            ),
            "mandatory": instrument.mandatory and work.service_kind == "verification",
        }

    @api.model
    def _collect(self, subjects, activity, day):
        facts = super()._collect(subjects, activity, day)
        standards = self.env["metrology.standard"].sudo().browse(facts["blockers"])
        facts["service"] = standards._get_service_blockers(
            day,
            [
                {
                    "key": subject["key"],
                    "capability": subject["capability"],
                    "internal": subject["internal"],
                    "mandatory": subject["mandatory"],
                }
                for subject in subjects
            ],
        )
        facts["equipment"] = standards._get_equipment(day) if standards else {}
        chosen = self.env["maintenance.equipment"].sudo()
        chosen = chosen.browse(
            {id_ for subject in subjects for id_ in subject["chosen_equipment"].ids}
        )
        facts["equipment_blockers"] = (
            chosen._get_validity_blockers(day) if chosen else {}
        )
        return facts

    @api.model
    def _judge_standards(self, subject, facts, answer):
        """Add: the standard's nature and authorisation; the chosen equipment."""
        refused = facts["service"].get(subject["key"])
        if refused:
            blockers = dict(facts["blockers"])
            for standard_id, found in refused.items():
                blockers[standard_id] = [*blockers.get(standard_id, ()), *found]
            facts = {**facts, "blockers": blockers}
        result = super()._judge_standards(subject, facts, answer)
        usable = [
            equipment_id
            for standard_id in answer["standards"]
            for equipment_id in facts["equipment"][standard_id].ids
        ]
        answer["equipment"] = list(dict.fromkeys(usable))
        if subject["chosen_equipment"]:
            self._judge_equipment(subject, facts, answer)
        return result

    @api.model
    def _judge_equipment(self, subject, facts, answer):
        """Chosen equipment is in the file of a standard of the job, and usable."""
        standards = subject["standards"]
        registered = standards.equipment_ids
        for equipment in subject["chosen_equipment"]:
            if equipment not in registered:
                self._refuse(
                    answer,
                    "equipment_outside_file",
                    equipment,
                    self.env._(
                        "%(subject)s: %(equipment)s is not in the file of "
                        "%(standards)s. Use registered equipment, or have the change "
                        "of the standard approved first.",
                        subject=subject["label"],
                        equipment=equipment.display_name,
                        standards=", ".join(standards.mapped("display_name")) or "–",
                    ),
                )
            for code, message in facts["equipment_blockers"].get(equipment.id, ()):
                self._refuse(
                    answer,
                    code,
                    equipment,
                    self.env._(
                        "%(subject)s: %(reason)s",
                        subject=subject["label"],
                        reason=message,
                    ),
                )
        answer["equipment"] = subject["chosen_equipment"].ids
