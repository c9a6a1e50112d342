# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models

LIGHT_SELECTION = [
    ("green", "In Order"),
    ("yellow", "Attention"),
    ("red", "Missing"),
    ("none", "–"),
]


class MetrologyCapability(models.Model):
    """The lights of each capability: what an assessor would find, as a list.

    As of today, or of the day in the context (``evidence_day``, ISO date).  An addon
    with sections of its own adds a field and names it in ``_get_readiness_fields``.
    """

    _inherit = "metrology.capability"

    readiness = fields.Selection(
        selection=LIGHT_SELECTION,
        string="Assessment",
        compute="_compute_readiness",
        search="_search_readiness",
        help="The worst of all lights: what an assessor would find today.",
    )
    readiness_scope = fields.Selection(
        selection=LIGHT_SELECTION, string="Scope", compute="_compute_readiness"
    )
    readiness_method = fields.Selection(
        selection=LIGHT_SELECTION,
        string="Method Evidence",
        compute="_compute_readiness",
    )
    readiness_missing = fields.Text(
        string="What an Assessor Would Find", compute="_compute_readiness"
    )
    readiness_count = fields.Integer(
        string="Findings", compute="_compute_readiness", aggregator=None
    )
    risk_jobs = fields.Integer(
        string="Open Jobs", compute="_compute_risk", aggregator=None
    )
    risk_orders = fields.Integer(
        string="Open Orders", compute="_compute_risk", aggregator=None
    )
    risk_amount = fields.Float(
        string="Money in Open Jobs", compute="_compute_risk", aggregator=None
    )

    @api.model
    def _get_readiness_fields(self):
        """Return {key of the section: name of the field with its light}. Hook."""
        return {"scope": "readiness_scope", "method": "readiness_method"}

    @api.model
    def _readiness_day(self):
        return fields.Date.to_date(self.env.context.get("evidence_day")) or self.env[
            "metrology.calendar"
        ]._today(self.env.company)

    @api.depends("state", "date_to", "method_id")
    @api.depends_context("evidence_day", "lang", "company")
    def _compute_readiness(self):
        names = self._get_readiness_fields()
        evidence = self._origin._get_evidence(self._readiness_day())
        for capability in self:
            found = evidence.get(capability._origin.id) or {
                "light": "none",
                "sections": [],
                "missing": [],
            }
            lights = {one["key"]: one["light"] for one in found["sections"]}
            for key, name in names.items():
                capability[name] = lights.get(key, "none")
            capability.readiness = found["light"]
            capability.readiness_count = len(found["missing"])
            capability.readiness_missing = (
                "\n".join(
                    f"{one['section']}: {one['text']}" for one in found["missing"]
                )
                or False
            )

    @api.model
    def _search_readiness(self, operator, value):
        if operator != "in":
            return NotImplemented
        capabilities = self.search([])
        evidence = capabilities._get_evidence(self._readiness_day())
        return [
            (
                "id",
                "in",
                [key for key, one in evidence.items() if one["light"] in value],
            )
        ]

    @api.depends("state")
    @api.depends_context("company")
    def _compute_risk(self):
        risks = self._origin._get_risk(self._readiness_day())
        for capability in self:
            risk = risks.get(capability._origin.id) or {}
            capability.risk_jobs = risk.get("jobs", 0)
            capability.risk_orders = risk.get("orders", 0)
            capability.risk_amount = risk.get("amount", 0.0)

    def action_open_evidence(self):
        """Open the page of all evidence of this one capability."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "metrology_method.capability_evidence",
            "name": self.env._("Evidence of %(name)s", name=self.display_name),
            "params": {"capability_id": self.id},
            "context": {**self.env.context, "active_id": self.id},
        }
