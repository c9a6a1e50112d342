# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError


class MetrologyStandardFile(models.Model):
    """A version of a document in the file set of a measurement standard.

    Another person than its author puts it in force; the version before is superseded
    and kept.  Nothing that was in force is ever deleted.
    """

    _name = "metrology.standard.file"
    _description = "File Set Version"
    _inherit = ["mail.thread", "mail.activity.mixin", "metrology.guard.mixin"]
    _order = "item_id, date desc, id desc"
    _rec_name = "version"

    _guard_action_fields = ("state", "approved_by_id", "approved_on")
    _guard_frozen_fields = (
        "item_id",
        "version",
        "date",
        "date_to",
        "file",
        "file_name",
    )

    item_id = fields.Many2one(
        comodel_name="metrology.standard.file.item",
        string="Document",
        required=True,
        index=True,
        ondelete="restrict",
    )
    standard_id = fields.Many2one(
        related="item_id.standard_id", store=True, index=True, string="Standard"
    )
    company_id = fields.Many2one(related="item_id.company_id", store=True, index=True)
    version = fields.Char(required=True, help='For example "A/1" or "2026".')
    date = fields.Date(
        string="Dated",
        required=True,
        default=lambda self: self.env["metrology.calendar"]._today(self.env.company),
    )
    date_to = fields.Date(string="To Be Reviewed by", help="Empty: without an end.")
    file = fields.Binary(attachment=True, required=True)
    file_name = fields.Char()
    note = fields.Char(string="What Changed")
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("current", "In Force"),
            ("superseded", "Superseded"),
        ],
        required=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    approved_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    approved_on = fields.Date(readonly=True, copy=False)

    _current_uniq = models.UniqueIndex(
        "(item_id) WHERE state = 'current'",
        "The document has a version in force already.",
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date)",
        "A version cannot end before its date.",
    )

    @api.depends("item_id", "version")
    def _compute_display_name(self):
        for version in self:
            name = version.item_id.type_id.name or ""
            version.display_name = f"{name} {version.version or ''}".strip()

    def _guard_is_frozen(self):
        return self.state != "draft"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for version in self:
            if version.state != "draft":
                raise UserError(
                    self.env._(
                        "%(version)s was in force and is archived: it stays on file.",
                        version=version.display_name,
                    )
                )

    def action_approve(self):
        """Put versions in force, as another person; the ones before are superseded.

        :raises UserError: the caller entered it, it ended, or it is no draft
        """
        self._guard_check_group(
            "metrology.group_equipment,metrology.group_technical_head"
        )
        self.check_access("write")
        self._lock()
        self._require_state("draft")
        today = self.env["metrology.calendar"]._today(self.env.company)
        for version in self:
            values = {"version": version.display_name, "to": version.date_to}
            if version.create_uid == self.env.user and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(version)s was entered by you: another person puts it in "
                        "force.",
                        **values,
                    )
                )
            if version.date_to and version.date_to < today:
                raise UserError(self.env._("%(version)s ended on %(to)s.", **values))
            before = self.search(
                [("item_id", "=", version.item_id.id), ("state", "=", "current")]
            )
            before._guard_open().write({"state": "superseded"})
            # One in force: the index is told of the old one before the new one.
            before.flush_recordset(["state"])
            version._guard_open().write(
                {
                    "state": "current",
                    "approved_by_id": self.env.uid,
                    "approved_on": today,
                }
            )
        return True
