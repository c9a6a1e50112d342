# SPDX-License-Identifier: AGPL-3.0-only
import base64

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import file_set


class MetrologyStandard(models.Model):
    """The file set (文件集) of a measurement standard: checklist and one print."""

    _inherit = "metrology.standard"

    file_item_ids = fields.One2many(
        comodel_name="metrology.standard.file.item",
        inverse_name="standard_id",
        string="File Set",
    )
    file_state = fields.Selection(
        selection=[
            ("complete", "File Set Complete"),
            ("incomplete", "File Set Incomplete"),
        ],
        string="File Set State",
        compute="_compute_file_state",
        search="_search_file_state",
    )
    file_note = fields.Text(string="Missing Documents", compute="_compute_file_state")

    @api.depends("file_item_ids.status")
    def _compute_file_state(self):
        for standard in self:
            lacking = standard.file_item_ids.filtered(
                lambda item: item.status in ("missing", "expired")
            )
            # Standards of before the checklist have no items yet.
            empty = not standard.file_item_ids
            standard.file_state = "incomplete" if lacking or empty else "complete"
            labels = dict(lacking._fields["status"]._description_selection(self.env))
            standard.file_note = "\n".join(
                self.env._(
                    "%(document)s: %(status)s",
                    document=item.type_id.name,
                    status=labels[item.status],
                )
                + (f" ({item.detail})" if item.detail else "")
                for item in lacking
            )

    def _search_file_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self.search([]).filtered(lambda one: one.file_state in value)
        return Domain("id", "in", found.ids)

    @api.model_create_multi
    def create(self, vals_list):
        standards = super().create(vals_list)
        standards._ensure_file_items()
        return standards

    def _ensure_file_items(self):
        """Give each standard a line for each document it has none for."""
        types = self.env["metrology.standard.file.type"].search([])
        known = {
            (item.standard_id.id, item.type_id.id)
            for item in self.env["metrology.standard.file.item"]
            .sudo()
            .search([("standard_id", "in", self.ids)])
        }
        self.env["metrology.standard.file.item"].sudo().create(
            [
                {"standard_id": standard.id, "type_id": kind.id}
                for standard in self
                for kind in types
                if (standard.id, kind.id) not in known
            ]
        )

    def action_update_checklist(self):
        """Add the documents that were added to the list since."""
        self.check_access("write")
        self._ensure_file_items()
        return True

    def action_print_file_set(self):
        """Return the download of the whole file set as one PDF."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/metrology/standard/{self.id}/file_set.pdf",
            "target": "new",
        }

    def _get_file_set_pdf(self):
        """Return the file set as one PDF: an index page, then every document.

        What is no PDF or picture is named in the index as kept separately.

        :rtype: bytes
        """
        self.ensure_one()
        labels = dict(
            self.env["metrology.standard.file.item"]
            ._fields["status"]
            ._description_selection(self.env)
        )
        entries = []
        for item in self.file_item_ids.sorted(lambda one: (one.sequence, one.id)):
            parts = [
                (title, name, base64.b64decode(content))
                for title, name, content in item._get_attachments()
            ]
            parts += self._render_item(item)
            entries.append(
                {
                    "title": item.type_id.name,
                    "status": item.status,
                    "status_text": labels[item.status],
                    "detail": item.detail or "",
                    "parts": parts,
                }
            )
        head = [
            (self.fields_get([name], ["string"])[name]["string"], value)
            for name, value in (
                ("number", self.number),
                ("range_text", self.range_text),
                ("uncertainty_text", self.uncertainty_text),
                ("leader_id", self.leader_id.name),
            )
            if value
        ]
        return file_set.build(
            {
                "institution": self.company_id.name,
                "title": self.display_name,
                "heading": self.env._("File Set of the Measurement Standard"),
                "head": head,
                "columns": [
                    self.env._("No."),
                    self.env._("Document"),
                    self.env._("State"),
                    self.env._("Page"),
                ],
                "separate": self.env._("kept separately"),
                "page": self.env._("Page"),
                "printed": self.env._(
                    "Printed on %(day)s",
                    day=self.env["metrology.calendar"]._today(self.env.company),
                ),
            },
            entries,
        )

    def _render_item(self, item):
        """Return [(title, file name, bytes)] of what the suite itself prints."""
        Report = self.env["ir.actions.report"]
        if Report.get_wkhtmltopdf_state() in ("install", "broken"):
            # No engine: the index still says what there is and what is missing.
            return []
        if item.source in ("repeatability", "stability", "verification"):
            tests = self.plan_ids.filtered(
                lambda plan: plan.kind == item.source
            ).last_test_id
            ref, ids = "metrology_standard.action_report_standard_test", tests.ids
        elif item.source == "chain":
            ref, ids = "metrology_standard.action_report_standard_chain", self.ids
        else:
            return []
        if not ids:
            return []
        content, _kind = Report.with_context(
            force_report_rendering=True
        )._render_qweb_pdf(ref, ids)
        return [(item.type_id.name, f"{item.source}.pdf", content)]
