# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields

from odoo.addons.metrology_record.tests.test_correction import CorrectionCommon, typed


class ImpactCommon(CorrectionCommon):
    """Provides, beside CorrectionCommon, ``quality`` and records of several days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quality = cls._new_user("im_quality", "quality")
        cls.institution_day = cls.env["metrology.calendar"]._today(cls.env.company)

    def _day(self, days):
        return fields.Datetime.now() - timedelta(days=days)

    def _filed(self, serial, days_ago, *points, lock=True):
        """Return a record that was submitted and locked ``days_ago``."""
        record = self._open(serial)
        with freeze_time(self._day(days_ago)):
            self._submit(record, typed(*points))
            if lock:
                record.with_user(self.carl).action_check(self.carl.login)
        return record

    def _analysis(self, user=None, **values):
        return (
            self.env["metrology.impact.analysis"]
            .with_user(user or self.head)
            .create({"equipment_id": self.gauge_tester.id, **values})
        )

    def _ranked(self, shift="0.03", user=None, **values):
        values = {"shift_kind": "constant", "shift_value": shift, **values}
        analysis = self._analysis(user, **values)
        analysis.action_compute()
        return analysis

    def _failed_check(self, days_ago=0):
        procedure = (
            self.env["metrology.equipment.procedure"]
            .with_user(self.keeper)
            .create({"name": "QP-12", "text": "Compare at 10 MPa, limit 0.02"})
        )
        procedure.with_user(self.head).action_approve()
        check = (
            self.env["metrology.equipment.check"]
            .with_user(self.keeper)
            .create(
                {
                    "equipment_id": self.gauge_tester.id,
                    "procedure_id": procedure.id,
                    "line_ids": [
                        (
                            0,
                            0,
                            {"reference": "10", "measured": "10.5", "limit": "0.02"},
                        )
                    ],
                }
            )
        )
        check.action_done()
        return check
