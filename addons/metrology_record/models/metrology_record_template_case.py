# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models

from ..tools.compute import compute
from ..tools.data import clean


class MetrologyRecordTemplateCase(models.Model):
    """A known answer: typed data and the texts that must come out (S0-7.2)."""

    _name = "metrology.record.template.case"
    _description = "Reference Case of a Record Template"
    _order = "template_id, id"

    name = fields.Char(required=True)
    template_id = fields.Many2one(
        comodel_name="metrology.record.template",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="template_id.company_id", store=True, index=True
    )
    source = fields.Char(help="Document and clause the answer was published in.")
    data = fields.Json(required=True)
    expected = fields.Json(
        required=True,
        help='Texts by name, such as {"error_max": "0.02", "verdict": "pass"}; a budget '
        "result by its name and name_U.",
    )

    @api.model
    def _answers(self, definition, data):
        """Return every scalar answer as text by name."""
        cleaned, _problems = clean(definition, data)
        result = compute(definition, cleaned)
        answers = {name: cell["text"] for name, cell in result["values"].items()}
        answers["verdict"] = result["verdict"]
        for node in definition.budgets:
            rows = result["budgets"].get(node["name"], [])
            if not node["table"] and rows and "reported" in rows[0]:
                name = node["result"]["name"]
                answers[name] = rows[0]["reported"]["value"]
                answers[f"{name}_U"] = rows[0]["reported"]["uncertainty"]
                answers[f"{name}_k"] = rows[0]["k_text"]
        return answers

    def _differences(self, definition):
        """Return one sentence for every answer that differs."""
        sentences = []
        for case in self:
            answers = self._answers(definition, case.data)
            for name, expected in (case.expected or {}).items():
                if answers.get(name) != expected:
                    sentences.append(
                        self.env._(
                            "Reference case %(case)s: %(name)s is %(found)s, "
                            "%(expected)s is known.",
                            case=case.name,
                            name=name,
                            found=answers.get(name, "—"),
                            expected=expected,
                        )
                    )
        return sentences
