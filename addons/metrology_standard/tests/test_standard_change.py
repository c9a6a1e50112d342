# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import StandardCommon


@tagged("post_install", "-at_install")
class TestStandardChange(StandardCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spare = cls._new_equipment("Piston Gauge", "0999", "reference")
        cls.member = cls.standard.member_ids.filtered(
            lambda member: member.role == "main"
        )

    def _new_change(self, kind, **values):
        return (
            self.env["metrology.standard.change"]
            .with_user(self.keeper)
            .create(
                {
                    "standard_id": self.standard.id,
                    "kind": kind,
                    "reason": "Worn out",
                    **values,
                }
            )
        )

    def _carry_out(self, kind, **values):
        change = self._new_change(kind, **values)
        change.action_submit()
        change.with_user(self.head).action_approve()
        return change

    def test_file_of_a_standard_in_use_is_closed(self):
        """Members are not added, replaced or removed by typing, RPC included."""
        member = self.member.with_user(self.keeper)
        for call in (
            lambda: member.write({"equipment_id": self.spare.id}),
            lambda: member.write({"role": "auxiliary"}),
            lambda: member.unlink(),
            lambda: member.create(
                {"standard_id": self.standard.id, "equipment_id": self.spare.id}
            ),
            lambda: self.standard.with_user(self.keeper).write(
                {"member_ids": [(0, 0, {"equipment_id": self.spare.id})]}
            ),
        ):
            with self.assertRefused(UserError, "Piston Gauge Device"):
                call()

    def test_replacement_is_applied_for_and_approved(self):
        """Another person approves; the old member stays told in the document."""
        change = self._carry_out(
            "replace", member_id=self.member.id, equipment_id=self.spare.id
        )
        self.assertEqual(self.member.equipment_id, self.spare)
        self.assertEqual(change.old_equipment_id, self.gauge_tester)
        self.assertEqual(self.standard.state, "active")

    def test_changed_accuracy_is_examined_anew(self):
        """Where uncertainty or class change the standard is suspended."""
        self._carry_out(
            "replace",
            member_id=self.member.id,
            equipment_id=self.spare.id,
            effect="changed",
        )
        self.assertEqual(self.standard.state, "suspended")
        self.assertIn("examined anew", self.standard.state_reason)

    def test_only_fit_equipment_comes_in(self):
        """Equipment without a confirmed certificate is refused by its sentence."""
        raw = self._new_equipment("Raw", "R-1", "reference", certified=False)
        change = self._new_change(
            "replace", member_id=self.member.id, equipment_id=raw.id
        )
        with self.assertRefused(UserError, "Raw"):
            change.action_submit()

    def test_nobody_decides_his_own(self):
        """Author, keeper and RPC cannot approve; what was submitted is closed."""
        change = self._new_change(
            "replace", member_id=self.member.id, equipment_id=self.spare.id
        )
        with self.assertRefused(UserError, "State"):
            change.write({"state": "approved"})
        change.action_submit()
        with self.assertRaises(AccessError):
            change.with_user(self.colleague).action_approve()
        with self.assertRefused(UserError, "Reason"):
            change.write({"reason": "other"})
        own = (
            self.env["metrology.standard.change"]
            .with_user(self.head)
            .create(
                {"standard_id": self.standard.id, "kind": "seal", "reason": "No work"}
            )
        )
        own.action_submit()
        with self.assertRefused(UserError, "another person"):
            own.action_approve()
        change.with_user(self.head).action_refuse("Not needed")
        self.assertEqual(self.member.equipment_id, self.gauge_tester)

    def test_sealing_and_back(self):
        """Sealed it is not put in use by the button, only by an approved change."""
        self._carry_out("seal")
        self.assertEqual(self.standard.state, "suspended")
        self.assertTrue(self.standard.is_sealed)
        with self.assertRefused(UserError, "sealed"):
            self.standard.with_user(self.keeper).action_activate()
        with self.assertRefused(UserError, "Sealed"):
            self.standard.with_user(self.keeper).write({"is_sealed": False})
        self._carry_out("unseal")
        self.assertEqual(self.standard.state, "active")
        self.assertFalse(self.standard.is_sealed)

    def test_giving_up_is_approved(self):
        """The button refuses a standard in use; the approved change ends it."""
        with self.assertRefused(UserError, "another person"):
            self.standard.with_user(self.head).action_withdraw("Old")
        self._carry_out("revoke")
        self.assertEqual(self.standard.state, "withdrawn")
        with self.assertRefused(UserError, "state"):
            self._new_change("seal").action_submit()

    def test_the_only_main_equipment_stays(self):
        """Removing it is refused, an auxiliary member can go."""
        change = self._new_change("remove", member_id=self.member.id)
        with self.assertRefused(UserError, "only main"):
            change.action_submit()
        other = self.standard.member_ids - self.member
        self._carry_out("remove", member_id=other.id)
        self.assertEqual(self.standard.member_ids, self.member)

    def test_substitute_works_for_a_failed_member(self):
        """Registered by a change, it works where the member may not, and only then."""
        self._carry_out(
            "add",
            equipment_id=self.spare.id,
            role="main",
            substitute_for_id=self.member.id,
        )
        standard = self.standard.with_user(self.user)
        before = standard._get_equipment(self.today)[standard.id]
        self.assertEqual(before, self.gauge_tester | self.barometer)
        self.gauge_tester.with_user(self.keeper)._register_event("suspend", "Broken")
        self.assertEqual(self._codes(standard), [])
        after = standard._get_equipment(self.today)[standard.id]
        self.assertEqual(after, self.spare | self.barometer)
        self.spare.with_user(self.keeper)._register_event("suspend", "Broken too")
        self.assertIn("equipment_state", self._codes(standard))

    def test_equipment_of_the_same_type_is_offered(self):
        """Same category or name, usable, not in the file; the dialog takes it."""
        unfit = self._new_equipment(
            "Piston Gauge", "0998", "reference", certified=False
        )
        member = self.member.with_user(self.keeper)
        self.assertEqual(member.alternate_ids, self.spare)
        self.assertNotIn(unfit, member.alternate_ids)
        context = member.action_replace()["context"]
        self.assertEqual(context["default_equipment_id"], self.spare.id)

    def test_substitute_of_another_standard_is_refused(self):
        """A substitute stands for a member of its own standard only."""
        draft = self._new_standard("Draft", activate=False, number="D")
        with self.assertRaises(ValidationError):
            draft.member_ids[0].substitute_for_id = self.member

    def test_another_standard_can_take_over(self):
        """A valid standard of the same capability is shown; a suspended one is not."""
        second = self._new_standard("Second Device", number="SE")
        standard = self.standard.with_user(self.user)
        self.assertEqual(standard.alternate_standard_ids, second)
        second.with_user(self.keeper).action_suspend("Moved")
        self.env.invalidate_all()
        self.assertFalse(standard.alternate_standard_ids)

    def test_what_waits_is_in_my_work(self):
        """A submitted change waits for the technical head, not for its author."""

        def waiting(user):
            steps = self.env["metrology.work"].with_user(user)._get_steps()
            step = next(one for one in steps if one["key"] == "standard_change")
            return self.env[step["model"]].with_user(user).search(step["domain"])

        change = self._new_change("seal")
        self.assertNotIn(change, waiting(self.head))
        change.action_submit()
        self.assertIn(change, waiting(self.head))
        self.assertNotIn(change, waiting(self.keeper))
