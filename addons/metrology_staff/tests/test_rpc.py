# SPDX-License-Identifier: AGPL-3.0-only
import json

from dateutil.relativedelta import relativedelta

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import StaffCommon


@tagged("post_install", "-at_install")
class TestRpc(HttpCase, StaffCommon):
    """What the pages refuse is refused to programs, with the same sentence."""

    def _call(self, model, method, *args, **kwargs):
        """Return the answer of the client's own route: ``result`` or ``error``."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
        ).json()

    def _refused(self, word, model, method, *args):
        with mute_logger("odoo.http"):
            answer = self._call(model, method, *args)
        self.assertIn(word, answer["error"]["data"]["message"])
        self.env.invalidate_all()

    def _refused_issue(self, word, record):
        self._refused(word, "metrology.authorization", "action_activate", record.ids)
        self.assertEqual(record.state, "draft")

    def test_nobody_authorizes_himself(self):
        """A technical head who manages staff too neither enters nor issues his own."""
        both = self._new_user("rpc_both", "technical_head staff_manager")
        employee = self._new_employee("Both", user=both)
        record = self._draft(employee)
        self.authenticate("rpc_both", "rpc_both")
        self._refused_issue("himself", record)
        self._refused(
            "himself",
            "metrology.authorization",
            "create",
            {
                "employee_id": employee.id,
                "activity": "check",
                "capability_id": self.capability.id,
                "date_to": str(self.today),
            },
        )
        self._refused(
            "State", "metrology.authorization", "write", record.ids, {"state": "active"}
        )
        self.assertEqual(record.state, "draft")

    def test_capability_age_and_second_institution(self):
        """A lapsed capability, a 66-year-old and a person of a second institution are
        refused; on the day before the birthday the person passes."""
        record = self._draft(self.anna)
        self.authenticate("md_head", "md_head")
        self.capability.date_to = self.today - relativedelta(days=1)
        self._refused_issue("lapsed", record)
        self.capability.date_to = self.today + relativedelta(years=1)
        self.anna.birthday = self.today - relativedelta(years=66)
        self._refused_issue("age limit", record)
        self.anna.birthday = self.today - relativedelta(years=66, days=-1)
        practice = self.env["metrology.practice"].create(
            {
                "employee_id": self.anna.id,
                "institution": "Other Institute",
                "date_from": self.today,
            }
        )
        self._refused_issue("Other Institute", record)
        practice.unlink()
        answer = self._call("metrology.authorization", "action_activate", record.ids)
        self.assertNotIn("error", answer)
        self.env.invalidate_all()
        self.assertEqual(record.state, "active")

    def test_states_of_the_papers_are_not_written(self):
        """Training, assessment, evaluation, commitment and deputy: by buttons only."""
        training = self.env["metrology.training"].create({"name": "T"})
        assessment = self.env["metrology.assessment"].create(
            {
                "employee_id": self.anna.id,
                "capability_id": self.capability.id,
                "assessor_id": self.boris.id,
                "result": "passed",
            }
        )
        commitment = self.anna.commitment_ids[:1]
        self.authenticate("staff_manager", "staff_manager")
        for record, state in (
            (training, "closed"),
            (assessment, "confirmed"),
            (commitment, "signed"),
        ):
            before = record.state
            self._refused("State", record._name, "write", record.ids, {"state": state})
            self.assertEqual(record.state, before)
