# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import StaffCommon, give_grounds


@tagged("post_install", "-at_install")
class TestKept(StaffCommon):
    """What writing, deleting and dialogs of others must not go round."""

    def test_practice_elsewhere_is_ended_not_deleted(self):
        """What stops a person from working here stays on file with its person."""
        practice = (
            self.env["metrology.practice"]
            .with_user(self.manager)
            .create(
                {
                    "employee_id": self.anna.id,
                    "institution": "Elsewhere",
                    "date_from": self.today - relativedelta(days=9),
                }
            )
        )
        with self.assertRefused(UserError, "Anna", "on which it ended"):
            practice.unlink()
        with self.assertRefused(UserError):
            practice.employee_id = self.boris
        with self.assertRefused(UserError):
            practice.company_id = self.env.company
        practice.date_to = self.today

    def test_closed_training(self):
        """Closed, neither plan and material of a training change, nor its reason."""
        training, assessments = give_grounds(self.env, self.anna, self.capability)
        for values in (
            {"material": "ZmlsZQ=="},
            {"need": "Another"},
            {"state_reason": "Another"},
        ):
            with self.assertRefused(UserError):
                training.with_user(self.manager).write(values)
        with self.assertRefused(UserError):
            training.participant_ids.with_user(self.manager).attended = False
        for values in ({"note": "Failed in fact"}, {"paper": "ZmlsZQ=="}):
            with self.assertRefused(UserError):
                assessments.with_user(self.manager).write(values)

    def test_dialogs_of_others(self):
        """Nobody touches the dialog of another; roles are set for persons of the own
        companies only."""
        Role = self.env["metrology.staff.role"]
        dialog = Role.with_user(self.manager).create({"employee_id": self.anna.id})
        other = self._new_user("staff_manager2", "staff_manager")
        with self.assertRefused(AccessError):
            dialog.with_user(other).role_ids = False
        company = self.env["res.company"].create({"name": "Other Institution"})
        login = self._new_user(
            "staff_foreign",
            "tester",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        foreign = self.env["hr.employee"].create(
            {"name": "Foreign", "user_id": login.id, "company_id": company.id}
        )
        dialog = Role.with_user(self.manager).create({"employee_id": foreign.id})
        dialog.role_ids = self.env.ref("metrology.group_quality")
        with self.assertRefused(AccessError):
            dialog.action_apply()
        self.assertFalse(login.has_group("metrology.group_quality"))

    def test_code_of_a_type_of_role(self):
        """The code by which rules know a type of role is not written."""
        kind = self.env["metrology.role.type"].search([], limit=1)
        with self.assertRefused(UserError):
            kind.with_user(self.manager).code = "testing"
        kind.with_user(self.manager).note = "Who does what"

    def test_deputy_and_told(self):
        """The occasion of an appointed deputy and the note of a notice stay."""
        paper = self._issue(self.anna)
        with self.assertRefused(UserError):
            paper.with_user(self.manager).expiry_notified_for = paper.date_to
        with self.assertRefused(UserError):
            paper.with_user(self.manager).state_reason = "Fine"
