# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ModelsCase
from .models import Document, DocumentLine, SealedDocument


@tagged("post_install", "-at_install")
class TestApproval(ModelsCase):
    test_models = (DocumentLine, Document, SealedDocument)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.author = cls.new_user("tester")
        cls.head = cls.new_user("technical_head")
        cls.quality = cls.new_user("quality")
        cls.everything = cls.new_user("administrator")
        cls.Documents = cls.env["metrology.test.document"].with_user(cls.author)
        cls.document = cls.Documents.create(
            {"name": "D", "line_ids": [Command.create({"name": "L"})]}
        )

    def as_user(self, user, document=None):
        return (document or self.document).with_user(user)

    def add_rules(self, *levels, domain="[]"):
        model_id = self.env["ir.model"]._get_id("metrology.test.document")
        return self.env["metrology.approval.rule"].create(
            [
                {
                    "name": f"Level {level}",
                    "model_id": model_id,
                    "level": level,
                    "group_id": self.env.ref(f"metrology.group_{role}").id,
                    "domain": domain,
                }
                for level, role in levels
            ]
        )

    def test_without_rule_the_technical_head_approves(self):
        """Author submits, technical head approves, what follows is done."""
        self.document.action_submit_approval()
        self.assertEqual(self.document.approval_state, "submitted")
        self.as_user(self.head).action_approve()
        self.assertEqual(
            (self.document.approval_state, self.document.effect),
            ("approved", "approved"),
        )
        line = self.document.approval_line_ids
        self.assertEqual((line.user_id, line.state), (self.head, "approved"))

    def test_author_never_approves(self):
        """Not even an author who holds every role approves an own document."""
        own = self.env["metrology.test.document"].with_user(self.everything)
        document = own.create({"name": "Own"})
        document.action_submit_approval()
        with self.assertRaisesRegex(AccessError, "own document"):
            document.action_approve()
        # Somebody else submits it: the creator is still an author.
        other = self.Documents.create({"name": "Other"})
        other.with_user(self.everything).action_submit_approval()
        for user in (self.everything, self.author):
            with self.assertRaisesRegex(AccessError, "own document"):
                other.with_user(user).action_approve()

    def test_only_the_named_role(self):
        """Somebody without the role is refused and told who decides."""
        self.document.action_submit_approval()
        with self.assertRaisesRegex(AccessError, "Technical Head"):
            self.as_user(self.quality).action_approve()

    def test_levels_in_order_by_different_persons(self):
        """The second level waits for the first and for another person."""
        self.add_rules((1, "quality"), (2, "technical_head"))
        self.document.action_submit_approval()
        with self.assertRaisesRegex(AccessError, "waits for Quality"):
            self.as_user(self.head).action_approve()
        self.as_user(self.everything).action_approve()
        self.assertEqual(self.document.approval_state, "submitted")
        with self.assertRaisesRegex(AccessError, "another person"):
            self.as_user(self.everything).action_approve()
        self.as_user(self.head).action_approve()
        self.assertEqual(self.document.approval_state, "approved")

    def test_rule_by_condition(self):
        """A rule counts for the documents its condition names."""
        self.add_rules((1, "quality"), domain="[('amount', '>', 100)]")
        self.document.amount = 200
        small = self.Documents.create({"name": "Small", "amount": 5})
        (self.document | small).action_submit_approval()
        self.as_user(self.quality).action_approve()
        self.as_user(self.head, small).action_approve()
        self.assertEqual(self.document.approval_state, "approved")
        self.assertEqual(small.approval_state, "approved")

    def test_faulty_rule_is_refused(self):
        """A condition that does not fit the document is refused at once."""
        for domain in ("[('nonsense', '=', 1)]", "__import__('os')", "[1"):
            with self.assertRaisesRegex(ValidationError, "does not fit"):
                self.add_rules((1, "quality"), domain=domain)

    def test_frozen_after_submission(self):
        """What was submitted does not change, lines included; other fields do."""
        self.document.action_submit_approval()
        line = self.document.line_ids
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.document.name = "X"
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            line.name = "X"
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            line.unlink()
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            line.create({"name": "new", "document_id": self.document.id})
        draft = self.Documents.create({"name": "Draft"})
        free = line.create({"name": "free", "document_id": draft.id})
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            free.document_id = self.document
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.document.unlink()
        self.document.note = "may change"

    def test_state_is_not_written(self):
        """Neither create nor write nor a default makes an approved document."""
        with self.assertRaises(AccessError):
            self.document.write({"approval_state": "approved"})
        with self.assertRaises(AccessError):
            self.document.write({"approval_author_id": self.head.id})
        with self.assertRaises(AccessError):
            self.Documents.create({"name": "E", "approval_state": "approved"})
        with self.assertRaises(AccessError):
            self.Documents.with_context(default_approval_state="approved").create(
                {"name": "E"}
            )
        self.document.action_submit_approval()
        self.assertEqual(self.document.copy().approval_state, "draft")

    def test_refuse_and_again(self):
        """A refusal needs a reason and opens the document; the next round starts new."""
        self.add_rules((1, "quality"), (2, "technical_head"))
        self.document.action_submit_approval()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.as_user(self.quality).action_refuse("  ")
        self.as_user(self.quality).action_refuse("Wrong edition")
        self.assertEqual(
            (self.document.approval_state, self.document.effect), ("refused", "refused")
        )
        self.document.name = "Better"
        self.document.action_submit_approval()
        self.as_user(self.quality).action_approve()
        self.as_user(self.head).action_approve()
        self.assertEqual(self.document.approval_state, "approved")
        self.assertEqual(len(self.document.approval_line_ids), 4)

    def test_take_back(self):
        """The author takes back what waits; nobody takes back what is approved."""
        self.document.action_submit_approval()
        with self.assertRaises(UserError):
            self.as_user(self.quality).action_reset_approval()
        self.document.action_reset_approval()
        self.assertEqual(self.document.approval_state, "draft")
        self.document.action_submit_approval()
        self.as_user(self.head).action_approve()
        with self.assertRaises(UserError):
            self.document.action_reset_approval()

    def test_together_with_seals(self):
        """An approval locks a sealed document, and its history says who did it."""
        document = self.env["metrology.test.sealed.document"].with_user(self.author)
        document = document.create({"name": "D"})
        document.action_submit_approval()
        document.with_user(self.head).action_approve()
        revision = self.env["metrology.revision"].search(
            [("model", "=", document._name), ("res_id", "=", document.id)], limit=1
        )
        self.assertEqual((revision.number, revision.user_ref), (3, self.head.id))
        with self.assertRaisesRegex(UserError, "locked"):
            document.name = "E"
        self.assertFalse(document._sealed_check())

    def test_twice(self):
        """A second click neither submits nor approves again."""
        self.document.action_submit_approval()
        with self.assertRaisesRegex(UserError, "submitted already"):
            self.document.action_submit_approval()
        self.as_user(self.head).action_approve()
        with self.assertRaisesRegex(UserError, "does not wait"):
            self.as_user(self.head).action_approve()

    def test_waiting_for_me(self):
        """My work counts what I may decide, and not what is mine."""
        work = self.env["metrology.work"]

        def count(user):
            steps = work.with_user(user).get_counts()
            return {step["key"]: step["count"] for step in steps}["approval"]

        before = count(self.head)
        self.document.action_submit_approval()
        self.assertEqual(count(self.head), before + 1)
        self.assertEqual(count(self.author), 0)
        line = self.document.approval_line_ids.with_user(self.head)
        self.assertTrue(line.can_decide)
        line.action_approve()
        self.assertEqual(self.document.approval_state, "approved")
        self.assertEqual(count(self.head), before)
