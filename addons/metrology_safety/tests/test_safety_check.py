# SPDX-License-Identifier: AGPL-3.0-only
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import SafetyCommon


@tagged("post_install", "-at_install")
class TestSafetyCheck(SafetyCommon):
    @requirement("S1-7.3.2")
    def test_what_fails_is_corrected(self):
        """An item that fails opens a correction with a due day; the check is not closed
        without it, nor with items nobody judged."""
        procedure = (
            self.env["metrology.safety.procedure"]
            .with_user(self.quality)
            .create(
                {
                    "name": "Weekly",
                    "kind": "safety",
                    "correction_days": 5,
                    "item_ids": [
                        fields.Command.create({"name": "Escape route free"}),
                        fields.Command.create({"name": "Cables sound"}),
                    ],
                }
            )
        )
        check = (
            self.env["metrology.safety.check"]
            .with_user(self.head)
            .create({"procedure_id": procedure.id, "room_id": self.room.id})
        )
        route, cables = check.item_ids
        with self.assertRaisesRegex(UserError, "Cables sound.*not judged"):
            check.action_close()
        route.result = "ok"
        cables.write({"result": "fail", "finding": "Bare wire at the pump"})
        correction = cables.correction_ids
        self.assertEqual(correction.name, "Bare wire at the pump")
        self.assertEqual(correction.user_id, self.head)
        due = self.env["metrology.calendar"]._add_working_days(check.date, 5)
        self.assertEqual(correction.due_date, due)
        with self.assertRaisesRegex(UserError, "stays on file"):
            cables.unlink()
        correction.unlink()
        with self.assertRaisesRegex(UserError, "no correction"):
            check.action_close()
        cables.result = "fail"
        cables.correction_ids.due_date = False
        with self.assertRaisesRegex(UserError, "due day"):
            check.action_close()
        cables.correction_ids.due_date = due
        with self.assertRaises(UserError):
            check.write({"state": "closed"})
        check.action_close()
        with self.assertRaisesRegex(UserError, "closed"):
            route.result = "fail"
        correction = cables.correction_ids
        with self.assertRaises(AccessError):
            correction.with_user(self.tester).action_done("I")
        correction.with_user(self.head).action_done("Cable replaced")
        with self.assertRaisesRegex(UserError, "another person"):
            correction.with_user(self.head).action_verify()
        correction.with_user(self.quality).action_verify()
        self.assertEqual(correction.state, "verified")
