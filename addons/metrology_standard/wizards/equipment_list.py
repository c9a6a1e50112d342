# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models


class MetrologyEquipmentList(models.TransientModel):
    """Adds the ledger of measurement standards and the list by capability."""

    _inherit = "metrology.equipment.list"

    kind = fields.Selection(
        selection_add=[("capability", "Standards and equipment by capability")],
        ondelete={"capability": "cascade"},
    )

    def _export(self):
        if self.kind != "capability":
            return super()._export()
        capabilities = self.env["metrology.capability"].search(
            [*self._domain_laboratories(), ("state", "!=", "withdrawn")]
        )
        return capabilities._export_equipment_list()

    def _get_ledgers(self):
        """Add: the measurement standards."""
        standards = self.env["metrology.standard"].search(self._domain_laboratories())
        return [*super()._get_ledgers(), self._prepare_standards(standards)]

    def _domain_laboratories(self):
        if not self.department_ids:
            return []
        return [("department_id", "child_of", self.department_ids.ids)]

    @api.model
    def _prepare_standards(self, standards):
        """Return (name, head, rows) of the ledger of measurement standards."""
        states = dict(standards._fields["state"]._description_selection(self.env))
        natures = dict(standards._fields["nature"]._description_selection(self.env))
        head = [
            self.env._("Code"),
            self.env._("Measurement Standard"),
            self.env._("Nature"),
            self.env._("Measuring Range"),
            self.env._("Uncertainty / Class / MPE"),
            self.env._("Examination Certificate"),
            self.env._("Valid until"),
            self.env._("Main and Auxiliary Equipment"),
            self.env._("State"),
        ]
        rows = [
            [
                standard.code,
                standard.name,
                natures.get(standard.nature),
                standard.range_text,
                standard.uncertainty_text,
                standard.number,
                standard.date_to,
                "\n".join(standard.equipment_ids.mapped("display_name")),
                states.get(standard.state),
            ]
            for standard in standards
        ]
        return self.env._("Measurement Standards"), head, rows
