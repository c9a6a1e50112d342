# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

#: Lets the steps below write what nobody may write; an object cannot come by RPC.
STEP = object()

_STEP_KEY = "metrology_approval_step"
_PROTECTED = {"approval_state", "approval_author_id", "approval_line_ids"}
FROZEN_STATES = ("submitted", "approved")


class MetrologyApprovalMixin(models.AbstractModel):
    """A document that others than its author approve.

    **How to use**: inherit it, put :meth:`action_submit_approval`,
    :meth:`action_approve` and :meth:`action_open_refuse` into the form, name the frozen
    fields (the One2many of the lines among them) and let the lines inherit
    ``metrology.approval.child.mixin``. Write consequences into :meth:`_after_approved`.

    **What it promises**, through the pages and RPC alike: the author never approves;
    nobody decides two levels; levels decide in their order; what was submitted does not
    change; no document is created or written as approved.
    """

    _name = "metrology.approval.mixin"
    _description = "Approval"

    #: Who approves where no rule says otherwise.
    _approval_default_group = "metrology.group_technical_head"

    approval_state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("submitted", "To Approve"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ],
        string="Approval",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    approval_author_id = fields.Many2one(
        comodel_name="res.users", string="Submitted by", readonly=True, copy=False
    )
    approval_line_ids = fields.One2many(
        comodel_name="metrology.approval.line",
        inverse_name="res_id",
        string="Approvals",
        domain=lambda self: [("model", "=", self._name)],
        readonly=True,
        copy=False,
        bypass_search_access=True,
    )
    approval_can_decide = fields.Boolean(compute="_compute_approval_can_decide")

    @api.depends("approval_state", "approval_line_ids.state")
    @api.depends_context("uid")
    def _compute_approval_can_decide(self):
        for document in self:
            lines = document.approval_line_ids.filtered("can_decide")
            document.approval_can_decide = (
                document.approval_state == "submitted"
                and bool(lines)
                and not document._approval_is_own()
            )

    # --- HOOKS ---

    def _approval_frozen_fields(self):
        """Names of the fields that do not change once submitted."""
        return set()

    def _after_approved(self):
        """What follows the last approval."""

    def _after_refused(self):
        """What follows a refusal."""

    # --- CRUD ---

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        if not self._approval_is_step():
            for document in documents.sudo():
                if document.approval_state != "draft" or document.approval_author_id:
                    raise AccessError(
                        self.env._(
                            "%(name)s cannot be created as submitted or approved.",
                            name=document.display_name,
                        )
                    )
        return documents

    def write(self, vals):
        if not self._approval_is_step():
            if _PROTECTED.intersection(vals):
                raise AccessError(
                    self.env._("Approvals are given by the steps of the document only.")
                )
            touched = set(self._approval_frozen_fields()).intersection(vals)
            if touched:
                self._approval_check_not_frozen(touched)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        self._approval_check_not_frozen()

    # --- ACTIONS ---

    def action_submit_approval(self):
        """Submit the documents; from here on their content is frozen."""
        self._approval_lock()
        self.check_access("write")
        rules = self.env["metrology.approval.rule"]._get_for(self)
        default = self.env.ref(self._approval_default_group)
        vals_list = []
        for document in self:
            if document.approval_state not in ("draft", "refused"):
                raise UserError(
                    self.env._(
                        "%(name)s is submitted already.", name=document.display_name
                    )
                )
            rounds = document.sudo().approval_line_ids.mapped("round")
            levels = [(rule.level, rule.group_id) for rule in rules[document.id]]
            levels = levels or [(1, default)]
            first = levels[0][0]
            company = document.company_id if "company_id" in document else False
            vals_list += [
                {
                    "model": self._name,
                    "res_id": document.id,
                    "res_name": document.display_name,
                    "company_id": company and company.id,
                    "round": max(rounds, default=0) + 1,
                    "level": level,
                    "group_id": group.id,
                    "author_id": self.env.uid,
                    "state": "pending" if level == first else "waiting",
                }
                for level, group in levels
            ]
        self.env["metrology.approval.line"].sudo().create(vals_list)
        self._approval_step().write(
            {"approval_state": "submitted", "approval_author_id": self.env.uid}
        )
        self.invalidate_recordset(["approval_line_ids", "approval_can_decide"])
        return True

    def action_approve(self):
        """Approve the documents at the level that waits for the user."""
        lines = self._approval_decide("approved")
        done = self.browse()
        for document in self:
            mine = lines[document.id]
            pending = document.sudo().approval_line_ids.filtered(
                lambda line: line.state in ("pending", "waiting")
            )
            if not pending:
                done |= document
            elif not any(line.state == "pending" for line in pending):
                level = min(pending.mapped("level"))
                pending.filtered(lambda line, at=level: line.level == at).write(
                    {"state": "pending"}
                )
            document._approval_log(
                self.env._("Approved (level %(level)s)", level=mine.level)
                + mine._deputy_words()
            )
        if done:
            done._approval_step().write({"approval_state": "approved"})
            done._after_approved()
        return True

    def action_refuse(self, reason):
        """Refuse the documents.

        :param str reason: must say something
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the document is refused."))
        lines = self._approval_decide("refused", reason)
        for document in self:
            document.sudo().approval_line_ids.filtered(
                lambda line: line.state in ("pending", "waiting")
            ).write({"state": "dropped"})
            document._approval_log(
                self.env._("Refused: %(reason)s", reason=reason)
                + lines[document.id]._deputy_words()
            )
        self._approval_step().write({"approval_state": "refused"})
        self._after_refused()
        return True

    def action_reset_approval(self):
        """Take a refused document, or one's own submitted one, back to draft."""
        self._approval_lock()
        self.check_access("write")
        for document in self:
            own = document.approval_author_id == self.env.user
            state = document.approval_state
            if state != "refused" and not (state == "submitted" and own):
                raise UserError(
                    self.env._(
                        "%(name)s cannot go back to draft.", name=document.display_name
                    )
                )
            document.sudo().approval_line_ids.filtered(
                lambda line: line.state in ("pending", "waiting")
            ).write({"state": "dropped"})
        self._approval_step().write(
            {"approval_state": "draft", "approval_author_id": False}
        )
        return True

    def action_open_refuse(self):
        """Open the dialog that asks for the reason."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse"),
            "res_model": "metrology.approval.refuse",
            "view_mode": "form",
            "target": "new",
            "context": {"active_model": self._name, "active_ids": self.ids},
        }

    # --- HELPERS ---

    def _approval_step(self):
        # The step itself is allowed to whoever the rule names, who need not be able to
        # write the document: superuser writes the state, the checks were made before.
        documents = self.sudo().with_context(**{_STEP_KEY: STEP})
        if hasattr(documents, "_sealed_unlock"):
            reason = self.env.context.get("sealed_reason") or self.env._("Approval")
            documents = documents._sealed_unlock(reason)
        return documents

    def _approval_is_step(self):
        return self.env.context.get(_STEP_KEY) is STEP

    def _approval_lock(self):
        self.lock_for_update()
        self.invalidate_recordset()

    def _approval_is_own(self):
        self.ensure_one()
        return self.env.user in (self.approval_author_id | self.sudo().create_uid)

    def _approval_decide(self, state, reason=False):
        """Write the user's decision; return ``{document.id: line}``."""
        self._approval_lock()
        self.check_access("read")
        groups = self.env["metrology.approval.line"]._get_deciding_groups()
        result = {}
        for document in self:
            name = document.display_name
            if document.approval_state != "submitted":
                raise UserError(
                    self.env._("%(name)s does not wait for an approval.", name=name)
                )
            if document._approval_is_own():
                raise AccessError(
                    self.env._(
                        "%(name)s is your own document: somebody else approves it.",
                        name=name,
                    )
                )
            lines = document.sudo().approval_line_ids
            current = max(lines.mapped("round"))
            lines = lines.filtered(lambda line, at=current: line.round == at)
            if self.env.user in lines.user_id:
                raise AccessError(
                    self.env._(
                        "You have decided on %(name)s already: the next level is for "
                        "another person.",
                        name=name,
                    )
                )
            pending = lines.filtered(lambda line: line.state == "pending")
            # Nobody decides on behalf of the author what the author must not decide.
            authors = document.approval_author_id | document.sudo().create_uid
            mine = pending.filtered(
                lambda line, authors=authors: (
                    line.group_id.id in groups
                    and not (groups[line.group_id.id] & authors)
                )
            )[:1]
            if not mine:
                raise AccessError(
                    self.env._(
                        "%(name)s waits for %(groups)s.",
                        name=name,
                        groups=", ".join(pending.group_id.mapped("name")),
                    )
                )
            mine.write(
                {
                    "state": state,
                    "user_id": self.env.uid,
                    "on_behalf_of_id": groups[mine.group_id.id].id,
                    "date": fields.Datetime.now(),
                    "reason": reason,
                }
            )
            result[document.id] = mine
        return result

    def _approval_log(self, text):
        self.ensure_one()
        if hasattr(self, "message_post"):
            self.sudo().message_post(body=text, author_id=self.env.user.partner_id.id)

    def _approval_check_not_frozen(self, names=()):
        for document in self.sudo():
            if document.approval_state in FROZEN_STATES:
                labels = self.fields_get(list(names), attributes=["string"])
                raise UserError(
                    self.env._(
                        "%(name)s is submitted or approved and cannot be changed "
                        "any more: %(fields)s.",
                        name=document.display_name,
                        fields=", ".join(
                            labels.get(name, {}).get("string", name) for name in names
                        )
                        or self.env._("all of it"),
                    )
                )
