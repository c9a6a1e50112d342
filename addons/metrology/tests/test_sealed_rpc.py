# SPDX-License-Identifier: AGPL-3.0-only
import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ModelsCase
from .models import Document, DocumentLine, SealedThing


@tagged("post_install", "-at_install")
class TestRpc(ModelsCase, HttpCase):
    """The locks hold through real JSON-RPC, as an ordinary user."""

    test_models = (SealedThing, DocumentLine, Document)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tester = cls.new_user("tester", login="rpc_tester")
        cls.head = cls.new_user("technical_head", login="rpc_head")

    def rpc(self, model, method, *args, **kwargs):
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(
                {
                    "jsonrpc": "2.0",
                    "method": "call",
                    "params": {
                        "model": model,
                        "method": method,
                        "args": args,
                        "kwargs": {
                            **kwargs,
                            "context": {"lang": "en_US", **kwargs.get("context", {})},
                        },
                    },
                }
            ),
            headers={"Content-Type": "application/json"},
        )
        return response.json()

    def assertRefused(self, answer, text):
        self.assertIn("error", answer)
        self.assertIn(text, answer["error"]["data"]["message"])

    @mute_logger("odoo.http")
    def test_locked_record(self):
        """No context that RPC can send opens the lock."""
        thing = self.env["metrology.test.thing"].create({"name": "T"})
        thing.action_approve()
        self.authenticate("rpc_tester", "rpc_tester")
        for key in (True, 1, "UNLOCK", {"object": 1}):
            answer = self.rpc(
                thing._name,
                "write",
                [thing.id],
                {"name": "U"},
                context={"metrology_sealed_unlock": key, "sealed_reason": "because"},
            )
            self.assertRefused(answer, "T is locked")
        self.assertRefused(
            self.rpc(thing._name, "unlink", [thing.id]), "cannot be deleted"
        )
        self.assertRefused(
            self.rpc(thing._name, "_sealed_unlock", [thing.id], "because"),
            "_sealed_unlock",
        )
        self.assertRefused(
            self.rpc(thing._name, "create", [{"name": "V", "state": "approved"}]),
            "locked state",
        )
        self.env.invalidate_all()
        self.assertEqual(thing.name, "T")

    @mute_logger("odoo.http")
    def test_history(self):
        """Nobody writes, makes or deletes a revision through RPC, not even admin."""
        thing = self.env["metrology.test.thing"].create({"name": "T"})
        revision = self.env["metrology.revision"].search(
            [("model", "=", thing._name), ("res_id", "=", thing.id)]
        )
        self.authenticate("admin", "admin")
        name = revision._name
        for method, args in (
            ("write", ([revision.id], {"reason": "x"})),
            ("unlink", ([revision.id],)),
            ("create", ([{"model": "x", "res_id": 1, "number": 1}],)),
        ):
            self.assertIn("error", self.rpc(name, method, *args))
        self.env.invalidate_all()
        self.assertTrue(revision.exists())

    @mute_logger("odoo.http")
    def test_approval(self):
        """The state of an approval cannot be written or created through RPC."""
        self.authenticate("rpc_tester", "rpc_tester")
        model = "metrology.test.document"
        created = self.rpc(model, "create", [{"name": "D"}])
        document_id = created["result"][0]
        self.assertRefused(
            self.rpc(
                model,
                "write",
                [document_id],
                {"approval_state": "approved"},
                context={"metrology_approval_step": True},
            ),
            "steps of the document",
        )
        self.assertRefused(
            self.rpc(model, "create", [{"name": "E", "approval_state": "approved"}]),
            "cannot be created",
        )
        self.assertRefused(
            self.rpc(
                "metrology.approval.line",
                "create",
                [{"model": model, "res_id": document_id, "state": "approved"}],
            ),
            "not allowed",
        )
        self.assertIn(
            "result", self.rpc(model, "action_submit_approval", [document_id])
        )
        self.assertRefused(
            self.rpc(model, "action_approve", [document_id]), "own document"
        )
        self.authenticate("rpc_head", "rpc_head")
        self.assertIn("result", self.rpc(model, "action_approve", [document_id]))
        document = self.env[model].browse(document_id)
        self.assertEqual(document.approval_state, "approved")
