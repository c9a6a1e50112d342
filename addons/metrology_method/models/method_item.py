# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyMethodItem(models.Model):
    """One item that an edition of a method prescribes to examine (检定项目).

    Its parameters say at which points, with which limits and in which unit.  A record
    template can be made from them, and records take points and limits from there.
    """

    _name = "metrology.method.item"
    _description = "Verification Item"
    _inherit = ["metrology.method.part.mixin"]
    _order = "edition_id, sequence, id"
    _rec_names_search = ["name", "code"]

    edition_id = fields.Many2one(
        comodel_name="metrology.method.edition",
        required=True,
        index=True,
        ondelete="cascade",
    )
    method_id = fields.Many2one(related="edition_id.method_id", store=True, index=True)
    company_id = fields.Many2one(related="edition_id.company_id", store=True)
    instrument_type_id = fields.Many2one(
        comodel_name="metrology.instrument.type",
        index=True,
        ondelete="restrict",
        help="Empty: every type the method serves.",
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Short name in Latin letters, by which templates call it.",
    )
    clause = fields.Char(help="Where the document prescribes it.")
    at_first = fields.Boolean(string="First Verification", default=True)
    at_subsequent = fields.Boolean(string="Subsequent", default=True)
    in_use = fields.Boolean(string="In-use Inspection")
    requirement = fields.Text(help="What is demanded, in words.")
    param_ids = fields.One2many(
        comodel_name="metrology.method.param",
        inverse_name="item_id",
        string="Parameters",
        copy=True,
    )
    param_text = fields.Char(string="Points and Limits", compute="_compute_param_text")

    _code_uniq = models.UniqueIndex(
        "(edition_id, code, COALESCE(instrument_type_id, 0))",
        "The edition has an item of this code already.",
    )

    def _get_editions(self):
        return self.edition_id

    @api.depends("param_ids.name", "param_ids.limit_text")
    def _compute_param_text(self):
        for item in self:
            item.param_text = "; ".join(
                " ".join(part for part in (param.name, param.limit_text) if part)
                for param in item.param_ids
            )

    @api.model
    def _get_for(self, editions, instrument_types):
        """Return the items for editions and types of instruments.

        :return: {(edition id, type id): items}, the type's own and those of its
            categories and of every type; a type's own item goes before a general one
            of the same code
        :rtype: dict[tuple[int, int], recordset]

        Two queries for any number of pairs.
        """
        by_edition = {}
        for item in self.search([("edition_id", "in", editions.ids)]):
            by_edition.setdefault(item.edition_id.id, []).append(item)
        result = {}
        for kind in instrument_types:
            path = {int(part) for part in (kind.parent_path or "").split("/") if part}
            for edition in editions:
                chosen = {}
                for item in by_edition.get(edition.id, ()):
                    own = item.instrument_type_id
                    if own and own.id not in path:
                        continue
                    if item.code not in chosen or own:
                        chosen[item.code] = item
                found = self.union(*chosen.values())
                result[edition.id, kind.id] = found.sorted("sequence")
        return result
