# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.metrology_method.const import USES


class MetrologyOrderLine(models.Model):
    """Whether the state demands the verification of a line's instrument, and why.

    Type and use are looked up in the catalogue in force; the line keeps what it was
    classified by, so that a later edition changes no order that was agreed.
    """

    _inherit = "metrology.order.line"

    instrument_use = fields.Selection(
        selection=USES,
        string="Use",
        compute="_compute_instrument_use",
        store=True,
        readonly=False,
        precompute=True,
        help="What the instrument is used for.",
    )
    mandatory = fields.Boolean(
        string="Mandatory Verification",
        compute="_compute_mandatory",
        store=True,
        readonly=False,
        precompute=True,
    )
    mandatory_classified = fields.Boolean(
        string="By the Catalogue",
        compute="_compute_mandatory",
        store=True,
        precompute=True,
    )
    mandatory_item_id = fields.Many2one(
        comodel_name="metrology.mandatory.item",
        string="Catalogue Item",
        compute="_compute_mandatory",
        store=True,
        precompute=True,
        ondelete="restrict",
    )
    mandatory_catalogue_id = fields.Many2one(
        comodel_name="metrology.mandatory.catalogue",
        string="Classified by",
        compute="_compute_mandatory",
        store=True,
        precompute=True,
        ondelete="restrict",
    )
    mandatory_basis = fields.Char(
        string="Why Mandatory or Not",
        compute="_compute_mandatory",
        store=True,
        precompute=True,
    )
    mandatory_reason = fields.Char(
        string="Reason for Another Classification",
        help="Needed where a person decides otherwise than the catalogue.",
    )

    @api.depends("instrument_id.instrument_use")
    def _compute_instrument_use(self):
        for line in self:
            if line._is_classification_open():
                line.instrument_use = line.instrument_id.instrument_use

    @api.depends("instrument_id.mandatory", "instrument_use")
    def _compute_mandatory(self):
        today = self.env["metrology.calendar"]._today(self.env.company)
        answers = self.env["metrology.mandatory.catalogue"]._classify(
            {(line.instrument_type_id, line.instrument_use) for line in self}, today
        )
        for line in self:
            if not line._is_classification_open():
                continue
            answer = answers[line.instrument_type_id.id, line.instrument_use]
            told = line.instrument_id.mandatory
            line.mandatory_classified = (
                answer["mandatory"] if answer["decided"] else told
            )
            line.mandatory_item_id = answer["item"] if answer["decided"] else False
            line.mandatory_catalogue_id = answer["catalogue"]
            line.mandatory_basis = answer["reason"]
            # What a person decided with a reason stays.
            if not line.mandatory_reason:
                line.mandatory = line.mandatory_classified

    def _is_classification_open(self):
        """Tell whether the order of this one line has not been agreed yet."""
        self.ensure_one()
        return self.order_id.state in (False, "draft", "submitted", "reviewing")

    @api.constrains("mandatory", "mandatory_reason", "mandatory_classified")
    def _check_mandatory_reason(self):
        for line in self:
            changed = line.mandatory != line.mandatory_classified
            if changed and not (line.mandatory_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "%(instrument)s: the catalogue says otherwise (%(basis)s). Give "
                        "the reason for another classification.",
                        instrument=line.instrument_id.display_name,
                        basis=line.mandatory_basis or "–",
                    )
                )

    def _guard_get_action_fields(self):
        return (
            *super()._guard_get_action_fields(),
            "mandatory_classified",
            "mandatory_item_id",
            "mandatory_catalogue_id",
            "mandatory_basis",
        )

    def _get_reviewed_fields(self):
        return super()._get_reviewed_fields() | {
            "instrument_use",
            "mandatory",
            "mandatory_reason",
        }
