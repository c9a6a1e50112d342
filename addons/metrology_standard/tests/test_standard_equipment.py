# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from .common import StandardCommon


@tagged("post_install", "-at_install")
class TestStandardEquipment(StandardCommon):
    """Whatever takes a member out of use takes its standard out of use."""

    def test_member_left_our_control(self):
        """A member on loan blocks the standard until it is back and checked."""
        self.gauge_tester.with_user(self.keeper)._register_event("leave", "Lent")
        self.assertEqual(self._codes(self.standard), ["equipment_away"])

    def test_failed_check_of_a_member(self):
        """A failed intermediate check of a member takes the standard out of use."""
        procedure = self._new_procedure("QP-12", "check")
        check = self.env["metrology.equipment.check"].create(
            {
                "equipment_id": self.gauge_tester.id,
                "procedure_id": procedure.id,
                "date": self.today,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "10 MPa",
                            "reference": "10",
                            "measured": "10.03",
                            "limit": "0.02",
                        },
                    )
                ],
            }
        )
        check.with_user(self.keeper).action_done()
        self.assertEqual(check.state, "failed")
        self.assertEqual(self._codes(self.standard), ["equipment_state"])

    def test_software_of_a_member(self):
        """A version that nobody validated blocks the standard."""
        self.env["metrology.equipment.software"].with_user(self.keeper).create(
            {
                "equipment_id": self.gauge_tester.id,
                "name": "PressCal",
                "version": "2.1",
                "validation_note": "Recomputed ten old records: same results",
            }
        )
        self.assertEqual(self._codes(self.standard), ["equipment_software"])

    def test_overdue_members(self):
        """The day after both certificates ended both members are named."""
        after = self.gauge_tester.traceability_due + relativedelta(days=1)
        self.assertEqual(self._codes(self.standard, after), ["equipment_overdue"] * 2)

    def test_unconfirmed_certificate_of_a_member(self):
        """A new certificate stops the standard until another person confirmed it."""
        certificate = self._new_certificate(
            self.gauge_tester, confirm=False, months_ago=0
        )
        self.assertEqual(self._codes(self.standard), ["equipment_unconfirmed"])
        certificate.with_user(self.colleague).action_confirm()
        self.assertEqual(self._codes(self.standard), [])

    def test_requirements_are_met_by_members(self):
        """The equipment of its standards serves what a capability requires."""
        line = self.env["metrology.capability.requirement"].create(
            {
                "capability_id": self.capability.id,
                "name": "Pressure standard",
                "category_id": self.category_class.id,
                "quantity": 2,
            }
        )
        self.assertTrue(line.is_met)
        self.barometer.with_user(self.keeper)._register_event("suspend", "Dropped")
        line.invalidate_recordset()
        self.assertFalse(line.is_met)
        self.assertIn("1 of 2", line.status_note)
        self.assertIn("Barometer", line.status_note)
