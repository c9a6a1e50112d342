# SPDX-License-Identifier: AGPL-3.0-only
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import RecordCommon, gauge_data


@tagged("post_install", "-at_install")
class TestPrinting(RecordCommon):
    def _html(self):
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.user)
            ._render_qweb_html("metrology_record.report_record", self.record.ids)
        )
        return html.decode()

    def test_certificate_blocks(self):
        """The certificate gets the same cells, without what is for the record only."""
        self.assertEqual(self.record._certificate_blocks(), [])
        self._checked(self.record)
        blocks = self.record._certificate_blocks()
        kinds = [block["kind"] for block in blocks]
        self.assertIn("checks", kinds)
        self.assertNotIn("summary", [block["name"] for block in blocks])
        checks = next(block for block in blocks if block["kind"] == "checks")
        row = checks["rows"][2]
        self.assertEqual(
            (row["item"], row["requirement"], row["measured"], row["verdict"]),
            ("示值误差", "±0.0256 / 0.04 MPa", "-0.01 ~ 0.02 MPa", "pass"),
        )
        table = next(block for block in blocks if block["kind"] == "table")
        self.assertEqual(
            [(one["label"], one["span"]) for one in table["groups"]],
            [
                ("", 1),
                ("升压", 2),
                ("降压", 2),
                ("示值误差", 2),
                ("", 1),
                ("", 1),
                ("", 1),
            ],
        )
        gauge = next(block for block in blocks if block["name"] == "gauge")
        self.assertNotIn("top_relief", [one["name"] for one in gauge["rows"]])

    def test_screen_digits_are_printed_digits(self):
        """What the sheet shows is what is printed."""
        self._checked(self.record)
        sheet = self.record.with_user(self.user).get_entry_sheet()
        shown = [row["error_up"]["text"] for row in sheet["result"]["tables"]["points"]]
        block = next(
            one for one in self.record._certificate_blocks() if one["kind"] == "table"
        )
        position = [column["name"] for column in block["columns"]].index("error_up")
        self.assertEqual([row[position]["text"] for row in block["rows"]], shown)

    @requirement("S1-7.5-4")
    def test_printed_correction(self):
        """The printed record strikes the old value through beside the new one, with
        who and why."""
        self._submit(self.record)
        self.record.with_user(self.carl).action_return("Look again")
        data = gauge_data()
        data["tables"]["points"][0]["down_after"] = "0.41"
        self._type(self.record, data)
        self.record.with_user(self.anna).action_submit("rec_anna", "Misread")
        html = self._html()
        self.assertIn("<del>0.42</del>", html)
        for text in ("Misread", "Anna", "划改记录", "示值误差"):
            self.assertIn(text, html)

    def test_printed_draft_says_so(self):
        """A record in entry prints as unsigned."""
        self._type(self.record, gauge_data())
        self.assertIn("未签字", self._html())
