# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class MetrologyStandardFileItem(models.Model):
    """One line of the checklist of a standard's file set, with its versions."""

    _name = "metrology.standard.file.item"
    _description = "File Set Item"
    _order = "standard_id, sequence, id"
    _rec_name = "type_id"

    standard_id = fields.Many2one(
        comodel_name="metrology.standard",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="standard_id.company_id", store=True, index=True
    )
    type_id = fields.Many2one(
        comodel_name="metrology.standard.file.type",
        string="Document",
        required=True,
        index=True,
        ondelete="restrict",
    )
    sequence = fields.Integer(related="type_id.sequence", store=True)
    need = fields.Selection(related="type_id.need")
    source = fields.Selection(related="type_id.source")
    guidance = fields.Char(related="type_id.guidance")
    not_applicable_reason = fields.Char(
        string="Not Applicable because",
        help="Why this standard has no such document.",
    )
    file_ids = fields.One2many("metrology.standard.file", "item_id", string="Versions")
    current_id = fields.Many2one(
        comodel_name="metrology.standard.file",
        string="Current Version",
        compute="_compute_current_id",
        store=True,
    )
    status = fields.Selection(
        selection=[
            ("present", "Present"),
            ("missing", "Missing"),
            ("expired", "Expired"),
            ("na", "Not Applicable"),
        ],
        compute="_compute_status",
    )
    detail = fields.Char(compute="_compute_status")

    _type_uniq = models.Constraint(
        "unique(standard_id, type_id)",
        "The document stands in the file set already.",
    )

    @api.depends("file_ids.state")
    def _compute_current_id(self):
        for item in self:
            item.current_id = item.file_ids.filtered(
                lambda version: version.state == "current"
            )[:1]

    @api.depends("type_id", "not_applicable_reason", "current_id", "current_id.date_to")
    def _compute_status(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        for item in self:
            item.status, item.detail = item._judge(today)

    def _judge(self, day):
        """Return (status, detail) of this one item on ``day``.

        :rtype: tuple[str, str | bool]
        """
        self.ensure_one()
        if (self.not_applicable_reason or "").strip():
            return "na", self.not_applicable_reason
        status, detail = getattr(self, f"_judge_{self.source}")(day)
        if status == "missing" and self.need == "optional":
            return "na", detail
        return status, detail

    def _judge_dates(self, number, date_to, day):
        if not number:
            return "missing", False
        detail = self.env._(
            "%(number)s, until %(to)s", number=number, to=date_to or "–"
        )
        return ("expired" if not date_to or date_to < day else "present"), detail

    def _judge_file(self, day):
        version = self.current_id
        if not version:
            return "missing", self.guidance
        expired = version.date_to and version.date_to < day
        return ("expired" if expired else "present"), version.display_name

    def _judge_examination(self, day):
        standard = self.standard_id
        return self._judge_dates(standard.number, standard.date_to, day)

    def _judge_social(self, day):
        standard = self.standard_id
        if standard.nature != "social":
            return "na", False
        return self._judge_dates(standard.social_number, standard.social_date_to, day)

    def _judge_approval(self, day):
        standard = self.standard_id
        if standard.nature not in ("department", "enterprise"):
            return "na", False
        if not standard.approval_date:
            return "missing", False
        return "present", fields.Date.to_string(standard.approval_date)

    def _judge_plans(self, kind, day):
        plans = self.standard_id.plan_ids.filtered(lambda plan: plan.kind == kind)
        tried = plans.filtered("last_test_id")
        if not plans or tried != plans:
            return "missing", ", ".join((plans - tried).mapped("name"))
        late = plans.filtered(lambda plan: plan.date_to < day)
        if late:
            return "expired", self.env._(
                "Overdue: %(points)s", points=", ".join(late.mapped("name"))
            )
        return "present", self.env._(
            "Last on %(day)s", day=min(tried.last_test_id.mapped("date"))
        )

    def _judge_repeatability(self, day):
        return self._judge_plans("repeatability", day)

    def _judge_stability(self, day):
        return self._judge_plans("stability", day)

    def _judge_verification(self, day):
        return self._judge_plans("verification", day)

    def _judge_chain(self, day):
        open_ends = self.standard_id._get_open_chains()[self.standard_id.id]
        if open_ends:
            return "missing", self.env._(
                "No chain to the national standard: %(equipment)s",
                equipment=", ".join(open_ends.mapped("name")),
            )
        return "present", False

    def _judge_members(self, day):
        equipment = self.standard_id.member_ids.equipment_id.filtered(
            "traceability_required"
        )
        without = equipment.filtered(lambda one: not one.traceability_id.file)
        if not equipment or without:
            return "missing", ", ".join(without.mapped("name"))
        late = equipment.filtered(
            lambda one: one.traceability_due and one.traceability_due < day
        )
        if late:
            return "expired", ", ".join(late.mapped("name"))
        return "present", self.env._("%(count)s certificates", count=len(equipment))

    def _judge_methods(self, day):
        editions = self.standard_id.capability_ids._get_editions(day)
        lacking = self.standard_id.capability_ids.filtered(
            lambda one: one.id not in editions
        )
        if lacking or not editions:
            return "missing", ", ".join(lacking.mapped("display_name"))
        names = {edition.name for edition in editions.values()}
        return "present", ", ".join(sorted(names))

    def _judge_changes(self, day):
        done = self.standard_id.change_ids.filtered(lambda one: one.state == "approved")
        if not done:
            return "na", False
        return "present", self.env._("%(count)s changes", count=len(done))

    @api.constrains("not_applicable_reason")
    def _check_not_applicable(self):
        for item in self:
            if (
                (item.not_applicable_reason or "").strip()
                and item.need == "required"
                and item.source != "file"
            ):
                raise ValidationError(
                    self.env._(
                        "%(document)s is required of every measurement standard.",
                        document=item.type_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        for item in self:
            if item.file_ids or item.need == "required":
                raise UserError(
                    self.env._(
                        "%(document)s belongs to the file set of %(standard)s and "
                        "stays in its checklist.",
                        document=item.type_id.name,
                        standard=item.standard_id.display_name,
                    )
                )

    def action_add_version(self):
        """Open a new version of this document."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.type_id.name,
            "res_model": "metrology.standard.file",
            "view_mode": "form",
            "target": "new",
            "context": {"default_item_id": self.id},
        }

    def action_view_versions(self):
        """Show all versions of this document."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.type_id.name,
            "res_model": "metrology.standard.file",
            "view_mode": "list,form",
            "domain": [("item_id", "=", self.id)],
            "context": {"default_item_id": self.id},
        }

    def _get_attachments(self):
        """Return [(title, file name, bytes)] of what this one item has on paper."""
        self.ensure_one()
        standard = self.standard_id
        files = []
        if self.source == "file":
            files = [(self.current_id.display_name, self.current_id, "file")]
        elif self.source in ("examination", "social"):
            found = standard.certificate_ids.filtered(
                lambda one: one.state == "in_force" and one.kind == self.source
            )
            files = [(one.number, one, "file") for one in found]
        elif self.source == "approval":
            files = [(standard.approval_number, standard, "approval_file")]
        elif self.source == "members":
            files = [
                (
                    f"{one.name} {one.traceability_id.number}",
                    one.traceability_id,
                    "file",
                )
                for one in standard.member_ids.equipment_id
            ]
        elif self.source == "changes":
            files = [
                (one.display_name, one, "file")
                for one in standard.change_ids
                if one.state == "approved"
            ]
        return [
            (title or "", record[f"{name}_name"] or "", record[name])
            for title, record, name in files
            if record[name]
        ]
