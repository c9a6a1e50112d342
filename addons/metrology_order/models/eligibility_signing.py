# SPDX-License-Identifier: AGPL-3.0-only
from datetime import date

from odoo import api, models


class MetrologyEligibility(models.AbstractModel):
    """Steps that sign what was done earlier: a record, a certificate.

    The caller gives the day of the test as ``day`` and the day on which is signed as
    ``metrology_signing_day`` in the context.
    """

    _inherit = "metrology.eligibility"

    @api.model
    def _collect(self, subjects, activity, day):
        """Persons who sign count on the day they sign, all else on the day of test.

        A signatory whose authorization ended between test and signature does not sign;
        a standard that expired in between was valid when it was used.
        """
        facts = super()._collect(subjects, activity, day)
        signing_day = self.env.context.get("metrology_signing_day")
        # A date cannot come over RPC, where it is a text or a date with its time: the
        # day is the suite's to say, not the caller's.
        if type(signing_day) is date and signing_day != day:
            facts["signing_day"] = signing_day
            activities = {
                code
                for subject in subjects
                for code in self._activities(activity, subject["service_kind"])
            }
            facts["authorized"] = (
                self.env["metrology.authorization"]
                .sudo()
                ._get_authorized(
                    [id_ for subject in subjects for id_ in subject["capability"].ids],
                    sorted(activities),
                    signing_day,
                )
            )
        return facts

    @api.model
    def _judge_persons(self, subject, facts, answer):
        if facts.get("signing_day"):
            facts = {**facts, "day": facts["signing_day"]}
        return super()._judge_persons(subject, facts, answer)
