# SPDX-License-Identifier: AGPL-3.0-only
from datetime import UTC, datetime, time

from odoo import api, fields, models

from .job import OPEN_STATES

_MONTHS = 12


class MetrologyCapability(models.Model):
    """What was and is done under the capability: it is alive, or asleep."""

    _inherit = "metrology.capability"

    def _get_evidence_sections(self, day):
        result = super()._get_evidence_sections(day)
        facts = self._evidence_work_facts(day)
        for capability in self:
            section = self._evidence_section(
                "work",
                self.env._("Work Done"),
                80,
                facts=[
                    self._evidence_fact(label, values.get(capability.id, "0"))
                    for label, values in facts
                ],
                light="none",
            )
            result[capability.id].append(section)
        return result

    def _evidence_work_facts(self, day):
        """Return [(label, {capability id: text})]. Hook: documents of later addons."""
        return [
            (
                self.env._("Jobs finished within a year"),
                self._evidence_counts(
                    "metrology.job",
                    [
                        ("state", "=", "done"),
                        ("finished_on", "<=", self._evidence_end_of(day)),
                        ("finished_on", ">", self._evidence_end_of(day, _MONTHS)),
                    ],
                ),
            ),
            (
                self.env._("Open jobs"),
                self._evidence_counts("metrology.job", [("state", "in", OPEN_STATES)]),
            ),
        ]

    @api.model
    def _evidence_end_of(self, day, months_before=0):
        """Return the end of a day at the institution, in UTC without zone."""
        zone = self.env["metrology.calendar"]._timezone(self.env.company)
        last = fields.Date.subtract(day, months=months_before)
        midnight = datetime.combine(fields.Date.add(last, days=1), time.min)
        return zone.localize(midnight).astimezone(UTC).replace(tzinfo=None)

    def _evidence_counts(self, model, domain, name="capability_id"):
        """Return {capability id: number} of documents; counts only, no document."""
        return {
            capability.id: count
            for capability, count in self.env[model]
            .sudo()
            ._read_group([*domain, (name, "in", self.ids)], [name], ["__count"])
        }
