# SPDX-License-Identifier: AGPL-3.0-only
import base64
import io

from openpyxl import load_workbook

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import StandardCommon


@tagged("post_install", "-at_install")
class TestStandardLists(StandardCommon):
    def _last_file(self, person):
        record = self.env["metrology.equipment.list"].search(
            [("create_uid", "=", person.id), ("file", "!=", False)],
            order="id desc",
            limit=1,
        )
        return load_workbook(io.BytesIO(base64.b64decode(record.file)))

    def _export(self, person, **values):
        self.env["metrology.equipment.list"].with_user(person).create(
            values
        ).action_export()
        return self._last_file(person)

    def test_ledgers_of_both(self):
        """The ledgers hold a sheet of the equipment and one of the standards."""
        book = self._export(self.user, kind="ledger")
        self.assertEqual(len(book.sheetnames), 2)
        equipment, standards = (list(sheet.values) for sheet in book.worksheets)
        self.assertIn("E-0891", [line[0] for line in equipment])
        self.assertIn("Piston Gauge Device", [line[1] for line in standards])

    @requirement("S1-7.3.3-1")
    def test_list_of_standards_and_equipment(self):
        """Each row has the four fields; what lacks range or uncertainty is reported."""
        self.barometer.write({"uncertainty_text": False, "range_text": False})
        capability = self.capability.with_user(self.user)
        capability.action_export_equipment_list()
        rows = list(self._last_file(self.user).active.values)
        by_name = {row[3]: row for row in rows}
        good, bad = by_name["Piston Gauge"], by_name["Barometer"]
        last = self.gauge_tester.traceability_id
        self.assertEqual(good[2], "Piston Gauge Device")
        self.assertIn("PG-60", good[4])
        self.assertEqual(good[5:7], ("(0 to 60) MPa", "class 0.05"))
        self.assertIn(last.number, good[7])
        self.assertFalse(good[8])
        self.assertIn("range", bad[8])
        self.assertIn("uncertainty", bad[8])
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "metrology_standard.report_equipment_list", capability.ids
        )
        self.assertIn("missing: range, uncertainty", " ".join(html.decode().split()))

    def test_nothing_to_list(self):
        """An empty list is refused, not written."""
        empty = self.env["hr.department"].create({"name": "Empty"})
        with self.assertRefused(UserError, "nothing"):
            self._export(
                self.user, kind="capability", department_ids=[(6, 0, empty.ids)]
            )
