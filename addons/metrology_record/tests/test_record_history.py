# SPDX-License-Identifier: AGPL-3.0-only
import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import RecordCommon, gauge_data


@tagged("post_install", "-at_install")
class TestRecordHistory(RecordCommon):
    """What was recorded stays: corrections beside the old value, results for years."""

    def _corrected(self):
        """Return the record with 0.42 corrected to 0.41 after a return."""
        self._submit(self.record)
        self.record.with_user(self.carl).action_return("0.4 MPa looks wrong")
        data = gauge_data()
        data["tables"]["points"][0]["down_after"] = "0.41"
        self._type(self.record, data)
        return self.record.with_user(self.anna)

    @requirement("S0-6.3.4")
    def test_old_value_stays_visible(self):
        """A submitted value that changes shows old and new with signer and time; without
        a reason it is refused, and nobody edits or deletes the rows of changes."""
        record = self._corrected()
        with self.assertRefused(UserError, "reason", "0.42 → 0.41"):
            record.action_submit("rec_anna")
        self.assertEqual(record.state, "running")
        before = fields.Datetime.now() - timedelta(seconds=1)
        record.action_submit("rec_anna", "Read one division too high")
        (change,) = record.get_entry_sheet()["corrections"]
        self.assertEqual(
            (change["old"], change["new"], change["user"], change["reason"]),
            ("0.42", "0.41", "Anna", "Read one division too high"),
        )
        self.assertGreaterEqual(fields.Datetime.to_datetime(change["time"]), before)
        table = next(b for b in record._record_blocks() if b["kind"] == "table")
        cell = table["rows"][0][4]
        self.assertEqual((cell["old"], cell["text"]), (["0.42"], "0.41"))
        row = record.entry_ids.sorted("id")[-1]
        self.assertEqual(
            (row.phase, row.old, row.value, row.user_id),
            ("correction", "0.42", "0.41", self.anna),
        )
        for user in (self.anna, self.carl, self.head):
            mine = row.with_user(user)
            with self.assertRefused(UserError):
                mine.write({"old": "0.41"})
            with self.assertRefused(UserError):
                mine.unlink()
        with self.assertRefused(UserError, "never changed"):
            row.sudo().write({"old": "0.41"})
        with self.assertRefused(UserError, "never deleted"):
            row.sudo().unlink()
        with self.assertRefused(UserError):
            record.write({"corrections": False})

    @requirement("S1-7.5-4")
    def test_struck_through_on_screen_and_paper(self):
        """Printed and on screen the old value is struck through with the new one and the
        signer beside it; the old value is neither overwritten nor hidden."""
        record = self._corrected()
        record.action_submit("rec_anna", "Misread")
        html = (
            self.env["ir.actions.report"]
            .with_user(self.carl)
            ._render_qweb_html("metrology_record.report_record", record.ids)[0]
            .decode()
        )
        plain = re.sub(r"\s+", " ", html)
        self.assertRegex(plain, r"<td[^>]*> ?<del>0\.42</del> ?0\.41 ?</td>")
        row = next(r for r in re.findall(r"<tr>.*?</tr>", plain) if "Misread" in r)
        for text in ("<del>0.42</del>", "<td>0.41</td>", "<td>Anna</td>"):
            self.assertIn(text, row)
        self.assertRegex(row, r"<td>\d{4}-\d\d-\d\d \d\d:\d\d")
        sheet = record.get_entry_sheet()
        self.assertEqual(sheet["corrections"][0]["old"], "0.42")
        for values in (
            {"corrections": []},
            {"corrections": [{**record.corrections[0], "old": "0.41"}]},
            {"data": gauge_data()},
        ):
            for user in (self.anna, self.head):
                with self.assertRefused(UserError):
                    record.with_user(user).write(values)
        record.with_user(self.carl).action_return("Again")
        data = gauge_data()
        data["tables"]["points"][0]["down_after"] = "0.40"
        self._type(record, data)
        record.action_submit("rec_anna", "Third reading")
        self.assertEqual(
            [(c["old"], c["new"]) for c in record.corrections],
            [("0.42", "0.41"), ("0.41", "0.40")],
        )

    @requirement("S1-6.3.3-1")
    def test_every_item_is_done_or_explained(self):
        """An item of the method that is neither done nor not applicable with a reason
        stops the submission by its name; with the reason it passes."""
        data = gauge_data()
        for state, reason, text in (("na", " ", "not applicable"), (None, "", "done")):
            data["items"]["general"]["overload"] = {"state": state, "reason": reason}
            if state is None:
                del data["items"]["general"]["overload"]
            self._type(self.record, data)
            definition = self.version._get_definition()
            label = next(
                item["label"]
                for block in definition.blocks
                if block["kind"] == "items"
                for item in block["items"]
                if item["name"] == "overload"
            )
            label = label if isinstance(label, str) else next(iter(label.values()))
            with self.assertRefused(UserError, label, text):
                self.record.with_user(self.anna).action_submit("rec_anna")
            self.assertEqual(self.record.state, "running")
        data["items"]["general"]["overload"] = {
            "state": "na",
            "reason": "The customer's gauge has no overload stop",
        }
        self._submit(self.record, data)
        self.assertEqual(self.record.state, "submitted")

    @requirement("S1-7.5-1")
    def test_recomputed_after_years(self):
        """Years later, with another version in force, a record computes as it did, by
        the version it was made with, which nobody deletes."""
        self._checked(self.record)
        stored = self.record.result
        action = self.version.template_id.with_user(self.dora).action_new_version()
        newer = self.env[action["res_model"]].browse(action["res_id"])
        newer = newer.with_user(self.dora)
        newer.definition_text = newer.definition_text.replace(
            "up_after - p", "up_after - p + 0.01"
        )
        newer.save_draft(gauge_data())
        newer.action_submit_approval()
        newer.with_user(self.head).action_approve()
        self.assertEqual(self.version.template_id.current_version_id, newer)
        self.assertNotEqual(
            newer.compute_preview(self.record.data)["result"]["tables"],
            self.version.compute_preview(self.record.data)["result"]["tables"],
        )
        with freeze_time(fields.Datetime.now() + timedelta(days=6 * 365)):
            self.env.invalidate_all()
            record = self.record.with_user(self.user)
            self.assertEqual(record.version_id, self.version)
            answer = record.action_recompute()
            self.assertEqual(answer["params"]["type"], "success")
            self.assertFalse(record.sudo()._result_differences())
            sheet = record.get_entry_sheet()
            self.assertEqual(sheet["result"]["tables"], stored["tables"])
            for user in (self.dora, self.head):
                with self.assertRefused(UserError):
                    self.version.with_user(user).unlink()
            with self.assertRefused(UserError):
                self.version.sudo().unlink()
        self.assertTrue(self.version.exists())

    @requirement("S2-6.2d")
    def test_rules_choose_points_and_blocks_are_a_must(self):
        """The rule 'up to 1 MPa: five points' gives a 0.6 MPa gauge five points; a rule
        with an undefined parameter, and a template without its mandatory blocks, are
        refused, at the approval too."""
        head = {
            "kind": "fields",
            "name": "h",
            "fields": [
                {
                    "name": "reach",
                    "prefill": {"from": "instrument.range_text", "take": "upper"},
                }
            ],
        }
        suggest = [
            {
                "when": "reach <= 1",
                "column": "p",
                "values": ["0", "reach * 25%", "reach * 50%", "reach * 75%", "reach"],
            },
            {"when": "reach > 1", "column": "p", "values": ["0", "reach"]},
        ]
        points = {
            "kind": "table",
            "name": "t",
            "columns": [{"name": "p"}, {"name": "r"}],
            "rows": {"suggest": suggest},
        }
        version = self._own(head, points)
        sheet = version.save_draft({"fields": {"reach": "0.6"}})
        self.assertEqual(
            sheet["result"]["suggest"]["t"]["values"],
            ["0", "0.15", "0.3", "0.45", "0.6"],
        )
        large = version.compute_preview({"fields": {"reach": "1.6"}})
        self.assertEqual(large["result"]["suggest"]["t"]["values"], ["0", "1.6"])
        suggest[0]["when"] = "span <= 1"
        undefined = self._own(head, points)
        only_text = self._own({"kind": "text", "name": "x", "text": "Only words"})
        suggest[0]["when"] = "reach <= 1"
        no_verdict = self._own(head, points)
        no_verdict.template_id.sudo().method_ids = self.method
        row = {"p": "0", "r": "0"}
        no_verdict.save_draft({"fields": {"reach": "0.6"}, "tables": {"t": [row]}})
        for version, texts in (
            (undefined, ("span", "not declared")),
            (only_text, ("nothing to type in",)),
            (no_verdict, (self.method.display_name, "must end in a verdict")),
        ):
            with self.assertRefused(UserError, *texts):
                version.action_submit_approval()
            self.assertEqual(version.approval_state, "draft")
            # Had it been submitted all the same, the approval asks again.
            version.sudo()._approval_step().write({"approval_state": "submitted"})
            with self.assertRefused(UserError, *texts):
                version.with_user(self.head).action_approve()
            self.assertNotEqual(version.approval_state, "approved")

    def _own(self, *blocks):
        """Return a draft version with these blocks, as a tester makes it."""
        template = self.env["metrology.record.template"].with_user(self.dora)
        return (
            self.env["metrology.record.template.version"]
            .with_user(self.dora)
            .create(
                {
                    "template_id": template.create({"name": "Own"}).id,
                    "definition": {"schema": 1, "title": "Own", "blocks": list(blocks)},
                }
            )
        )
