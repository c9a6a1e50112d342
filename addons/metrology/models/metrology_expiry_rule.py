# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyExpiryRule(models.Model):
    """How many days ahead the end of one kind of thing is told.

    Without a rule each kind has the days its model proposes.
    """

    _name = "metrology.expiry.rule"
    _description = "Warning Days before Expiry"
    _order = "kind, company_id"
    _rec_name = "kind"

    kind = fields.Selection(
        selection=lambda self: self.env["metrology.expiry"]._get_kinds(),
        string="What Expires",
        required=True,
    )
    days = fields.Integer(string="Days Ahead", required=True, default=60)
    proposed_days = fields.Integer(
        string="Without This Rule", compute="_compute_proposed_days"
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: every institution that has no rule of its own.",
    )

    _kind_uniq = models.UniqueIndex(
        "(kind, COALESCE(company_id, 0))",
        "There is a rule for this kind already.",
    )
    _days_sensible = models.Constraint(
        "CHECK(days >= 0 AND days <= 1830)",
        "Give between 0 and 1830 days (five years).",
    )

    @api.depends("kind")
    def _compute_proposed_days(self):
        proposed = self.env["metrology.expiry"]._get_proposed_days()
        for rule in self:
            rule.proposed_days = proposed.get(rule.kind, 0)

    @api.model
    def _get_days(self, model, name):
        """Return how many days ahead one date of a model is told.

        :param str model: name of the model
        :param str name: name of its date field
        :return: {company id: days}, with the key False for every other company
        :rtype: dict[int | bool, int]
        """
        result = {False: self.env[model]._get_expiry_kinds()[name]["days"]}
        for rule in self.sudo().search([("kind", "=", f"{model},{name}")]):
            result[rule.company_id.id] = rule.days
        return result
