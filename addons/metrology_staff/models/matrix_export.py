# SPDX-License-Identifier: AGPL-3.0-only
import io

import xlsxwriter

from odoo import api, models

#: state -> (sign, colour of the sign)
SIGNS = {
    "valid": ("●", "#1e7b34"),
    "expiring": ("◐", "#b36b00"),
    "expired": ("○", "#808080"),
    "suspended": ("‖", "#b02a37"),
    "blocked": ("✕", "#b02a37"),
    "upcoming": ("▷", "#808080"),
}


class MetrologyAuthorizationMatrix(models.AbstractModel):
    _inherit = "metrology.authorization.matrix"

    @api.model
    def _state_labels(self):
        return {
            "valid": self.env._("Valid"),
            "expiring": self.env._("Expiring"),
            "expired": self.env._("Expired"),
            "suspended": self.env._("Suspended"),
            "blocked": self.env._("Not Usable"),
            "upcoming": self.env._("Upcoming"),
        }

    @api.model
    def _export(self, **choice):
        """Return the matrix as the bytes of an Excel file.

        :param choice: what :meth:`get_matrix` takes
        """
        data = self.get_matrix(**choice)
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        sheet = book.add_worksheet(self.env._("Persons and Capabilities")[:31])
        head = book.add_format({"bold": True, "bg_color": "#DDE6F0", "border": 1})
        turned = book.add_format(
            {"bold": True, "bg_color": "#DDE6F0", "border": 1, "rotation": 90}
        )
        gap = book.add_format({"bold": True, "font_color": "#b02a37"})
        signs = {
            state: book.add_format({"align": "center", "font_color": colour})
            for state, (_sign, colour) in SIGNS.items()
        }
        titles = [
            self.env._("Capability"),
            self.env._("Persons"),
            self.env._("Orders at Risk"),
            self.env._("Jobs at Risk"),
            self.env._("Amount at Risk"),
        ]
        for index, title in enumerate(titles):
            sheet.write_string(0, index, title, head)
        for index, person in enumerate(data["persons"], start=len(titles)):
            sheet.write_string(0, index, person["name"] or "", turned)
        for number, row in enumerate(data["capabilities"], start=1):
            sheet.write_string(number, 0, row["name"])
            sheet.write_number(number, 1, row["count"], gap if row["gap"] else None)
            for index, name in enumerate(("orders", "jobs", "amount"), start=2):
                if row[name]:
                    sheet.write_number(number, index, row[name])
            own = data["cells"].get(str(row["id"]), {})
            for index, person in enumerate(data["persons"], start=len(titles)):
                state = own.get(str(person["id"]))
                if state:
                    sheet.write_string(number, index, SIGNS[state][0], signs[state])
        number = len(data["capabilities"]) + 2
        for offset, (state, label) in enumerate(self._state_labels().items()):
            sheet.write_string(number + offset, 0, f"{SIGNS[state][0]} {label}")
        sheet.set_column(0, 0, 50)
        sheet.set_column(1, 4, 9)
        sheet.set_column(5, 5 + len(data["persons"]), 3.2)
        sheet.freeze_panes(1, 1)
        book.close()
        return stream.getvalue()
