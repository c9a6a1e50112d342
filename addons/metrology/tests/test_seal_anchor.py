# SPDX-License-Identifier: AGPL-3.0-only
import stat
import tempfile
from pathlib import Path

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import config, mute_logger

from .common import MetrologyCase


@tagged("post_install", "-at_install")
class TestSealAnchor(MetrologyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.key = Path(directory.name) / "seal" / "key.pem"
        config["metrology_seal_key"] = str(cls.key)
        cls.addClassCleanup(config.options.__setitem__, "metrology_seal_key", None)
        cls.Anchor = cls.env["metrology.seal.anchor"]
        cls.quality = cls.new_user("quality")
        cls.record = cls.env["metrology.qualification"].create(
            {"name": "Q", "number": "1", "date_from": "2026-01-01"}
        )

    def kinds(self):
        return [problem["kind"] for problem in self.Anchor._check_anchors()]

    def test_anchor_signs_what_grew(self):
        """An anchor holds the heads that are new; without news there is none."""
        first = self.Anchor._anchor()
        self.assertIn(self.record._sealed_head(), first.heads)
        self.assertFalse(self.Anchor._anchor())
        self.record.number = "2"
        second = self.Anchor._anchor()
        self.assertEqual(
            (second.number, second.previous_digest), (first.number + 1, first.digest)
        )
        self.assertIn(self.record._sealed_head(), second.heads)
        self.assertFalse(self.kinds())

    def test_key_is_private(self):
        """The key file is readable by its owner only, and used again."""
        self.Anchor._anchor()
        self.assertEqual(stat.S_IMODE(self.key.stat().st_mode), 0o600)
        content = self.key.read_bytes()
        self.record.number = "2"
        self.Anchor._anchor()
        self.assertEqual(self.key.read_bytes(), content)

    def test_unusable_key(self):
        """A key file that is none is named, with the remedy."""
        self.Anchor._anchor()
        content = self.key.read_bytes()
        self.addCleanup(self.key.write_bytes, content)
        self.key.write_bytes(b"nonsense")
        self.record.number = "2"
        with self.assertRaisesRegex(UserError, "metrology_seal_key"):
            self.Anchor._anchor()

    def test_rewritten_chain_is_found(self):
        """A chain rewritten as a whole, consistently, differs from its anchor."""
        self.Anchor._anchor()
        Revision = self.env["metrology.revision"]
        row = Revision.search(
            [("model", "=", self.record._name), ("res_id", "=", self.record.id)]
        )
        values = row.read(
            [
                "previous_hash",
                "model",
                "res_id",
                "res_name",
                "number",
                "date",
                "user_ref",
                "user_name",
                "company_ref",
                "reason",
                "changes",
                "deletion",
            ]
        )[0]
        values["user_name"] = "Somebody Else"
        self.tamper(
            "metrology_revision",
            "UPDATE metrology_revision SET user_name = %s, hash = %s WHERE id = %s",
            values["user_name"],
            Revision._digest(values),
            row.id,
        )
        self.assertFalse(self.record._sealed_check())
        problems = self.Anchor._check_anchors()
        self.assertEqual(
            [(p["kind"], p["res_id"], p["revision"]) for p in problems],
            [("rewritten", self.record.id, 1)],
        )

    def test_tampered_anchor_is_found(self):
        """An altered, unsigned or removed anchor is found."""
        self.Anchor._anchor()
        self.record.number = "2"
        anchor = self.Anchor._anchor()
        for column, value in (
            ("heads", "x"),
            ("signature", "AAAA"),
            ("digest", "0" * 64),
        ):
            with self.env.cr.savepoint() as savepoint:
                self.tamper(
                    "metrology_seal_anchor",
                    f"UPDATE metrology_seal_anchor SET {column} = %s WHERE id = %s",
                    value if column != "heads" else f"{anchor.heads}0",
                    anchor.id,
                )
                self.assertIn("anchor", self.kinds(), column)
                savepoint.rollback()
                self.env.invalidate_all()
        self.tamper(
            "metrology_seal_anchor",
            "DELETE FROM metrology_seal_anchor WHERE id = %s",
            anchor.id - 1,
        )
        self.assertIn("anchor", self.kinds())

    def test_other_key_is_found(self):
        """An anchor signed by another key than the server's is found."""
        self.Anchor._anchor()
        content = self.key.read_bytes()
        self.addCleanup(self.key.write_bytes, content)
        self.key.unlink()
        self.assertEqual(set(self.kinds()), {"anchor"})

    def test_append_only(self):
        """Nobody changes or deletes an anchor."""
        anchor = self.Anchor._anchor()
        with self.assertRaises(AccessError):
            anchor.write({"digest": "x"})
        with self.assertRaises(AccessError):
            anchor.unlink()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.InsufficientPrivilege),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute("DELETE FROM metrology_seal_anchor")

    def test_wizard(self):
        """Quality sees the broken link by name; a tester is refused."""
        wizard = self.env["metrology.seal.check"].with_user(self.quality).create({})
        wizard.action_check()
        before = wizard.line_ids
        self.tamper(
            "metrology_qualification",
            "UPDATE metrology_qualification SET number = '9' WHERE id = %s",
            self.record.id,
        )
        wizard.action_check()
        self.assertEqual(wizard.state, "bad")
        line = wizard.line_ids - before
        self.assertEqual((line.name, line.kind, line.revision), ("Q", "value", 1))
        with self.assertRaises(AccessError):
            self.env["metrology.seal.check"].with_user(self.new_user("tester")).create(
                {}
            )

    @mute_logger("odoo.addons.metrology.models.metrology_seal_anchor")
    def test_nightly_alarm(self):
        """The nightly run signs, checks, and writes to quality when it is broken."""
        with freeze_time("2026-03-05 18:00:00"):
            self.Anchor._cron_anchor()
            self.assertTrue(self.Anchor.search_count([]))
            self.tamper(
                "metrology_qualification",
                "UPDATE metrology_qualification SET number = '9' WHERE id = %s",
                self.record.id,
            )
            self.Anchor._cron_anchor()
        message = self.env["mail.message"].search(
            [("partner_ids", "in", self.quality.partner_id.ids)], limit=1
        )
        self.assertIn("Q: ", message.body)
