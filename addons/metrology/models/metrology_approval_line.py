# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class MetrologyApprovalLine(models.Model):
    """One decision that a document waits for, or that was taken on it."""

    _name = "metrology.approval.line"
    _description = "Approval"
    _order = "id desc"
    _rec_name = "res_name"

    model = fields.Char(required=True, readonly=True, index=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="model", required=True, readonly=True, index=True
    )
    res_name = fields.Char(string="Document Name", readonly=True)
    model_name = fields.Char(string="Kind of Document", compute="_compute_model_name")
    company_id = fields.Many2one(comodel_name="res.company", readonly=True, index=True)
    round = fields.Integer(readonly=True, default=1, aggregator=None)
    level = fields.Integer(required=True, readonly=True, aggregator=None)
    group_id = fields.Many2one(
        comodel_name="res.groups", string="Approved by", required=True, readonly=True
    )
    author_id = fields.Many2one(
        comodel_name="res.users", string="Submitted by", readonly=True
    )
    state = fields.Selection(
        selection=[
            ("waiting", "Waiting"),
            ("pending", "To Decide"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("dropped", "Dropped"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        help="Waiting: a lower level decides first. Dropped: another level refused.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Decided by", readonly=True
    )
    on_behalf_of_id = fields.Many2one(
        comodel_name="res.users",
        string="On Behalf of",
        readonly=True,
        help="Who decided stood in for this person.",
    )
    date = fields.Datetime(string="Decided on", readonly=True)
    reason = fields.Text(readonly=True)
    can_decide = fields.Boolean(
        compute="_compute_can_decide", search="_search_can_decide"
    )

    _document = models.Index("(model, res_id, state)")

    @api.depends("model")
    def _compute_model_name(self):
        for line in self:
            known = line.model in self.env
            line.model_name = (
                self.env["ir.model"]._get(line.model).name if known else line.model
            )

    @api.depends("state", "group_id", "author_id")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        groups = self._get_deciding_groups()
        for line in self:
            line.can_decide = (
                line.state == "pending"
                and line.group_id.id in groups
                and line.author_id != self.env.user
            )

    @api.model
    def _search_can_decide(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = [
            ("state", "=", "pending"),
            ("group_id", "in", list(self._get_deciding_groups())),
            ("author_id", "!=", self.env.uid),
        ]
        if set(value) == {True}:
            return mine
        return ["!", "&", "&", *mine] if set(value) == {False} else []

    @api.model
    def _get_deciding_groups(self):
        """Return for which groups the user may decide, and on whose behalf. Hook.

        :return: {res.groups id: res.users}, an empty recordset for the user's own roles
        :rtype: dict[int, recordset]
        """
        nobody = self.env["res.users"]
        return dict.fromkeys(self.env.user.all_group_ids.ids, nobody)

    @api.ondelete(at_uninstall=False)
    def _unlink_never_decided(self):
        if any(line.state in ("approved", "refused") for line in self):
            raise AccessError(self.env._("A decision cannot be deleted."))

    def _deputy_words(self):
        """Return "deputy for …" of a decision taken on somebody's behalf, or nothing."""
        self.ensure_one()
        principal = self.sudo().on_behalf_of_id
        if not principal:
            return ""
        return self.env._(" – deputy for %(person)s", person=principal.name)

    def _get_document(self):
        self.ensure_one()
        return self.env[self.model].browse(self.res_id)

    def action_open_document(self):
        """Open the document that waits."""
        document = self._get_document()
        document.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_approve(self):
        """Approve the documents of the lines."""
        self._check_one_kind()
        for _model, lines in self.grouped("model").items():
            lines.env[lines[0].model].browse(lines.mapped("res_id")).action_approve()

    def action_refuse(self):
        """Ask for the reason, then refuse the document."""
        return self._get_document().action_open_refuse()

    def _check_one_kind(self):
        if not self:
            raise UserError(self.env._("Choose at least one document."))
