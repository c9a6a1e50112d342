# SPDX-License-Identifier: AGPL-3.0-only
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import EquipmentCommon


@tagged("post_install", "-at_install")
class TestCapabilityRequirement(EquipmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gauge_tester.write(
            {
                "metrology_quantity_id": cls.pressure.id,
                "metrology_unit_id": cls.mpa.id,
                "range_min": "0",
                "range_max": "60",
                "mpe": "0.03",
            }
        )

    def _require(self, capability=None, **values):
        return self.env["metrology.capability.requirement"].create(
            {
                "capability_id": (capability or self.capability).id,
                "name": "Pressure standard",
                "category_id": self.category_class.id,
                "equipment_ids": [(6, 0, self.gauge_tester.ids)],
                "unit_id": self.mpa.id,
                "range_min": "0",
                "range_max": "60",
                "mpe": "0.05",
                **values,
            }
        )

    def _blockers(self):
        capability = self.capability.with_user(self.user)
        found = capability._get_acceptance_blockers(self.today)[capability.id]
        return [code for code, _message in found]

    @requirement("S1-4.3.2-1")
    def test_incomplete_is_not_activated(self):
        """A missing room or equipment: incomplete, and not activated."""
        capability = self._new_capability(activate=False, code="P-9")
        room = self._require(
            capability, kind="room", name="Room at 20 °C", category_id=False
        )
        self.assertEqual(capability.completeness, "incomplete")
        with self.assertRefused(UserError, "Room at 20 °C"):
            capability.with_user(self.head).action_activate()
        room.room_id = self.room
        line = self._require(capability, equipment_ids=False)
        capability.invalidate_recordset()
        self.assertEqual(capability.completeness, "incomplete")
        with self.assertRefused(UserError, "Pressure standard"):
            capability.with_user(self.head).action_activate()
        line.equipment_ids = self.gauge_tester
        capability.invalidate_recordset()
        self.assertEqual(capability.completeness, "complete")
        capability.with_user(self.head).action_activate()
        self.assertEqual(capability.state, "active")

    def test_withdrawn_equipment_makes_it_incomplete(self):
        """When its equipment is taken out of use the capability is blocked, and says so."""
        line = self._require()
        self.assertNotIn("capability_equipment", self._blockers())
        self.assertEqual(self.capability.completeness, "complete")
        self.gauge_tester.with_user(self.keeper)._register_event("suspend", "Dropped")
        self.capability.invalidate_recordset()
        self.assertEqual(self.capability.completeness, "incomplete")
        self.assertIn("capability_equipment", self._blockers())
        line.invalidate_recordset()
        self.assertFalse(line.is_met)
        self.assertIn("Piston Gauge", line.status_note)

    def test_range_and_accuracy(self):
        """Too short a range, too large an MPE, another quantity: not met, with reason."""
        for values, word in (
            ({"range_max": "100"}, "range"),
            ({"mpe": "0.02"}, "accurate"),
            ({"quantity": 2}, "1 of 2"),
        ):
            line = self._require(**values)
            [message] = [
                text
                for key, text in line._get_missing(self.today).items()
                if key == line.id
            ]
            self.assertIn(word, message)
            line.unlink()
        kpa = self.env.ref("metrology.unit_kpa")
        line = self._require(unit_id=kpa.id, range_max="60000", mpe="30")
        self.assertFalse(line._get_missing(self.today)[line.id])
        line.mpe = "29.9"
        self.assertIn("accurate", line._get_missing(self.today)[line.id])
        celsius = self.env.ref("metrology.unit_celsius")
        line.unit_id = celsius
        self.assertIn("another quantity", line._get_missing(self.today)[line.id])

    def test_numbers(self):
        """Limits are numbers with a unit."""
        with self.assertRefused(ValidationError, "number"):
            self._require(mpe="small")
        with self.assertRefused(ValidationError, "unit"):
            self._require(unit_id=False)

    def test_queries_do_not_grow(self):
        """Many requirements cost as many queries as one."""
        lines = self.env["metrology.capability.requirement"].concat(
            *[self._require(name=f"R{n}") for n in range(15)]
        )

        def ask(records):
            return records.with_user(self.user)._get_missing(self.today)

        self.assertEqual(
            self._queries(lambda: ask(lines[:1])), self._queries(lambda: ask(lines))
        )
