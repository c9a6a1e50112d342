# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ModelsCase
from .models import Lived


@tagged("post_install", "-at_install")
class TestLifecycle(ModelsCase):
    """metrology.lifecycle.mixin: draft -> active <-> suspended -> ended."""

    test_models = (Lived,)

    def setUp(self):
        super().setUp()
        self.user = self.new_user("business")
        self.head = self.new_user("technical_head")
        self.thing = self.env["metrology.test.lived"].create({"name": "One"})

    def test_the_way(self):
        """In use, suspended, in use again, ended; a reason is kept while it lasts."""
        thing = self.thing.with_user(self.head)
        thing.action_activate()
        self.assertEqual(thing.state, "active")
        thing.action_suspend("it smokes")
        self.assertEqual((thing.state, thing.state_reason), ("suspended", "it smokes"))
        thing.action_activate()
        self.assertEqual((thing.state, thing.state_reason), ("active", False))
        thing.action_withdraw("sold")
        self.assertEqual(thing.state, "withdrawn")

    def test_ended_stays_ended(self):
        """What was withdrawn is neither put in use nor suspended again."""
        thing = self.thing.with_user(self.head)
        thing.action_withdraw("never needed")
        for action in (thing.action_activate, lambda: thing.action_suspend("x")):
            with self.assertRaisesRegex(UserError, "One cannot change from withdrawn"):
                action()

    def test_role(self):
        """Only the named role decides."""
        with self.assertRaisesRegex(AccessError, "may decide this"):
            self.thing.with_user(self.user).action_activate()
        self.assertEqual(self.thing.state, "draft")

    def test_nobody_writes_the_state(self):
        """The state is written by the actions only, not by a write over RPC."""
        with self.assertRaisesRegex(UserError, "changes by the buttons"):
            self.thing.with_user(self.head).write({"state": "active"})
        with self.assertRaisesRegex(UserError, "cannot be given to a new"):
            self.env["metrology.test.lived"].with_user(self.head).create(
                {"name": "Two", "state": "active"}
            )

    def test_nobody_writes_what_is_computed(self):
        """A stored computed field cannot be forged, neither written nor given."""
        thing = self.thing.with_user(self.head)
        with self.assertRaisesRegex(UserError, "Size of One changes by"):
            thing.write({"size": 99})
        with self.assertRaisesRegex(UserError, "cannot be given to a new"):
            thing.create({"name": "Two", "size": 99})
        thing.name = "Longer"
        self.assertEqual(thing.size, 6)

    def test_reason(self):
        """Without a reason the dialog asks; an empty one is refused."""
        thing = self.thing.with_user(self.head)
        thing.action_activate()
        self.assertEqual(thing.action_suspend()["res_model"], "metrology.state.reason")
        with self.assertRaisesRegex(UserError, "Give the reason"):
            thing.action_suspend("  ")
        self.assertEqual(thing.state, "active")

    def test_all_or_nothing(self):
        """One record that cannot follow keeps all from it, and is named."""
        other = self.thing.copy({"name": "Other"})
        both = (self.thing | other).with_user(self.head)
        both.action_activate()
        other.with_user(self.head).action_suspend("rest")
        with self.assertRaisesRegex(UserError, "Other cannot change from suspended"):
            both.action_suspend("all")
        self.assertEqual(self.thing.state, "active")

    def test_used_is_not_deleted(self):
        """A draft may go; what was in use stays on file."""
        self.thing.with_user(self.head).action_activate()
        with self.assertRaisesRegex(UserError, "stays on file"):
            self.thing.with_user(self.head).unlink()
        self.env["metrology.test.lived"].create({"name": "Draft"}).unlink()
