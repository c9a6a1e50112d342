# SPDX-License-Identifier: AGPL-3.0-only
import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import workbook


class MetrologyEquipmentList(models.TransientModel):
    """Writes lists of equipment as files: the ledgers, and what later addons add."""

    _name = "metrology.equipment.list"
    _description = "List of Equipment"

    kind = fields.Selection(
        selection=[("ledger", "Ledgers")],
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
        return self._export()

    def _export(self):
        """Write the list of this one dialog's kind. Hook.

        :return: the action that opens the file
        :raises UserError: there is nothing to list
        """
        sheets = self._get_ledgers()
        if not any(rows for _name, _head, rows in sheets):
            raise UserError(self.env._("There is nothing to list."))
        return self._open_file(workbook.build(sheets), "ledger.xlsx")

    def _get_ledgers(self):
        """Return [(name, head, rows)] of the ledgers of the laboratories. Hook."""
        domain = [("metrology_use", "!=", "none")]
        if self.department_ids:
            domain.append(
                ("metrology_department_id", "child_of", self.department_ids.ids)
            )
        equipment = self.env["maintenance.equipment"].search(
            domain, order="metrology_code, name, id"
        )
        return [equipment._prepare_ledger()]
