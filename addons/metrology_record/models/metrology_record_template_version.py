# SPDX-License-Identifier: AGPL-3.0-only
import hashlib
import json
from functools import lru_cache

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.compute import compute
from ..tools.data import clean, empty, missing
from ..tools.definition import DefinitionError, localise, parse


def canonical(value):
    """Return JSON in one form, whatever the order of its keys was."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=128)
def _parsed(text):
    return parse(json.loads(text))


class MetrologyRecordTemplateVersion(models.Model):
    """One version of a template: its definition, tried and approved, then never edited.

    draft → submitted → approved (by another person). Records keep the version they were
    made with; a newer approved version serves new records only.
    """

    _name = "metrology.record.template.version"
    _description = "Version of a Record Template"
    _inherit = ["metrology.approval.mixin", "mail.thread"]
    _order = "template_id, number desc"

    template_id = fields.Many2one(
        comodel_name="metrology.record.template",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="template_id.company_id", store=True, index=True
    )
    number = fields.Integer(
        string="Version", readonly=True, copy=False, aggregator=None
    )
    definition = fields.Json(string="Definition (data)", required=True)
    definition_text = fields.Text(
        string="Definition",
        compute="_compute_definition_text",
        inverse="_inverse_definition_text",
        help="The definition as JSON; see the documentation of the definition language.",
    )
    definition_hash = fields.Char(
        string="Fingerprint",
        compute="_compute_definition_hash",
        store=True,
        help="SHA-256 of the definition: equal fingerprints compute equally.",
    )
    problem_text = fields.Text(string="Problems", compute="_compute_problem_text")
    sample_data = fields.Json(help="What the version was tried with.", copy=False)
    is_tried = fields.Boolean(
        string="Tried",
        compute="_compute_is_tried",
        store=True,
        help="The sample data are complete and everything was computed.",
    )
    is_current = fields.Boolean(compute="_compute_is_current", string="In Force")
    # Named again so that the labels belong to this addon's translations.
    approval_state = fields.Selection(
        selection_add=[
            ("draft", "Draft"),
            ("submitted", "To Approve"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ]
    )
    approved_on = fields.Datetime(readonly=True, copy=False)
    note = fields.Text(string="What Is New")

    _number_uniq = models.Constraint(
        "unique(template_id, number)", "The version exists already."
    )

    # ------------------------------------------------------------------ compute
    @api.depends("template_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = f"{version.template_id.name or ''} V{version.number}"

    @api.depends("definition")
    def _compute_definition_text(self):
        for version in self:
            version.definition_text = json.dumps(
                version.definition or {}, ensure_ascii=False, indent=2
            )

    def _inverse_definition_text(self):
        for version in self:
            try:
                version.definition = json.loads(version.definition_text or "{}")
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "The definition of %(version)s is not JSON: line %(line)s, "
                        "column %(column)s: %(message)s",
                        version=version.display_name,
                        line=getattr(error, "lineno", "?"),
                        column=getattr(error, "colno", "?"),
                        message=getattr(error, "msg", error),
                    )
                ) from error

    @api.depends("definition")
    def _compute_definition_hash(self):
        for version in self:
            version.definition_hash = hashlib.sha256(
                canonical(version.definition).encode()
            ).hexdigest()

    @api.depends("definition")
    def _compute_problem_text(self):
        for version in self:
            version.problem_text = "\n".join(version._get_problems()) or False

    @api.depends("definition", "sample_data")
    def _compute_is_tried(self):
        for version in self:
            version.is_tried = bool(version.sample_data) and not (
                version._get_problems() or version._get_trial_problems()
            )

    def _compute_is_current(self):
        for version in self:
            version.is_current = version.template_id.current_version_id == version

    # --------------------------------------------------------------------- CRUD
    @api.model_create_multi
    def create(self, vals_list):
        templates = [vals.get("template_id") for vals in vals_list]
        highest = dict(
            self.env["metrology.record.template.version"]
            .sudo()
            ._read_group(
                [("template_id", "in", templates)], ["template_id"], ["number:max"]
            )
        )
        highest = {template.id: number for template, number in highest.items()}
        for vals in vals_list:
            number = highest.get(vals.get("template_id"), 0) + 1
            highest[vals.get("template_id")] = number
            vals["number"] = number
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = (
            self.env["metrology.record"]
            .sudo()
            .search([("version_id", "in", self.ids)], limit=1)
        )
        if used:
            raise UserError(
                self.env._(
                    "%(version)s is used by the record %(record)s and cannot be deleted.",
                    version=used.version_id.display_name,
                    record=used.display_name,
                )
            )

    # ----------------------------------------------------------------- approval
    def _approval_frozen_fields(self):
        return {
            "template_id",
            "number",
            "definition",
            "definition_text",
            "definition_hash",
            "sample_data",
        }

    def action_submit_approval(self):
        """Submit a version: its definition is sound, tried and right in known cases."""
        self._check_ready()
        return super().action_submit_approval()

    def action_approve(self):
        """Approve; the known answers are computed once more."""
        self._check_ready()
        return super().action_approve()

    def _after_approved(self):
        result = super()._after_approved()
        self._approval_step().write({"approved_on": fields.Datetime.now()})
        return result

    def _check_ready(self):
        for version in self:
            sentences = version._get_problems()
            if not sentences:
                if not version.sample_data:
                    sentences = [self.env._("Try it with sample data first.")]
                else:
                    sentences = version._get_trial_problems()
                sentences += version.template_id.case_ids._differences(
                    version._get_definition()
                )
            if sentences:
                raise UserError(
                    self.env._(
                        "%(version)s cannot be submitted or approved:\n%(problems)s",
                        version=version.display_name,
                        problems="\n".join(sentences[:20]),
                    )
                )

    # ----------------------------------------------------------------- business
    def _get_definition(self):
        """Return the parsed definition.

        :raises DefinitionError: it has problems
        """
        self.ensure_one()
        return _parsed(canonical(self.definition))

    def _get_problems(self):
        """Return the problems of the definition as sentences."""
        self.ensure_one()
        messages = self.env["metrology.record.messages"]
        try:
            self._get_definition()
        except DefinitionError as error:
            return [messages._problem_text(problem) for problem in error.problems]
        return []

    def _get_trial_problems(self):
        """Return what is missing or fails with the sample data."""
        self.ensure_one()
        definition = self._get_definition()
        messages = self.env["metrology.record.messages"]
        data, problems = clean(definition, self.sample_data or {})
        sentences = [messages._problem_text(one, definition) for one in problems]
        sentences += [
            messages._problem_text(one, definition) for one in missing(definition, data)
        ]
        if not sentences:
            result = compute(definition, data)
            sentences = [
                messages._error_text(one, definition) for one in result["errors"]
            ]
        return sentences

    @api.model
    def _load_library(self, name):
        """Make (or find) the template of a library file; return its newest version."""
        return self.env["metrology.record.template"]._load_library(name)

    # ---------------------------------------------------------------------- RPC
    @api.readonly
    def get_entry_sheet(self):
        """Return what the grid needs to try the version on sample data."""
        self.ensure_one()
        self.check_access("read")
        sheet = {
            "name": self.display_name,
            "editable": self.approval_state in ("draft", "refused")
            and self.has_access("write"),
            "trial": True,
            "token": 0,
            "corrections": [],
        }
        problems = self._get_problems()
        if problems:
            return {**sheet, "definition": False, "problems": problems}
        definition = self._get_definition()
        data = self.sample_data or empty(definition)
        return {
            **sheet,
            "definition": localise(definition.source, self.env.lang or "en_US"),
            "data": data,
            **self.compute_preview(data),
        }

    @api.readonly
    def compute_preview(self, data):
        """Compute typed data that are not saved.

        :return: ``{"data": cleaned, "result": …, "problems": [{block, cell, row,
            message}], "errors": [sentences]}``
        """
        self.ensure_one()
        self.check_access("read")
        return self._compute_sheet(data)

    def save_draft(self, data, token=0):
        """Save the sample data of a draft version."""
        self.ensure_one()
        cleaned, problems = clean(self._get_definition(), data)
        if problems:
            self._refuse_cells(problems)
        self.write({"sample_data": cleaned})
        return {"token": 0, **self._compute_sheet(cleaned)}

    def _refuse_cells(self, problems):
        messages = self.env["metrology.record.messages"]
        definition = self._get_definition()
        raise UserError(
            "\n".join(messages._problem_text(one, definition) for one in problems[:20])
        )

    def _compute_sheet(self, data, curves=None):
        definition = self._get_definition()
        messages = self.env["metrology.record.messages"]
        lang = self.env.lang or "en_US"
        cleaned, problems = clean(definition, data)
        result = compute(definition, cleaned, lang, curves)
        for error in result["errors"] + result["notes"]:
            error["message"] = messages._sentence(
                error["code"], error.get("params", {}), error.get("cause")
            )
        return {
            "data": cleaned,
            "result": result,
            "problems": [
                {
                    "block": one.block,
                    "cell": one.cell,
                    "row": one.row,
                    "message": messages._sentence(one.code, one.params),
                }
                for one in problems
            ],
            "errors": [
                messages._error_text(one, definition) for one in result["errors"]
            ],
        }
