# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import method_items


class MetrologyRecordTemplate(models.Model):
    """Templates made from the items and limits of a method's edition."""

    _inherit = "metrology.record.template"

    method_effect_count = fields.Integer(
        string="Changes of Its Method", compute="_compute_method_effect_count"
    )

    def _compute_method_effect_count(self):
        counts = dict(
            self.env["metrology.method.effect"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("state", "=", "open"),
                ],
                ["res_id"],
                ["__count"],
            )
        )
        for template in self:
            template.method_effect_count = counts.get(template.id, 0)

    def action_view_method_effects(self):
        """Show which changes of its method wait to be worked into the template."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "metrology_method.action_method_effect"
        )
        action["domain"] = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return action

    def action_version_from_items(self):
        """Make a draft version from the items and limits in force, and open it.

        :raises UserError: the template does not name one method, or its edition in
            force has no items
        """
        self.ensure_one()
        self.check_access("write")
        edition, kind = self._get_items_source()
        items = self.env["metrology.method.item"]._get_for(edition, kind)
        items = items[edition.id, kind.id]
        if not items.param_ids:
            raise UserError(
                self.env._(
                    "%(template)s: no items with points or limits are entered for "
                    "%(edition)s and %(type)s.",
                    template=self.display_name,
                    edition=edition.name,
                    type=kind.display_name,
                )
            )
        described = items._describe()
        # Superuser for the fields that say what it was made from; it stays the user's.
        version = (
            self.env["metrology.record.template.version"]
            .sudo()
            .create(
                {
                    "template_id": self.id,
                    "definition": method_items.definition_of(
                        self.name,
                        described,
                        self._get_items_rule(),
                        self._items_words(),
                    ),
                    "items_edition_id": edition.id,
                    "items_type_id": kind.id,
                    "items_digest": method_items.digest(described),
                    "note": self.env._(
                        "Made from the items and limits of %(edition)s",
                        edition=edition.name,
                    ),
                }
            )
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Version"),
            "res_model": version._name,
            "view_mode": "form",
            "res_id": version.id,
        }

    def _get_items_source(self):
        """Return the edition in force and the instrument type the template is for."""
        self.ensure_one()
        today = self.env["metrology.calendar"]._today(self.env.company)
        methods = self.method_ids | self.capability_ids.method_id
        editions = self.env["metrology.method.edition"]._get_in_force(methods, today)
        kinds = (
            self.instrument_type_ids
            or self.capability_ids.instrument_type_id
            or methods.instrument_type_ids
        )
        if len(methods) != 1 or not editions or len(kinds) != 1:
            raise UserError(
                self.env._(
                    "%(template)s: name one method with an edition in force, and one "
                    "instrument type.",
                    template=self.display_name,
                )
            )
        return editions[methods.id], kinds

    def _get_items_rule(self):
        """A verification follows its regulation; other services state no verdict by
        themselves unless somebody chooses a rule."""
        return "regulation" if self.service_kind != "calibration" else "jjf1094"

    @api.model
    def _items_words(self):
        return {
            "items": self.env._("Items"),
            "nominal": self.env._("Nominal value"),
            "reading": self.env._("Reading"),
            "error": self.env._("Error"),
            "limit": self.env._("Limit (±)"),
            "conclusion": self.env._("Conclusion"),
            "pass": self.env._("Complies"),
            "fail": self.env._("Does not comply"),
        }
