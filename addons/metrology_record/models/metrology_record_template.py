# SPDX-License-Identifier: AGPL-3.0-only
import json
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.metrology.const import SERVICE_KINDS

from ..tools.definition import localised

LIBRARY = Path(__file__).parent.parent / "data" / "templates"


class MetrologyRecordTemplate(models.Model):
    """The form of a technical record for one method: a chain of approved versions."""

    _name = "metrology.record.template"
    _description = "Record Template"
    _inherit = ["mail.thread"]
    _order = "name, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(index=True, copy=False)
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        default=lambda self: self.env.company,
        index=True,
    )
    active = fields.Boolean(default=True)
    service_kind = fields.Selection(selection=SERVICE_KINDS, string="Service")
    department_id = fields.Many2one(
        comodel_name="hr.department", index="btree_not_null", check_company=True
    )
    capability_ids = fields.Many2many(
        comodel_name="metrology.capability",
        relation="metrology_record_template_capability_rel",
        string="Capabilities",
        help="Jobs of these capabilities are recorded with this template.",
    )
    method_ids = fields.Many2many(
        comodel_name="metrology.method",
        relation="metrology_record_template_method_rel",
        string="Methods",
        help="Jobs by these methods are recorded with this template, where no template "
        "names the capability itself.",
    )
    instrument_type_ids = fields.Many2many(
        comodel_name="metrology.instrument.type",
        relation="metrology_record_template_type_rel",
        string="Instrument Types",
        help="Only instruments of these types; empty: of any type.",
    )
    version_ids = fields.One2many(
        comodel_name="metrology.record.template.version",
        inverse_name="template_id",
        string="Versions",
    )
    case_ids = fields.One2many(
        comodel_name="metrology.record.template.case",
        inverse_name="template_id",
        string="Reference Cases",
        help="Known answers that every new version must reproduce before it is approved.",
    )
    current_version_id = fields.Many2one(
        comodel_name="metrology.record.template.version",
        compute="_compute_current_version_id",
        string="Version in Force",
    )
    record_count = fields.Integer(compute="_compute_record_count", string="Records")

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE code IS NOT NULL",
        "There is a template with this code already.",
    )

    @api.depends("version_ids.approval_state", "version_ids.number")
    def _compute_current_version_id(self):
        approved = self.env["metrology.record.template.version"].search(
            [("template_id", "in", self.ids), ("approval_state", "=", "approved")],
            order="template_id, number",
        )
        latest = {version.template_id.id: version for version in approved}
        for template in self:
            template.current_version_id = latest.get(template.id, False)

    def _compute_record_count(self):
        counts = self.env["metrology.record"]._read_group(
            [("template_id", "in", self.ids)], ["template_id"], ["__count"]
        )
        by_template = {template.id: count for template, count in counts}
        for template in self:
            template.record_count = by_template.get(template.id, 0)

    # ------------------------------------------------------------------ actions
    def action_new_version(self):
        """Open a new draft version, a copy of the newest one."""
        self.ensure_one()
        self.check_access("write")
        draft = self.version_ids.filtered(lambda one: one.approval_state == "draft")
        if not draft:
            newest = self.version_ids.sorted("number")[-1:]
            draft = self.env["metrology.record.template.version"].create(
                {
                    "template_id": self.id,
                    "definition": newest.definition or self._empty_definition(),
                    "sample_data": newest.sample_data,
                }
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Version"),
            "res_model": draft._name,
            "view_mode": "form",
            "res_id": draft[:1].id,
        }

    def action_view_records(self):
        """Show the records made with the template."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "metrology_record.action_record"
        )
        return {**action, "domain": [("template_id", "=", self.id)], "context": {}}

    def _empty_definition(self):
        return {
            "schema": 1,
            "title": self.name,
            "blocks": [
                {
                    "kind": "table",
                    "name": "points",
                    "title": self.env._("Points"),
                    "columns": [
                        {"name": "p", "label": self.env._("Standard value")},
                        {
                            "name": "r",
                            "label": self.env._("Reading"),
                            "type": "readings",
                            "count": 3,
                        },
                        {
                            "name": "error",
                            "label": self.env._("Error"),
                            "type": "formula",
                            "formula": "mean(r) - p",
                        },
                    ],
                }
            ],
        }

    # ----------------------------------------------------------------- business
    @api.model
    def _find_versions(self, jobs):
        """Return ``{job.id: version in force}`` for jobs that have a template.

        A template that names the capability goes before one that names the method; a
        template for certain instrument types before one for any. Three queries for any
        number of jobs.
        """
        jobs = jobs.sudo()
        templates = self.sudo().search(
            [
                ("company_id", "in", [*jobs.company_id.ids, False]),
                "|",
                ("capability_ids", "in", jobs.capability_id.ids),
                ("method_ids", "in", jobs.method_id.ids),
            ]
        )
        result = {}
        for job in jobs:
            best, found = 0, None
            for template in templates:
                if template.company_id and template.company_id != job.company_id:
                    continue
                if template.service_kind and template.service_kind != job.service_kind:
                    continue
                rank = 0
                if job.capability_id in template.capability_ids:
                    rank = 4
                elif job.method_id and job.method_id in template.method_ids:
                    rank = 2
                types = template.instrument_type_ids
                if types and job.instrument_type_id not in types:
                    continue
                rank += bool(rank and types)
                if rank > best and template.current_version_id:
                    best, found = rank, template.current_version_id
            if found:
                result[job.id] = found
        return result

    @api.model
    def _library(self):
        """Return the names of the templates delivered with the addon."""
        return sorted(path.stem for path in LIBRARY.glob("*.json"))

    @api.model
    def _load_library(self, name):
        """Make (or find) the template of a library file, with a draft version.

        :param str name: such as ``pressure_gauge``
        :return: the newest ``metrology.record.template.version`` of that template
        """
        if name not in self._library():
            raise UserError(
                self.env._(
                    "There is no template “%(name)s” in the library; there are %(names)s.",
                    name=name,
                    names=", ".join(self._library()),
                )
            )
        definition = json.loads((LIBRARY / f"{name}.json").read_text(encoding="utf-8"))
        match = definition.get("match", {})
        template = self.with_context(active_test=False).search(
            [
                ("code", "=", definition["code"]),
                ("company_id", "in", [self.env.company.id, False]),
            ],
            limit=1,
        )
        if not template:
            methods = self.env["metrology.method"].search(
                [("code", "in", match.get("methods", []))]
            )
            template = self.create(
                {
                    "name": localised(definition["title"], self.env.lang or "zh_CN"),
                    "code": definition["code"],
                    "service_kind": match.get("service_kind", False),
                    "method_ids": [fields.Command.set(methods.ids)],
                }
            )
        newest = template.version_ids.sorted("number")[-1:]
        if newest and newest.definition == definition:
            return newest
        return self.env["metrology.record.template.version"].create(
            {"template_id": template.id, "definition": definition}
        )
