# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import AccessError


class MetrologySealCheck(models.TransientModel):
    """Walks every chain and names the first broken link of each record."""

    _name = "metrology.seal.check"
    _description = "Check of the Sealed History"

    state = fields.Selection(
        selection=[("new", "To Check"), ("good", "Unbroken"), ("bad", "Broken")],
        default="new",
        readonly=True,
    )
    date = fields.Datetime(string="Checked on", readonly=True)
    record_count = fields.Integer(string="Revisions", readonly=True)
    anchor_count = fields.Integer(string="Anchors", readonly=True)
    line_ids = fields.One2many(
        comodel_name="metrology.seal.check.line",
        inverse_name="check_id",
        string="Problems",
        readonly=True,
    )

    def action_check(self):
        """Check everything and show the result."""
        self.ensure_one()
        if not self.env.user.has_group("metrology.group_quality"):
            raise AccessError(self.env._("Quality checks the sealed history."))
        check = self.sudo()
        problems = self._find_problems()
        check.line_ids.unlink()
        self.env["metrology.seal.check.line"].sudo().create(
            [{"check_id": self.id, **problem} for problem in problems]
        )
        check.write(
            {
                "state": "bad" if problems else "good",
                "date": fields.Datetime.now(),
                "record_count": self.env["metrology.revision"].sudo().search_count([]),
                "anchor_count": self.env["metrology.seal.anchor"]
                .sudo()
                .search_count([]),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check the Sealed History"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _get_sealed_models(self):
        names = self.env.registry.descendants(["metrology.sealed.mixin"], "_inherit")
        return sorted(
            name
            for name in names
            if not self.env[name]._abstract
            and self.env[name]._auto
            and self.env[name]._sealed_fields
        )

    @api.model
    def _find_problems(self):
        """Return the problems of all sealed models and of the anchors."""
        problems = []
        for name in self._get_sealed_models():
            problems += self.env[name].sudo()._sealed_check_all()
        return problems + self.env["metrology.seal.anchor"].sudo()._check_anchors()


class MetrologySealCheckLine(models.TransientModel):
    _name = "metrology.seal.check.line"
    _description = "Problem in the Sealed History"

    check_id = fields.Many2one(
        comodel_name="metrology.seal.check", required=True, ondelete="cascade"
    )
    model = fields.Char(readonly=True)
    model_name = fields.Char(string="Kind of Record", compute="_compute_model_name")
    res_id = fields.Integer(string="Record No.", readonly=True)
    name = fields.Char(string="Record", readonly=True)
    revision = fields.Integer(readonly=True)
    kind = fields.Char(readonly=True)
    message = fields.Char(string="Problem", readonly=True)

    @api.depends("model")
    def _compute_model_name(self):
        for line in self:
            line.model_name = self.env["ir.model"]._get(line.model).name or line.model
