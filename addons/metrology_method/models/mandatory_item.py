# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import USES


class MetrologyMandatoryItem(models.Model):
    """One kind of instruments in the catalogue, with the uses that it means."""

    _name = "metrology.mandatory.item"
    _description = "Item of the Mandatory Verification Catalogue"
    _inherit = ["metrology.guard.mixin"]
    _order = "catalogue_id, sequence, id"
    _rec_names_search = ["name", "number"]

    catalogue_id = fields.Many2one(
        comodel_name="metrology.mandatory.catalogue",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="catalogue_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    number = fields.Char(required=True)
    category = fields.Char(help="The kind above it in the catalogue.")
    name = fields.Char(required=True)
    instrument_type_ids = fields.Many2many(
        comodel_name="metrology.instrument.type",
        relation="metrology_mandatory_item_type_rel",
        string="Instrument Types",
        help="With all types below them.",
    )
    is_not_served = fields.Boolean(
        string="Not Served Here", help="The institution knows no such instruments."
    )
    use_trade = fields.Boolean(string="Trade")
    use_safety = fields.Boolean(string="Safety")
    use_medical = fields.Boolean(string="Medical")
    use_environment = fields.Boolean(string="Environment")
    use_enforcement = fields.Boolean(string="Enforcement")
    condition_text = fields.Char(
        string="Supervised Scope", help="As the catalogue words it."
    )
    supervision = fields.Selection(
        selection=[
            ("v", "V: mandatory verification"),
            ("p", "P: type approval"),
            ("pv", "P+V: type approval and mandatory verification"),
        ],
        required=True,
        default="v",
    )
    once_only = fields.Boolean(
        string="First Verification Only",
        help="Verified once before use, then used until it is worn out or replaced.",
    )

    _number_uniq = models.UniqueIndex(
        "(catalogue_id, number, name)", "The item stands in the catalogue already."
    )

    @api.depends("number", "name")
    def _compute_display_name(self):
        for item in self:
            item.display_name = f"{item.number or ''} {item.name or ''}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._check_open()
        return items

    def write(self, vals):
        # What is served, and by which of our types, is the institution's own
        # knowledge; what the state says is closed with the approval.
        own = {"instrument_type_ids", "is_not_served"} & set(vals)
        if set(vals) - {"instrument_type_ids", "is_not_served", "sequence"}:
            self._check_open()
        result = super().write(vals)
        if "catalogue_id" in vals:
            self._check_open()
        for item in self if own else ():
            if item.catalogue_id.approved_on:
                # By it customers' instruments are under mandatory verification or not.
                item.catalogue_id.message_post(
                    body=self.env._(
                        "Item %(item)s is applied to: %(types)s.",
                        item=item.display_name,
                        types=", ".join(item.instrument_type_ids.mapped("name")) or "–",
                    )
                )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self._check_open()

    def _check_open(self):
        for catalogue in self.catalogue_id:
            if catalogue.approved_on:
                raise UserError(
                    self.env._(
                        "%(catalogue)s is approved: its items do not change. Enter the "
                        "next edition instead.",
                        catalogue=catalogue.display_name,
                    )
                )

    def _get_uses(self):
        """Return the uses this one item means; none named means every use."""
        self.ensure_one()
        return {use for use, _label in USES[:-1] if self[f"use_{use}"]}

    def _applies_to(self, use):
        """Tell whether the item means instruments in this use."""
        uses = self._get_uses()
        return not uses or use in uses

    def _use_words(self):
        labels = {
            use: self._fields[f"use_{use}"].get_description(self.env, ["string"])
            for use, _label in USES[:-1]
        }
        words = [labels[use]["string"] for use, _l in USES if use in self._get_uses()]
        return ", ".join(words) or self.env._("every use")
