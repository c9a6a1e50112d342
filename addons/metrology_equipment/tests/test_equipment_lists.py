# SPDX-License-Identifier: AGPL-3.0-only
import base64
import io

from dateutil.relativedelta import relativedelta
from openpyxl import load_workbook

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from ..tools import workbook
from .common import EquipmentCommon


@tagged("post_install", "-at_install")
class TestEquipmentLists(EquipmentCommon):
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

    @requirement("S0-7.1.2-1")
    def test_ledger_is_live(self):
        """A recorded calibration changes due date and status at once, in the file too."""
        fresh = self._new_equipment("Fresh", "F-1", "reference", certified=False)

        def row():
            book = self._export(self.user, kind="ledger")
            [found] = [line for line in book.worksheets[0].values if line[0] == "E-F-1"]
            return found

        before = row()
        self.assertIn("Not Usable", before)
        self.assertEqual(fresh.with_user(self.user).metrology_validity, "blocked")
        certificate = self._new_certificate(fresh, months_ago=0)
        after = row()
        self.assertIn("Usable", after)
        self.assertEqual(after[12].date(), certificate.date_to)
        self.assertEqual(fresh.with_user(self.user).metrology_validity, "usable")
        keeper = fresh.with_user(self.keeper)
        for values in (
            {"metrology_state": "scrapped"},
            {"is_away": True},
            {"traceability_due": "2099-01-01"},
            {"metrology_validity": "usable"},
        ):
            with self.assertRefused(UserError):
                keeper.write(values)
        with self.assertRaises(UserError):
            fresh.with_user(self.user).write({"traceability_due": "2099-01-01"})

    def test_nothing_to_list(self):
        """An empty list is refused, not written."""
        empty = self.env["hr.department"].create({"name": "Empty"})
        with self.assertRefused(UserError, "nothing"):
            self._export(self.user, department_ids=[(6, 0, empty.ids)])

    def test_texts_stay_texts(self):
        """A name that looks like a formula is none; names of sheets are made fit."""
        content = workbook.build(
            [
                ("a/b:c", ["Name"], [["=1+1"], ["0891"], [self.today]]),
                ("A B C", ["Name"], []),
            ]
        )
        book = load_workbook(io.BytesIO(content))
        self.assertEqual(len(set(book.sheetnames)), 2)
        cells = [cell for (cell,) in book.worksheets[0].iter_rows(min_row=2)]
        self.assertEqual([cell.data_type for cell in cells], ["s", "s", "d"])

    def test_traceability_due_follows_certificates_only(self):
        """A forged due date is overwritten by the next certificate."""
        due = self.gauge_tester.traceability_due
        certificate = self._new_certificate(self.gauge_tester, months_ago=0)
        self.assertGreater(certificate.date_to, due)
        self.assertEqual(self.gauge_tester.traceability_due, certificate.date_to)
        self.assertEqual(
            certificate.date_to,
            self.today + relativedelta(months=12) - relativedelta(days=1),
        )
