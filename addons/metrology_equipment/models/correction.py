# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.metrology.tools import rounding


class MetrologyCorrection(models.Model):
    """A table of corrections from one certificate: value, correction, uncertainty.

    Each certificate brings its own table, which is the version of its time; once the
    certificate is confirmed nothing of it changes.  Records take the table of the day
    of the measurement (``maintenance.equipment._get_correction_table``).
    """

    _name = "metrology.correction"
    _description = "Correction Table"
    _inherit = ["metrology.guard.mixin"]
    _order = "traceability_id, code, id"
    _rec_name = "code"

    _guard_frozen_fields = (
        "traceability_id",
        "code",
        "quantity_id",
        "unit_id",
        "k",
        "line_ids",
    )

    traceability_id = fields.Many2one(
        comodel_name="metrology.traceability",
        string="Certificate",
        required=True,
        index=True,
        ondelete="cascade",
    )
    equipment_id = fields.Many2one(
        related="traceability_id.equipment_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="traceability_id.company_id", store=True, index=True
    )
    state = fields.Selection(related="traceability_id.state")
    code = fields.Char(
        required=True,
        help="The name by which record templates ask for it, for example "
        '"temperature".',
    )
    quantity_id = fields.Many2one(
        comodel_name="metrology.quantity", ondelete="restrict"
    )
    unit_id = fields.Many2one(
        comodel_name="metrology.unit",
        ondelete="restrict",
        domain="[('quantity_id', '=', quantity_id)]",
    )
    k = fields.Char(
        string="Coverage Factor k", default="2", help="Of the uncertainties below."
    )
    line_ids = fields.One2many("metrology.correction.line", "correction_id")

    _code_uniq = models.Constraint(
        "unique(traceability_id, code)",
        "The certificate has a correction table of this name already.",
    )

    @api.depends("code", "traceability_id", "unit_id")
    def _compute_display_name(self):
        for table in self:
            table.display_name = " ".join(
                part
                for part in (
                    table.traceability_id.number,
                    table.code,
                    table.unit_id.symbol,
                )
                if part
            )

    def _guard_is_frozen(self):
        return self.traceability_id.state != "draft"

    @api.model_create_multi
    def create(self, vals_list):
        tables = super().create(vals_list)
        tables._check_open()
        return tables

    @api.constrains("k")
    def _check_k(self):
        for table in self:
            try:
                valid = not table.k or rounding.exact(table.k) > 0
            except ValueError:
                valid = False
            if not valid:
                raise ValidationError(
                    self.env._(
                        '%(table)s: "%(k)s" is not a coverage factor.',
                        table=table.display_name,
                        k=table.k,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        self._check_open()

    def _check_open(self):
        """Refuse changes under a certificate that was decided upon."""
        for table in self:
            if table._guard_is_frozen():
                raise UserError(
                    self.env._(
                        "The corrections of %(certificate)s are confirmed and are not "
                        "changed any more. Enter the next certificate instead.",
                        certificate=table.traceability_id.display_name,
                    )
                )

    def _get_points(self):
        """Return [(value, correction, uncertainty or False)] texts by rising value."""
        points = [
            (line.value, line.correction, line.uncertainty or False)
            for line in self.line_ids
        ]
        return sorted(points, key=lambda point: rounding.exact(point[0]))
