# SPDX-License-Identifier: AGPL-3.0-only
import ast

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class MetrologyApprovalRule(models.Model):
    """Who approves which documents, level after level."""

    _name = "metrology.approval.rule"
    _description = "Approval Rule"
    _order = "model_id, level, sequence, id"

    name = fields.Char(required=True, translate=True)
    model_id = fields.Many2one(
        comodel_name="ir.model",
        string="Kind of Document",
        required=True,
        ondelete="cascade",
        domain=lambda self: [("model", "in", self._get_models())],
    )
    model = fields.Char(related="model_id.model", store=True, index=True)
    level = fields.Integer(
        required=True, default=1, help="Lower levels decide before higher ones."
    )
    sequence = fields.Integer(default=10)
    group_id = fields.Many2one(
        comodel_name="res.groups", string="Approved by", required=True
    )
    domain = fields.Char(
        string="Documents", required=True, default="[]", help="Empty list: all of them."
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        index=True,
        help="Empty: for every institution.",
    )
    active = fields.Boolean(default=True)

    _level_positive = models.Constraint(
        "CHECK (level > 0)", "The level of an approval is at least 1."
    )

    @api.model
    def _get_models(self):
        """Names of the models that have an approval."""
        names = self.env.registry.descendants(
            ["metrology.approval.mixin"], "_inherit", "_inherits"
        )
        return [name for name in names if not self.env[name]._abstract]

    @api.constrains("domain", "model_id")
    def _check_domain(self):
        for rule in self:
            try:
                rule._get_domain().validate(self.env[rule.model])
            except (ValueError, SyntaxError, TypeError, KeyError, UserError) as error:
                raise ValidationError(
                    self.env._(
                        "The rule %(name)s: the condition '%(domain)s' does not fit "
                        "%(model)s.",
                        name=rule.name,
                        domain=rule.domain,
                        model=rule.model_id.name,
                    )
                ) from error

    def _get_domain(self):
        self.ensure_one()
        return Domain(ast.literal_eval(self.domain or "[]"))

    @api.model
    def _get_for(self, records):
        """Return ``{record.id: rules in order of level}`` for the documents."""
        rules = self.sudo().search([("model", "=", records._name)])
        result = {record.id: self.browse() for record in records}
        has_company = "company_id" in records._fields
        for rule in rules.sorted(lambda item: (item.level, item.sequence, item.id)):
            matching = records.sudo().filtered_domain(rule._get_domain())
            for record in matching:
                company = record.company_id if has_company else self.env.company
                if not rule.company_id or rule.company_id == company:
                    result[record.id] |= rule
        return result
