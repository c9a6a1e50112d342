# SPDX-License-Identifier: AGPL-3.0-only
import doctest

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from ..tools import chain_picture
from .common import StandardCommon


@tagged("post_install", "-at_install")
class TestStandardChain(StandardCommon):
    def _link(self, equipment, level="national", **values):
        return self.env["metrology.traceability.link"].create(
            {
                "traceability_id": equipment.traceability_id.id,
                "level": level,
                "institution": "Province Institute",
                "standard_name": f"{level} standard",
                **values,
            }
        )

    def test_up_to_the_national_standard(self):
        """Equipment without a chain is named as a gap; with it the picture shows it."""
        standard = self.standard.with_user(self.user)
        self.assertIn("Piston Gauge", standard.chain_note)
        self.assertIn("Chain not entered", standard.chain)
        self._link(self.gauge_tester, "province", sequence=1)
        self._link(self.gauge_tester, sequence=2)
        self._link(self.barometer)
        self.env.invalidate_all()
        self.assertFalse(standard.chain_note)
        self.assertNotIn("Chain not entered", standard.chain)
        for words in ("province standard", "national standard", "Barometer", "MPa"):
            self.assertIn(words, standard.chain)
        # One box for the national standard both chains end in.
        self.assertEqual(standard.chain.count(">national standard<"), 1)

    def test_own_standards_above(self):
        """An internal calibration leads through the own standard above."""
        upper = self._new_standard("Upper Device", number="U-1")
        weight = self._new_equipment("Weight", "W-1", "reference", certified=False)
        self._new_certificate(weight, kind="internal", own_standard_id=upper.id)
        lower = self._new_standard(
            "Lower Device",
            number="L-1",
            member_ids=[(0, 0, {"equipment_id": weight.id, "role": "main"})],
        )
        self.assertIn("Upper Device", lower.chain)
        self.assertIn("Weight", lower.chain_note)
        self._link(self.gauge_tester)
        self.env.invalidate_all()
        self.assertFalse(lower.chain_note)

    def test_circle_is_refused(self):
        """Equipment cannot be traceable to the standard it belongs to."""
        with self.assertRefused(ValidationError, "circle"):
            self._new_certificate(
                self.gauge_tester,
                confirm=False,
                months_ago=1,
                own_standard_id=self.standard.id,
            )

    def test_boxes_open_what_they_stand_for(self):
        """Equipment, certificate, capability; nothing for what does not exist."""
        standard = self.standard.with_user(self.user)
        action = standard.action_open_node(
            f"maintenance.equipment,{self.gauge_tester.id}"
        )
        self.assertEqual(action["res_id"], self.gauge_tester.id)
        for node in ("res.users,1", "maintenance.equipment,0", "link,x", ""):
            self.assertFalse(standard.action_open_node(node))

    def test_thirty_boxes_do_not_overlap(self):
        """Boxes of a column stand apart and inside the picture; words are escaped."""
        nodes = [
            {
                "id": f"n{column}-{row}",
                "column": column,
                "title": "<script>标准装置",
                "lines": ["一" * 60, "x"],
                "style": "ok",
            }
            for column in range(6)
            for row in range(5)
        ]
        edges = [(f"n{c}-{r}", f"n{c + 1}-{r}") for c in range(5) for r in range(5)]
        picture = chain_picture.draw(nodes, edges, list("abcdef"))
        self.assertEqual(picture.count("<rect"), 30)
        self.assertNotIn("<script>", picture)
        columns = chain_picture._order(nodes, edges, 6)
        places = chain_picture._place(columns, edges)
        for column in columns:
            heights = sorted(places[node["id"]][1] for node in column)
            for above, below in zip(heights, heights[1:], strict=False):
                self.assertGreaterEqual(below - above, chain_picture.HEIGHT)

    def test_doctests(self):
        """The examples in the drawing module hold."""
        self.assertEqual(doctest.testmod(chain_picture).failed, 0)

    def test_queries_do_not_grow_with_members(self):
        """Drawing ten members costs as many queries as two."""
        wide = self._new_standard(
            "Wide",
            number="WI",
            member_ids=[
                (
                    0,
                    0,
                    {
                        "equipment_id": self._new_equipment(
                            f"E{number}", f"E{number}", "reference"
                        ).id
                    },
                )
                for number in range(10)
            ],
        )
        few, many = (self.standard.with_user(self.user), wide.with_user(self.user))
        self.assertLessEqual(
            self._queries(lambda: many.chain), self._queries(lambda: few.chain) + 2
        )

    @requirement("S0-7.1.2-1")
    def test_ledger_is_live(self):
        """A confirmed certificate changes due date and state at once; none is typed."""
        standard = self.standard.with_user(self.keeper)
        late = self.gauge_tester.traceability_id
        late._guard_open().write({"date": "2020-01-01", "date_to": "2020-12-31"})
        self.env.invalidate_all()
        self.assertEqual(str(standard.traceability_due), "2020-12-31")
        self.assertEqual(standard.validity, "blocked")
        new = self._new_certificate(self.gauge_tester, confirm=False, months_ago=1)
        new.with_user(self.head).action_confirm()
        self.assertEqual(
            standard.traceability_due,
            min(new.date_to, self.barometer.traceability_due),
        )
        self.assertEqual(standard.validity, "valid")
        for values in (
            {"validity": "valid"},
            {"traceability_due": "2099-01-01"},
            {"file_state": "complete"},
        ):
            with self.assertRefused(UserError, "buttons"):
                standard.write(values)

    def test_ledger_as_workbook(self):
        """One row a standard, one a member, dates as dates; only what may be read."""
        import io

        import openpyxl

        content = self.standard.with_user(self.user)._get_ledger_workbook()
        book = openpyxl.load_workbook(io.BytesIO(content))
        first, second = book.worksheets
        head = [cell.value for cell in first[1]]
        row = dict(zip(head, [cell.value for cell in first[2]], strict=True))
        self.assertEqual(row["Name"], "Piston Gauge Device")
        self.assertEqual(
            row["Equipment Traceable until"].date(), self.standard.traceability_due
        )
        self.assertEqual(second.max_row, 3)
        url = self.standard.with_user(self.user).action_export_ledger()["url"]
        self.assertIn(str(self.standard.id), url)
