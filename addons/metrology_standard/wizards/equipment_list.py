# SPDX-License-Identifier: AGPL-3.0-only
import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import workbook


class MetrologyEquipmentList(models.TransientModel):
    """Writes lists of equipment as files: the ledger, and the list of capabilities."""

    _name = "metrology.equipment.list"
    _description = "List of Equipment"

    kind = fields.Selection(
        selection=[
            ("ledger", "Ledgers of equipment and measurement standards"),
            ("capability", "Standards and equipment by capability"),
        ],
        required=True,
        default="ledger",
    )
    department_ids = fields.Many2many(
        comodel_name="hr.department", string="Laboratories"
    )
    file = fields.Binary(attachment=False, readonly=True)
    filename = fields.Char(readonly=True)

    @api.model
    def _open_file(self, content, filename):
        """Keep a file for its maker and return the action that opens it."""
        record = self.create({"file": base64.b64encode(content), "filename": filename})
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{record.id}/file/{filename}",
            "target": "new",
        }

    def action_export(self):
        """Write the chosen list as an Excel file and open it."""
        self.ensure_one()
        domain = []
        if self.department_ids:
            domain = [("department_id", "child_of", self.department_ids.ids)]
        if self.kind == "capability":
            capabilities = self.env["metrology.capability"].search(
                [*domain, ("state", "!=", "withdrawn")]
            )
            return capabilities._export_equipment_list()
        equipment = self.env["maintenance.equipment"].search(
            [
                ("metrology_use", "!=", "none"),
                *(
                    [("metrology_department_id", "child_of", self.department_ids.ids)]
                    if self.department_ids
                    else []
                ),
            ],
            order="metrology_code, name, id",
        )
        standards = self.env["metrology.standard"].search(domain)
        if not equipment and not standards:
            raise UserError(self.env._("There is nothing to list."))
        return self._open_file(
            workbook.build(
                [equipment._prepare_ledger(), self._prepare_standards(standards)]
            ),
            "ledger.xlsx",
        )

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
