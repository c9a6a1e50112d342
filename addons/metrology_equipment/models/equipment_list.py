# SPDX-License-Identifier: AGPL-3.0-only
from odoo import models

from ..tools import workbook


class MaintenanceEquipment(models.Model):
    """Equipment as rows of printed and exported lists."""

    _inherit = "maintenance.equipment"

    def _prepare_ledger(self):
        """Return (name, head, rows) of the ledger as it is now."""
        states = dict(self._fields["metrology_state"]._description_selection(self.env))
        validity = dict(
            self._fields["metrology_validity"]._description_selection(self.env)
        )
        head = [
            self.env._("Equipment Code"),
            self.env._("Equipment"),
            self.env._("Model"),
            self.env._("Serial Number"),
            self.env._("Manufacturer"),
            self.env._("Measuring Range"),
            self.env._("Uncertainty / Class / MPE"),
            self.env._("Laboratory"),
            self.env._("Room"),
            self.env._("Keeper"),
            self.env._("Traceability"),
            self.env._("Calibrated"),
            self.env._("Valid until"),
            self.env._("Status"),
            self.env._("Usability"),
            self.env._("Why Not"),
        ]
        rows = [
            [
                item.metrology_code,
                item.name,
                item.model,
                item.serial_no,
                item.manufacturer,
                item.range_text,
                item.uncertainty_text,
                item.metrology_department_id.name,
                item.room_id.display_name,
                item.technician_user_id.name,
                item._get_traceability_text(),
                item.traceability_id.date,
                item.traceability_due,
                states[item.metrology_state],
                validity[item.metrology_validity],
                item.metrology_validity_note,
            ]
            for item in self
        ]
        return self.env._("Equipment"), head, rows

    def _get_traceability_text(self):
        """Return by whom and by which certificate this one equipment is traceable."""
        self.ensure_one()
        if not self.traceability_required:
            return self.env._("not needed")
        last = self.traceability_id
        if not last:
            return ""
        kinds = dict(last._fields["kind"]._description_selection(self.env))
        return f"{last.provider}, {kinds[last.kind]} {last.number} ({last.date_to})"

    def action_export_ledger(self):
        """Write these equipment as an Excel ledger and open it."""
        self.check_access("read")
        return self.env["metrology.equipment.list"]._open_file(
            workbook.build([self._prepare_ledger()]), "ledger.xlsx"
        )
