# SPDX-License-Identifier: AGPL-3.0-only
import base64
import hashlib
import json

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.requirement import requirement
from .common import ModelsCase
from .models import SealedThing


@tagged("post_install", "-at_install")
class TestSealed(ModelsCase):
    test_models = (SealedThing,)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tester = cls.new_user("tester")
        cls.other = cls.new_user("checker")
        cls.Thing = cls.env["metrology.test.thing"].with_user(cls.tester)
        cls.partner = cls.env["res.partner"].create({"name": "Client", "ref": "A"})
        cls.tags = cls.env["res.partner.category"].create(
            [{"name": "One"}, {"name": "Two"}]
        )

    def revisions(self, thing):
        return (
            self.env["metrology.revision"]
            .search([("model", "=", thing._name), ("res_id", "=", thing.id)])
            .sorted("number")
        )

    def last_changes(self, thing):
        return json.loads(self.revisions(thing)[-1].changes)

    def refused_by_database(self, query, *arguments):
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.InsufficientPrivilege),
            self.env.cr.savepoint(flush=False),
        ):
            self.env.cr.execute(query, arguments)

    def problems(self, thing):
        return [(p["kind"], p["revision"]) for p in thing._sealed_check()]

    # --- revisions ---

    def test_create_makes_the_first_revision(self):
        """Creating writes revision 1: who (id and name), when, every sealed value."""
        thing = self.Thing.create({"name": "T", "partner_id": self.partner.id})
        revision = self.revisions(thing)
        self.assertEqual(revision.number, 1)
        self.assertEqual(
            (revision.user_ref, revision.user_name), (self.tester.id, self.tester.name)
        )
        changes = {name: (old, new) for name, old, new in json.loads(revision.changes)}
        self.assertEqual(set(changes), set(thing._sealed_fields))
        self.assertEqual(
            changes["partner_id"], (None, {"id": self.partner.id, "name": "Client"})
        )
        self.assertFalse(thing._sealed_check())

    def test_write_makes_one_revision_with_old_and_new(self):
        """One write is one revision, with the reason, holding only what changed."""
        thing = self.Thing.create({"name": "T", "amount": 1})
        thing.with_context(sealed_reason="typing error").write(
            {"name": "U", "amount": 2.00049, "note": "free"}
        )
        revision = self.revisions(thing)[-1]
        self.assertEqual((revision.number, revision.reason), (2, "typing error"))
        self.assertEqual(
            json.loads(revision.changes),
            [["amount", 1.0, 2.0], ["doubled", 2.0, 4.0], ["name", "T", "U"]],
        )
        self.assertFalse(thing._sealed_check())

    def test_unchanged_values_make_no_revision(self):
        """Writing what is there already leaves no trace."""
        thing = self.Thing.create({"name": "T", "amount": 1, "data": {"a": 1.0}})
        thing.write({"name": "T", "amount": 1.0001, "data": {"a": 1}})
        thing.write({"note": "not sealed"})
        self.assertEqual(len(self.revisions(thing)), 1)

    def test_kinds_of_values(self):
        """Relations keep ids and names, files their SHA-256, JSON its content."""
        thing = self.Thing.create({"name": "T"})
        thing.write(
            {
                "tag_ids": [Command.set(self.tags.ids)],
                "file": base64.b64encode(b"scan"),
                "data": {"b": [1, "2.50"], "a": {"x": 1e22, "y": 0.1}},
                "day": "2026-02-14",
            }
        )
        changes = {name: new for name, _old, new in self.last_changes(thing)}
        self.assertEqual(
            [item["id"] for item in changes["tag_ids"]], sorted(self.tags.ids)
        )
        self.assertEqual(
            changes["file"], f"sha256:{hashlib.sha256(b'scan').hexdigest()}"
        )
        self.assertEqual(changes["day"], "2026-02-14")
        self.env.invalidate_all()
        self.assertFalse(thing._sealed_check())

    def test_computed_from_another_record(self):
        """A sealed value that follows another record is recorded when that changes."""
        thing = self.Thing.create({"name": "T", "partner_id": self.partner.id})
        self.partner.ref = "B"
        self.env.flush_all()
        self.assertEqual(self.last_changes(thing), [["partner_ref", "A", "B"]])
        self.assertFalse(thing._sealed_check())

    def test_renamed_partner_is_no_tampering(self):
        """Names in the history are of their time; a relation is compared by id."""
        thing = self.Thing.create({"name": "T", "partner_id": self.partner.id})
        self.partner.name = "Client, new name"
        self.assertFalse(thing._sealed_check())

    def test_bulk_is_one_insert(self):
        """500 records cost as many queries as 5."""

        def cost(count):
            self.env.flush_all()
            vals = [
                {"name": f"T{i}", "partner_id": self.partner.id} for i in range(count)
            ]
            start = self.env.cr.sql_log_count
            things = self.Thing.create(vals)
            self.env.flush_all()
            created = self.env.cr.sql_log_count - start
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            things.write({"name": "X"})
            self.env.flush_all()
            return created, self.env.cr.sql_log_count - start

        cost(2)
        few, many = cost(5), cost(500)
        # Odoo itself inserts and updates in batches of 100: four more of each.
        self.assertLessEqual(many[0], few[0] + 8)
        self.assertLessEqual(many[1], few[1] + 8)

    # --- lock ---

    def test_locked_record_refuses(self):
        """Sealed fields of a locked record do not change, others do."""
        thing = self.Thing.create({"name": "T"})
        thing.action_approve()
        for vals in ({"name": "U"}, {"state": "draft"}, {"state": "printed"}):
            with self.assertRaisesRegex(UserError, "T is locked"):
                thing.write(vals)
        thing.note = "may change"
        self.assertEqual(len(self.revisions(thing)), 2)

    def test_refusal_tells_nothing_to_strangers(self):
        """Who may not write a record gets an access error, not its name."""
        thing = self.Thing.create({"name": "Secret"})
        thing.action_approve()
        plain = new_test_user(self.env, login="stranger", groups="base.group_user")
        for call in (
            lambda item: item.write({"name": "x"}),
            lambda item: item.unlink(),
        ):
            with self.assertRaises(AccessError) as caught:
                call(thing.with_user(plain))
            self.assertNotIn("Secret", str(caught.exception))

    def test_lock_through_a_computed_value(self):
        """A locked value cannot be changed through what it is computed from either."""
        thing = self.Thing.create({"name": "T", "partner_id": self.partner.id})
        thing.action_approve()
        with self.assertRaisesRegex(UserError, "locked"), self.env.cr.savepoint():
            self.partner.ref = "C"
            self.env.flush_all()

    def test_unlock_in_python(self):
        """A step of the application advances the state of a locked record."""
        thing = self.Thing.create({"name": "T"})
        thing.action_approve()
        thing._sealed_unlock("Printed").write({"state": "printed"})
        self.env.flush_all()
        self.assertEqual(self.revisions(thing)[-1].reason, "Printed")
        self.assertFalse(thing._sealed_check())

    def test_nobody_enters_a_locked_state(self):
        """Neither create nor write makes a locked record; only its step does."""
        with self.assertRaisesRegex(UserError, "locked state"), self.env.cr.savepoint():
            self.Thing.create({"name": "T", "state": "approved"})
        with self.assertRaisesRegex(UserError, "locked state"), self.env.cr.savepoint():
            self.Thing.with_context(default_state="approved").create({"name": "T"})
        thing = self.Thing.create({"name": "T"})
        with self.assertRaisesRegex(UserError, "own steps"), self.env.cr.savepoint():
            thing.write({"state": "approved"})
        fake = thing.with_context(metrology_sealed_unlock=True)
        with self.assertRaisesRegex(UserError, "own steps"), self.env.cr.savepoint():
            fake.write({"state": "approved"})

    def test_database_refuses_locked_record(self):
        """SQL cannot change or delete a locked record, nor truncate the table."""
        thing = self.Thing.create({"name": "T"})
        thing.action_approve()
        table = thing._table
        self.refused_by_database(
            f"UPDATE {table} SET name = 'x' WHERE id = %s", thing.id
        )
        self.refused_by_database(
            f"UPDATE {table} SET state = 'draft' WHERE id = %s", thing.id
        )
        self.refused_by_database(f"DELETE FROM {table} WHERE id = %s", thing.id)
        self.refused_by_database(f"TRUNCATE {table} CASCADE")
        self.env.cr.execute(
            f"UPDATE {table} SET note = 'free' WHERE id = %s", [thing.id]
        )

    def test_database_refuses_changes_of_history(self):
        """Nobody updates, deletes or truncates revisions, in SQL or by the ORM."""
        thing = self.Thing.create({"name": "T"})
        revision = self.revisions(thing)
        self.refused_by_database(
            "UPDATE metrology_revision SET reason = 'x' WHERE id = %s", revision.id
        )
        self.refused_by_database(
            "DELETE FROM metrology_revision WHERE id = %s", revision.id
        )
        self.refused_by_database("TRUNCATE metrology_revision")
        with self.assertRaises(AccessError):
            revision.sudo().write({"reason": "x"})
        with self.assertRaises(AccessError):
            revision.sudo().unlink()
        with self.assertRaises(AccessError):
            revision.sudo().create({"model": "x", "res_id": 1})

    def test_unlink(self):
        """A draft may be deleted and leaves a trace; anything later stays."""
        thing = self.Thing.create({"name": "T"})
        thing_id = thing.id
        kept = self.Thing.create({"name": "Kept"})
        kept.action_approve()
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            kept.unlink()
        self.refused_by_database(f"DELETE FROM {thing._table} WHERE id = %s", thing_id)
        thing.unlink()
        gone = self.Thing.browse(thing_id)
        self.assertFalse(gone.exists())
        self.assertTrue(self.revisions(gone)[-1].deletion)
        self.assertFalse(gone._sealed_check())

    # --- check ---

    def test_tampered_record_is_named(self):
        """A locked record changed in SQL past the triggers is found and named."""
        thing = self.Thing.create({"name": "T", "amount": 5})
        thing.action_approve()
        self.assertFalse(thing._sealed_check())
        self.tamper(
            thing._table,
            f"UPDATE {thing._table} SET amount = 6 WHERE id = %s",
            thing.id,
        )
        problem = thing._sealed_check()[0]
        self.assertEqual(
            (problem["kind"], problem["res_id"], problem["name"]),
            ("value", thing.id, "T"),
        )
        self.assertIn("Amount", problem["message"])

    @requirement("S2-6.2c")
    def test_tampered_revision_is_named(self):
        """The check names the first altered revision, not a later one; who is not
        entitled to the history gets an access error."""
        thing = self.Thing.create({"name": "T"})
        for name in ("U", "V", "W"):
            thing.name = name
        self.tamper(
            "metrology_revision",
            "UPDATE metrology_revision SET reason = 'better' WHERE model = %s"
            " AND res_id = %s AND number = 2",
            thing._name,
            thing.id,
        )
        self.assertEqual(self.problems(thing), [("hash", 2)])
        plain = new_test_user(self.env, login="plain", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.revisions(thing).with_user(plain).read(["changes"])

    def test_removed_revision_is_named(self):
        """A revision taken out of the middle, or all of them, is found."""
        thing = self.Thing.create({"name": "T"})
        thing.name = "U"
        thing.name = "V"
        self.tamper(
            "metrology_revision",
            "DELETE FROM metrology_revision WHERE model = %s AND res_id = %s"
            " AND number = 2",
            thing._name,
            thing.id,
        )
        self.assertEqual(self.problems(thing), [("gap", 2)])
        self.tamper(
            "metrology_revision",
            "DELETE FROM metrology_revision WHERE model = %s AND res_id = %s",
            thing._name,
            thing.id,
        )
        self.assertEqual(self.problems(thing), [("none", 0)])

    def test_relinked_chain_is_named(self):
        """A chain rewritten from one link on breaks at that link."""
        thing = self.Thing.create({"name": "T"})
        thing.name = "U"
        self.tamper(
            "metrology_revision",
            "UPDATE metrology_revision SET previous_hash = repeat('0', 64)"
            " WHERE model = %s AND res_id = %s AND number = 2",
            thing._name,
            thing.id,
        )
        self.assertEqual(self.problems(thing), [("link", 2)])

    def test_silent_change_before_a_revision_is_named(self):
        """A change in SQL is found even after the application went on from it."""
        thing = self.Thing.create({"name": "T"})
        self.tamper(
            thing._table,
            f"UPDATE {thing._table} SET name = 'X' WHERE id = %s",
            thing.id,
        )
        thing.name = "Y"
        self.assertEqual(self.problems(thing), [("old", 2)])

    def test_deleted_in_sql_is_named(self):
        """A record deleted in SQL is missed by the check of the whole model."""
        thing = self.Thing.create({"name": "T"})
        self.tamper(thing._table, f"DELETE FROM {thing._table} WHERE id = %s", thing.id)
        found = thing._sealed_check_all()
        self.assertEqual(
            [(p["kind"], p["res_id"]) for p in found], [("missing", thing.id)]
        )

    def test_check_does_not_grow(self):
        """Checking 200 records costs as many queries as checking 5."""
        things = self.Thing.create([{"name": f"T{i}"} for i in range(200)])

        def cost(records):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            records._sealed_check()
            return self.env.cr.sql_log_count - start

        cost(things[:2])
        self.assertLessEqual(cost(things), cost(things[:5]) + 1)

    # --- reading ---

    def test_history_follows_the_record(self):
        """Who may not read a record may not read its history; quality may."""
        thing = self.Thing.create({"name": "Secret"})
        self.env["ir.rule"].create(
            {
                "name": "own things",
                "model_id": self.env["ir.model"]._get_id(thing._name),
                "domain_force": "[('create_uid', '=', user.id)]",
            }
        )
        domain = [("model", "=", thing._name), ("res_id", "=", thing.id)]
        Revision = self.env["metrology.revision"]
        self.assertEqual(len(Revision.with_user(self.tester).search(domain)), 1)
        self.assertFalse(Revision.with_user(self.other).search(domain))
        revision = self.revisions(thing)
        with self.assertRaises(AccessError):
            revision.with_user(self.other).read(["changes"])
        quality = self.new_user("quality")
        self.assertIn("Secret", revision.with_user(quality).changes_html)

    def test_history_button(self):
        """The form of a sealed model gets its History button by itself."""
        arch = self.env["metrology.qualification"].get_view(view_type="form")["arch"]
        self.assertIn('name="action_view_history"', arch)
        thing = self.Thing.create({"name": "T"})
        action = thing.action_view_history()
        found = (
            self.env[action["res_model"]]
            .with_user(self.tester)
            .search(action["domain"])
        )
        self.assertEqual(found.res_id, thing.id)
        self.assertEqual(thing._sealed_head(), found.hash)
