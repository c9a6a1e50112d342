# SPDX-License-Identifier: AGPL-3.0-only
import base64
import io

from dateutil.relativedelta import relativedelta
from pypdf import PdfReader, PdfWriter

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import StandardCommon


def _pdf(pages=1):
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    stream = io.BytesIO()
    writer.write(stream)
    return base64.b64encode(stream.getvalue())


@tagged("post_install", "-at_install")
class TestStandardFileSet(StandardCommon):
    def _item(self, name, standard=None):
        return (standard or self.standard).file_item_ids.filtered(
            lambda item: (
                item.type_id == self.env.ref(f"metrology_standard.file_type_{name}")
            )
        )

    def _new_version(self, item, version="A/1", **values):
        return (
            self.env["metrology.standard.file"]
            .with_user(self.keeper)
            .create(
                {
                    "item_id": item.id,
                    "version": version,
                    "file": _pdf(2),
                    "file_name": "report.pdf",
                    **values,
                }
            )
        )

    @requirement("S0-7.1.2-2")
    def test_checklist_and_versions(self):
        """Absent or expired: 'file set incomplete' names it; superseded ones stay."""
        standard = self.standard.with_user(self.user)
        report = self._item("report")
        self.assertEqual(standard.file_state, "incomplete")
        self.assertIn(report.type_id.name, standard.file_note)
        first = self._new_version(report, date_to=self.today)
        first.with_user(self.colleague).action_approve()
        self.env.invalidate_all()
        self.assertEqual(report.status, "present")
        self.assertNotIn(report.type_id.name, standard.file_note)
        first._guard_open().write(
            {
                "date": self.today - relativedelta(days=9),
                "date_to": self.today - relativedelta(days=1),
            }
        )
        self.env.invalidate_all()
        self.assertEqual(report.status, "expired")
        self.assertIn(report.type_id.name, standard.file_note)
        second = self._new_version(report, "A/2")
        second.with_user(self.colleague).action_approve()
        self.assertEqual((first.state, second.state), ("superseded", "current"))
        self.env.invalidate_all()
        self.assertEqual(report.status, "present")
        with self.assertRefused(UserError, "A/1", "archived"):
            first.with_user(self.keeper).unlink()
        with self.assertRefused(UserError, "State"):
            first.with_user(self.keeper).write({"state": "draft"})
        with self.assertRefused(UserError, "A/1"):
            first.with_user(self.keeper).write({"file": _pdf()})

    def test_complete_when_every_document_is_there(self):
        """With all of them present or not applicable the set is complete."""
        for item in self.standard.file_item_ids.filtered(
            lambda one: one.source == "file" and one.need == "required"
        ):
            version = self._new_version(item)
            version.with_user(self.colleague).action_approve()
        self.standard.file_item_ids.filtered(
            lambda one: one.source in ("repeatability", "stability", "verification")
        ).type_id.need = "optional"
        self.assertEqual(self.standard.file_state, "incomplete")
        for equipment in self.standard.equipment_ids:
            self.env["metrology.traceability.link"].create(
                {
                    "traceability_id": equipment.traceability_id.id,
                    "level": "national",
                    "institution": "National Institute",
                    "standard_name": "National Standard of Pressure",
                }
            )
        self.env.invalidate_all()
        self.assertEqual(self.standard.file_note, "")
        self.assertEqual(self.standard.file_state, "complete")
        found = self.env["metrology.standard"].search(
            [("file_state", "=", "complete"), ("id", "=", self.standard.id)]
        )
        self.assertEqual(found, self.standard)

    def test_live_documents_follow_the_suite(self):
        """The social certificate is asked of social standards; members' of all."""
        self.assertEqual(self._item("social").status, "present")
        self.assertEqual(self._item("approval").status, "na")
        self.assertEqual(self._item("certificates").status, "present")
        self.assertEqual(self._item("methods").status, "present")
        self.assertEqual(self._item("repeatability").status, "missing")
        self.assertEqual(self._item("changes").status, "na")
        working = self._new_standard("Work", number="W9", nature="working")
        self.assertEqual(self._item("social", working).status, "na")

    def test_another_person_puts_in_force(self):
        """Neither the author nor a tester; nothing that has ended."""
        version = self._new_version(self._item("report"))
        with self.assertRefused(UserError, "another person"):
            version.with_user(self.keeper).action_approve()
        with self.assertRaises(AccessError):
            version.with_user(self.user).action_approve()
        late = self._new_version(
            self._item("operation"),
            date=self.today - relativedelta(days=9),
            date_to=self.today - relativedelta(days=1),
        )
        with self.assertRefused(UserError, "ended"):
            late.with_user(self.colleague).action_approve()

    def test_one_file_with_index(self):
        """Index first, then every page; what is no PDF is kept separately."""
        self._new_version(self._item("report")).with_user(
            self.colleague
        ).action_approve()
        self._new_version(
            self._item("operation"),
            file=base64.b64encode(b"PK word document"),
            file_name="sop.docx",
        ).with_user(self.colleague).action_approve()
        content = self.standard.with_user(self.user)._get_file_set_pdf()
        reader = PdfReader(io.BytesIO(content))
        self.assertGreaterEqual(len(reader.pages), 3)
        text = "".join(page.extract_text() for page in reader.pages[:1])
        self.assertIn("Technical Report", text)
        self.assertIn("kept separately", text)
        self.assertIn("Missing", text)

    def test_required_lines_stay(self):
        """A required line of the checklist cannot be removed or put aside."""
        with self.assertRefused(UserError, "stays"):
            self._item("report").with_user(self.keeper).unlink()
        with self.assertRefused(UserError, "required"):
            self._item("examination").with_user(
                self.keeper
            ).not_applicable_reason = "no"

    def test_new_document_joins_every_standard(self):
        """A document added to the list is missing everywhere at once."""
        kind = (
            self.env["metrology.standard.file.type"]
            .with_user(self.head)
            .create({"name": "Safety Sheet"})
        )
        self.assertIn(kind, self.standard.file_item_ids.type_id)
        self.assertIn("Safety Sheet", self.standard.file_note)
