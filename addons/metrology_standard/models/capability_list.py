# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.metrology_equipment.tools import workbook


class MetrologyCapability(models.Model):
    """The list of standards and equipment by capability, printed and exported."""

    _inherit = "metrology.capability"

    def _get_equipment_rows(self):
        """Return the equipment of each capability as rows of the printed list.

        JJF 1069 7.3.3: the standards or technical specifications, and the equipment by
        name and model, range, uncertainty (or class, MPE) and traceability.

        :return: {capability id: [{"standard", "name", "model", "range",
            "uncertainty", "traceability", "missing"}]}; ``missing`` names the fields
            that are empty, so that the row is incomplete
        :rtype: dict[int, list[dict]]
        """
        labels = {
            "model": self.env._("model"),
            "range": self.env._("range"),
            "uncertainty": self.env._("uncertainty"),
            "traceability": self.env._("traceability"),
        }
        result = {}
        for capability in self:
            rows, seen = [], set()
            pairs = [
                (standard, equipment)
                for standard in capability.standard_ids
                for equipment in standard.equipment_ids
            ]
            none = self.env["metrology.standard"]
            pairs += [
                (none, equipment)
                for equipment in capability.requirement_ids.equipment_ids
            ]
            for standard, equipment in pairs:
                if (equipment.id in seen) and not standard:
                    continue
                seen.add(equipment.id)
                row = {
                    "standard": standard.name or "",
                    "name": equipment.name,
                    "model": " / ".join(
                        text for text in (equipment.model, equipment.serial_no) if text
                    ),
                    "range": equipment.range_text or "",
                    "uncertainty": equipment.uncertainty_text or "",
                    "traceability": equipment._get_traceability_text(),
                }
                row["missing"] = ", ".join(
                    label for key, label in labels.items() if not row[key]
                )
                rows.append(row)
            result[capability.id] = rows
        return result

    @api.model
    def _equipment_list_head(self):
        return [
            self.env._("Capability"),
            self.env._("Method"),
            self.env._("Measurement Standard"),
            self.env._("Equipment"),
            self.env._("Model / Number"),
            self.env._("Measuring Range"),
            self.env._("Uncertainty / Class / MPE"),
            self.env._("Traceability"),
            self.env._("Incomplete"),
        ]

    def _export_equipment_list(self):
        """Write the list of standards and equipment as an Excel file and open it."""
        self.check_access("read")
        if not self:
            raise UserError(self.env._("There is nothing to list."))
        keys = ("standard", "name", "model", "range", "uncertainty", "traceability")
        found = self._get_equipment_rows()
        rows = []
        for capability in self:
            edition = capability.current_edition_id
            method = edition.name or capability.method_id.display_name
            own = found[capability.id]
            rows += [
                [
                    capability.display_name,
                    method,
                    *(row[key] for key in keys),
                    self.env._("missing: %(fields)s", fields=row["missing"])
                    if row["missing"]
                    else "",
                ]
                for row in own
            ]
            if not own:
                rows.append(
                    [capability.display_name, method]
                    + [""] * len(keys)
                    + [self.env._("no equipment")]
                )
        return self.env["metrology.equipment.list"]._open_file(
            workbook.build(
                [
                    (
                        self.env._("Standards and Equipment"),
                        self._equipment_list_head(),
                        rows,
                    )
                ]
            ),
            "standards-and-equipment.xlsx",
        )

    def action_export_equipment_list(self):
        return self._export_equipment_list()
