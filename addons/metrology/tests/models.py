# SPDX-License-Identifier: AGPL-3.0-only
"""Models that exist in tests only; see ``ModelsCase``."""

from odoo import api, fields, models


class SealedThing(models.Model):
    _module = "metrology"
    _name = "metrology.test.thing"
    _description = "Sealed Thing"
    _inherit = ["metrology.sealed.mixin"]

    _sealed_fields = (
        "name",
        "state",
        "amount",
        "partner_id",
        "tag_ids",
        "data",
        "file",
        "day",
        "doubled",
        "partner_ref",
    )
    _sealed_lock_field = "state"
    _sealed_locked_values = ("approved", "printed")

    name = fields.Char(required=True)
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved"), ("printed", "Printed")],
        default="draft",
        required=True,
    )
    amount = fields.Float(digits=(16, 3))
    partner_id = fields.Many2one("res.partner")
    tag_ids = fields.Many2many("res.partner.category")
    data = fields.Json()
    file = fields.Binary(attachment=True)
    day = fields.Date()
    note = fields.Char()
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    doubled = fields.Float(compute="_compute_doubled", store=True)
    partner_ref = fields.Char(related="partner_id.ref", store=True)

    @api.depends("amount")
    def _compute_doubled(self):
        for thing in self:
            thing.doubled = 2 * thing.amount

    def action_approve(self):
        self._sealed_unlock("Approved").write({"state": "approved"})


class Document(models.Model):
    _module = "metrology"
    _name = "metrology.test.document"
    _description = "Document"
    _inherit = ["mail.thread", "metrology.approval.mixin"]

    name = fields.Char(required=True)
    amount = fields.Float()
    note = fields.Char()
    line_ids = fields.One2many("metrology.test.document.line", "document_id")
    effect = fields.Char()
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)

    def _approval_frozen_fields(self):
        return {"name", "amount", "line_ids"}

    def _after_approved(self):
        self._approval_step().write({"effect": "approved"})

    def _after_refused(self):
        self._approval_step().write({"effect": "refused"})


class SealedDocument(models.Model):
    _module = "metrology"
    _name = "metrology.test.sealed.document"
    _description = "Sealed Document"
    _inherit = ["metrology.approval.mixin", "metrology.sealed.mixin"]

    _sealed_fields = ("name", "approval_state")
    _sealed_lock_field = "approval_state"
    _sealed_locked_values = ("approved",)

    name = fields.Char(required=True)


class DocumentLine(models.Model):
    _module = "metrology"
    _name = "metrology.test.document.line"
    _description = "Document Line"
    _inherit = ["metrology.approval.child.mixin"]

    _approval_parent_field = "document_id"

    name = fields.Char()
    document_id = fields.Many2one(
        "metrology.test.document", required=True, ondelete="cascade"
    )


class Kept(models.Model):
    _module = "metrology"
    _name = "metrology.test.kept"
    _description = "Kept Record"
    _inherit = ["metrology.retention.mixin"]

    name = fields.Char()
    day = fields.Date()
    months = fields.Integer()
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)

    def _retention_start(self):
        return self.day

    def _retention_cycle_months(self):
        return self.months

    @api.depends("day", "months")
    def _compute_retention_until(self):
        return super()._compute_retention_until()


class Lived(models.Model):
    _module = "metrology"
    _name = "metrology.test.lived"
    _description = "Thing with a Life"
    _inherit = ["mail.thread", "metrology.lifecycle.mixin"]

    _guard_reason_actions = ("action_suspend", "action_withdraw")
    _lifecycle_roles = {"active": "metrology.group_technical_head"}

    name = fields.Char(required=True)
    size = fields.Integer(compute="_compute_size", store=True)

    @api.depends("name")
    def _compute_size(self):
        for thing in self:
            thing.size = len(thing.name or "")

    def action_withdraw(self, reason=None):
        return self._lifecycle_leave("action_withdraw", "withdrawn", reason)


# Odoo loads what is listed for an addon with every registry: these are for tests.
for _model in (SealedThing, Document, SealedDocument, DocumentLine, Kept, Lived):
    models.MetaModel._module_to_models__["metrology"].remove(_model)
