# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import method_items

_ITEM_FIELDS = ("items_edition_id", "items_type_id", "items_digest")


class MetrologyRecordTemplateVersion(models.Model):
    """Which items and limits a version was made from, and whether they still hold."""

    _inherit = "metrology.record.template.version"

    items_edition_id = fields.Many2one(
        comodel_name="metrology.method.edition",
        string="Items of",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    items_type_id = fields.Many2one(
        comodel_name="metrology.instrument.type",
        string="Items for",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    items_digest = fields.Char(
        string="Fingerprint of the Items", readonly=True, copy=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(set(_ITEM_FIELDS) & set(vals) for vals in vals_list):
            self._refuse_items()
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and set(_ITEM_FIELDS) & set(vals):
            self._refuse_items()
        if {"definition", "definition_text"} & set(vals):
            # A sheet changed by hand is no copy of the items any more.
            vals = {**vals, **dict.fromkeys(_ITEM_FIELDS, False)}
        return super().write(vals)

    def _refuse_items(self):
        raise UserError(
            self.env._(
                "What a version was made from is not written by hand: make the version "
                "from the items of the method."
            )
        )

    def _approval_frozen_fields(self):
        return super()._approval_frozen_fields() | set(_ITEM_FIELDS)

    def _get_items(self):
        """Return the items as they are entered now: ``{version id: plain data}``.

        Only versions made from items; a fixed number of queries.
        """
        made = self.filtered("items_edition_id").sudo()
        found = self.env["metrology.method.item"].sudo()
        found = found._get_for(made.items_edition_id, made.items_type_id)
        return {
            version.id: found[
                version.items_edition_id.id, version.items_type_id.id
            ]._describe()
            for version in made
        }

    def _get_items_problem(self, items):
        """Return why the sheet does not hold the items entered now, or False."""
        self.ensure_one()
        if method_items.digest(items) == self.items_digest:
            return False
        return self.env._(
            "Items or limits of %(edition)s have changed since %(version)s was made "
            "from them. Make a new version from the items and have it approved.",
            edition=self.items_edition_id.name,
            version=self.display_name,
        )

    def _get_problems(self):
        problems = super()._get_problems()
        items = self._get_items().get(self.id)
        if items is not None and self.approval_state != "approved":
            problem = self._get_items_problem(items)
            if problem:
                problems = [*problems, problem]
        return problems
