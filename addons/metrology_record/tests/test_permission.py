# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import RecordCommon, gauge_data


@tagged("post_install", "-at_install")
class TestPermission(RecordCommon):
    """The permission of this moment, not of the moment the work began."""

    def _save(self, data=None):
        record = self.record.with_user(self.anna)
        return record.save_draft(data or gauge_data(), record.entry_token)

    @requirement("S2-6.4e")
    def test_withdrawn_while_the_record_is_open(self):
        """Suspended while the record is open: the next save and the submission are
        refused, and nothing of it is kept; lifted, the work goes on."""
        self._save()
        self.record.with_user(self.anna).write(
            {"temperature": "20.0", "humidity": "50"}
        )
        right = self.env["metrology.authorization"].search(
            [
                ("employee_id", "=", self.anna_employee.id),
                ("activity", "=", "verify"),
            ]
        )
        right.with_user(self.head).action_suspend("Complaint")
        before = self.record.draft_data
        with self.assertRefused(UserError, "suspended", "nothing was saved"):
            self._save(gauge_data(cls="2.5"))
        self.assertEqual(self.record.draft_data, before)
        with self.assertRefused(UserError, "suspended"):
            self.record.with_user(self.anna).temperature = "23.0"
        self.record.invalidate_recordset(["temperature"])
        self.assertEqual(self.record.temperature, "20.0")
        with self.assertRefused(UserError, "suspended"):
            self.record.with_user(self.anna).action_submit("rec_anna")
        self.assertEqual(self.record.state, "running")
        # The other executor, whose authorization stands, types on.
        record = self.record.with_user(self.ben)
        record.save_draft(gauge_data(cls="2.5"), record.entry_token)
        right._guard_open().state = "active"
        self._save(gauge_data())
        self.assertEqual(self.record.draft_data["fields"]["cls"], "1.6")

    @requirement("S0-5.1.2-3")
    def test_age_on_the_day_of_the_verifiers_signature(self):
        """66 since yesterday, or without birthday, a verifier neither types nor signs;
        on the day before the 66th birthday he does both."""
        self._type(self.record, gauge_data())
        record = self.record.with_user(self.anna)
        birthday = self.today - relativedelta(years=66)
        for born, word in (
            (birthday - relativedelta(days=1), "age limit"),
            (False, "birthday"),
        ):
            self.anna_employee.birthday = born
            with self.assertRefused(UserError, word):
                self._save()
            with self.assertRefused(UserError, word):
                record.action_submit("rec_anna")
            self.assertEqual(record.state, "running")
        self.anna_employee.birthday = birthday + relativedelta(days=1)
        self._save()
        record.action_submit("rec_anna")
        self.assertEqual(record.state, "submitted")

    def test_failed_evaluation_stops_the_entry(self):
        """Found not competent for the capability, the person types no further."""
        self.env["metrology.evaluation"].create(
            {
                "employee_id": self.anna_employee.id,
                "evaluator_id": self.carl_employee.id,
                "capability_id": self.capability.id,
                "date_to": self.today,
                "result": "not",
                "finding": "Wrong readings.",
                "state": "confirmed",
            }
        )
        with self.assertRefused(UserError, "not competent"):
            self._save()
