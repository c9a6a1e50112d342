# SPDX-License-Identifier: AGPL-3.0-only
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import DISCIPLINES
from ..tools import text_keys


class MetrologyInstrumentType(models.Model):
    """A kind of measuring instrument, in a tree discipline > category > type."""

    _name = "metrology.instrument.type"
    _description = "Instrument Type"
    _parent_store = True
    _order = "complete_name, id"
    _rec_name = "complete_name"
    _rec_names_search = ["name", "code", "keywords"]

    # 1. What it is
    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        compute="_compute_complete_name", store=True, recursive=True
    )
    path_text = fields.Char(string="Type with Category", compute="_compute_path_text")
    code = fields.Char(index="btree_not_null", copy=False)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        help="Empty: the type is known to all companies.",
    )
    parent_id = fields.Many2one(
        comodel_name="metrology.instrument.type",
        string="Belongs to",
        index=True,
        ondelete="restrict",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("metrology.instrument.type", "parent_id")
    discipline = fields.Selection(
        selection=DISCIPLINES,
        compute="_compute_discipline",
        store=True,
        readonly=False,
        precompute=True,
        recursive=True,
        help="The field of metrology; taken from the category above.",
    )
    keywords = fields.Char(
        string="Also called",
        help="Other names under which customers list it, separated by commas. "
        "The import of instrument lists recognises them.",
    )

    # 2. What is done with it
    default_method_ids = fields.Many2many(
        comodel_name="metrology.method",
        relation="metrology_instrument_type_default_method_rel",
        column1="type_id",
        column2="method_id",
        string="Usual Methods",
    )
    mandatory = fields.Boolean(
        string="Mandatory Verification",
        help="The type is in the national catalogue of instruments under mandatory "
        "verification.",
    )
    interval_months = fields.Integer(
        string="Usual Interval (months)",
        help="The usual time between two verifications; 0 where there is none.",
    )
    capability_ids = fields.One2many("metrology.capability", "instrument_type_id")
    capability_count = fields.Integer(compute="_compute_capability_count")
    note = fields.Text()

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE code IS NOT NULL",
        "Another instrument type has this code already.",
    )
    _interval_not_negative = models.Constraint(
        "CHECK(interval_months >= 0)", "The interval cannot be negative."
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for kind in self:
            above = kind.parent_id.complete_name
            kind.complete_name = f"{above} / {kind.name}" if above else kind.name

    @api.depends("name", "parent_path")
    @api.depends_context("lang")
    def _compute_path_text(self):
        # The stored path sorts; this one speaks the reader's language.
        for kind in self:
            above = [int(one) for one in (kind.parent_path or "").split("/") if one]
            names = (self.browse(above) if above else kind).mapped("name")
            kind.path_text = " / ".join(filter(None, names))

    @api.depends("name")
    def _compute_display_name(self):
        # The path is for lists and searches; in a document the plain name is said.
        for kind in self:
            kind.display_name = kind.name

    @api.depends("parent_id.discipline")
    def _compute_discipline(self):
        for kind in self:
            kind.discipline = kind.parent_id.discipline or kind.discipline

    def _compute_capability_count(self):
        groups = self.env["metrology.capability"]._read_group(
            [("instrument_type_id", "in", self.ids)],
            ["instrument_type_id"],
            ["__count"],
        )
        counts = {kind.id: count for kind, count in groups}
        for kind in self:
            kind.capability_count = counts.get(kind.id, 0)

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("An instrument type cannot belong to itself.")
            )

    def action_open_capabilities(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_method.action_capability"
        )
        action["domain"] = [("instrument_type_id", "child_of", self.id)]
        action["context"] = {"default_instrument_type_id": self.id}
        return action

    @api.model
    def _recognise(self, names):
        """Return the instrument type that each of ``names`` speaks of.

        The whole name or alias decides first; otherwise the longest one that the
        name ends with or contains (矿用压力表 is a 压力表, 精密压力表 is the more special
        one where that exists).  Two types with one alias are no answer.

        :param names: iterable of str
        :rtype: dict[str, recordset] (empty where nothing fits)

        Two queries for any number of names.
        """
        none = self.browse()
        aliases = {}
        types = self.search([])
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for language in languages or [self.env.lang]:
            for kind in types.with_context(lang=language):
                words = [kind.name, *re.split(r"[,，;；、|\n]", kind.keywords or "")]
                for word in words:
                    if word := text_keys.compact(word):
                        aliases.setdefault(word, set()).add(kind.id)
        ordered = sorted(aliases, key=len, reverse=True)
        found = {}
        for name in set(names):
            key = text_keys.compact(name)
            ids = aliases.get(key)
            if not ids and key:
                word = next((w for w in ordered if key.endswith(w)), None) or next(
                    (w for w in ordered if len(w) > 1 and w in key), None
                )
                ids = aliases.get(word)
            found[name] = none.browse(ids) if ids and len(ids) == 1 else none
        return found
