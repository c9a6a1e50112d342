# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models


class MetrologyEligibility(models.AbstractModel):
    """The order of sources, and deviations that are agreed before the work."""

    _inherit = "metrology.eligibility"

    @api.model
    def _prepare_job_subject(self, job):
        return {**super()._prepare_job_subject(job), "line": job.order_line_id}

    @api.model
    def _prepare_line_subject(self, line):
        return {**super()._prepare_line_subject(line), "line": line}

    @api.model
    def _collect(self, subjects, activity, day):
        facts = super()._collect(subjects, activity, day)
        types = self.env["metrology.instrument.type"].union(
            *(subject["instrument_type"] for subject in subjects)
        )
        kinds = sorted({subject["service_kind"] for subject in subjects})
        facts["preferred"] = self.env["metrology.method"]._get_preferred(
            types, kinds, day
        )
        line_ids = [id_ for s in subjects if s["job"] for id_ in s["line"].ids]
        facts["deviations"] = {}
        if line_ids and activity == "execute":
            for deviation in (
                self.env["metrology.method.deviation"]
                .sudo()
                .search(
                    [
                        ("order_line_id", "in", line_ids),
                        ("state", "not in", ("accepted", "refused")),
                    ]
                )
            ):
                facts["deviations"].setdefault(deviation.order_line_id.id, []).append(
                    deviation
                )
        return facts

    @api.model
    def _judge_method(self, subject, facts, answer):
        result = super()._judge_method(subject, facts, answer)
        self._judge_source(subject, facts, answer)
        labels = dict(
            self.env["metrology.method.deviation"]
            ._fields["state"]
            ._description_selection(self.env)
        )
        for deviation in facts["deviations"].get(subject["line"].id, ()):
            self._refuse(
                answer,
                "deviation_open",
                deviation,
                self.env._(
                    "%(subject)s: the deviation “%(name)s” is only “%(state)s”. It is "
                    "judged, authorised and accepted by the customer before the work.",
                    subject=subject["label"],
                    name=deviation.name,
                    state=labels[deviation.state],
                ),
            )
        return result

    @api.model
    def _judge_source(self, subject, facts, answer):
        """A verification follows the national regulation, also after acceptance; other
        services are asked for the reason once, before it."""
        line, method = subject["line"], subject["capability"].method_id
        if subject["job"] and subject["service_kind"] != "verification":
            return
        refusal = method and method._get_source_refusal(
            facts["preferred"].get(
                (subject["instrument_type"].id, subject["service_kind"]),
                method.browse(),
            ),
            line.method_by_customer or (line.method_reason or "").strip(),
        )
        if refusal:
            self._refuse(
                answer,
                "method_source",
                method,
                self.env._(
                    "%(subject)s: %(reason)s", subject=subject["label"], reason=refusal
                ),
            )
