# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.metrology.tools.requirement import requirement

from .common import EquipmentCommon


@tagged("post_install", "-at_install")
class TestEquipment(EquipmentCommon):
    def test_any_employee_of_the_laboratory_sees_it(self):
        """Odoo shows equipment to followers only; here the laboratory reads it."""
        equipment = self.gauge_tester.with_user(self.user)
        self.assertEqual(equipment.range_text, "(0 to 60) MPa")
        self.assertEqual(equipment.metrology_validity, "usable")
        with self.assertRaises(AccessError):
            equipment.range_text = "(0 to 600) MPa"
        printer = self.env["maintenance.equipment"].create({"name": "Printer"})
        with self.assertRaises(AccessError):
            printer.with_user(self.user).read(["name"])

    def test_last_day_and_the_day_after(self):
        """Usable on its last day; one day later it is overdue, by name and date."""
        last = self.gauge_tester.traceability_due
        self.assertEqual(self._codes(self.gauge_tester, last), [])
        after = last + relativedelta(days=1)
        self.assertEqual(self._codes(self.gauge_tester, after), ["equipment_overdue"])
        [(_code, message)] = self.gauge_tester._get_validity_blockers(after)[
            self.gauge_tester.id
        ]
        self.assertIn("Piston Gauge", message)
        self.assertIn(str(last), message)

    def test_without_certificate(self):
        """New equipment is not traceable; before its certificate's date neither."""
        fresh = self._new_equipment("Weight", "W-1", "reference", certified=False)
        self.assertEqual(self._codes(fresh), ["equipment_untraceable"])
        certificate = self._new_certificate(fresh)
        self.assertEqual(self._codes(fresh), [])
        before = certificate.date - relativedelta(days=1)
        self.assertEqual(self._codes(fresh, before), ["equipment_untraceable"])

    def test_not_for_measuring(self):
        """A printer is no measuring equipment."""
        printer = self.env["maintenance.equipment"].create({"name": "Printer"})
        blockers = printer._get_validity_blockers(self.today)[printer.id]
        self.assertIn("equipment_not_for_measuring", dict(blockers))

    def test_states_change_by_events(self):
        """Suspended with a reason, it is refused and the history says who and why."""
        equipment = self.gauge_tester.with_user(self.keeper)
        with self.assertRefused(UserError, "reason"):
            equipment._register_event("suspend", "")
        equipment._register_event("suspend", "Dropped")
        self.assertEqual(self._codes(equipment), ["equipment_state"])
        event = equipment.metrology_event_ids
        self.assertEqual(
            (event.kind, event.reason, event.user_id),
            ("suspend", "Dropped", self.keeper),
        )
        with self.assertRefused(UserError, "Suspended"):
            equipment._register_event("suspend", "Again")

    def test_state_is_not_written_from_outside(self):
        """Not even the keeper writes the status, and nobody else either."""
        with self.assertRefused(UserError, "Status"):
            self.gauge_tester.with_user(self.keeper).write(
                {"metrology_state": "scrapped"}
            )
        with self.assertRefused(UserError):
            self.env["maintenance.equipment"].with_user(self.keeper).create(
                {"name": "X", "metrology_state": "limited"}
            )
        with self.assertRaises(AccessError):
            self.gauge_tester.with_user(self.user)._register_event("suspend", "Mine")
        with self.assertRaises(AccessError):
            self.env["metrology.equipment.state"].with_user(self.user).create(
                {
                    "equipment_ids": [(6, 0, self.gauge_tester.ids)],
                    "kind": "suspend",
                    "reason": "Mine",
                }
            )

    def test_history_stays(self):
        """Events are neither edited nor deleted, by nobody."""
        self.gauge_tester.with_user(self.keeper)._register_event("suspend", "Dropped")
        event = self.gauge_tester.metrology_event_ids
        with self.assertRaises(UserError):
            event.reason = "Nothing happened"
        with self.assertRaises(UserError):
            event.unlink()
        with self.assertRaises(AccessError):
            event.with_user(self.keeper).unlink()

    def test_back_in_use_after_confirmation_only(self):
        """Stopped equipment needs a certificate confirmed afterwards."""
        equipment = self.gauge_tester.with_user(self.keeper)
        equipment._register_event("suspend", "Dropped")
        self.gauge_tester.metrology_event_ids.flush_recordset()
        # The stop happened the day after the last confirmation.
        self.gauge_tester.traceability_id._guard_open().confirmed_on = (
            self.today - relativedelta(days=1)
        )
        with self.assertRefused(UserError, "Piston Gauge"):
            equipment._register_event("resume", "Looks fine")
        self._new_certificate(self.gauge_tester, months_ago=0)
        equipment._register_event("resume", "Recalibrated")
        self.assertEqual(self._codes(equipment), [])

    @requirement("S1-7.3.3-9")
    def test_return_check_before_use(self):
        """Equipment returned from a loan without check is refused until checked."""
        equipment = self.gauge_tester.with_user(self.keeper)
        equipment._register_event("leave", "Lent")
        self.assertEqual(self._codes(equipment), ["equipment_away"])
        with self.assertRefused(UserError):
            equipment._register_event("leave", "Again")
        equipment._register_event("back", "Brought back by the borrower")
        [(_code, message)] = equipment._get_validity_blockers(self.today)[equipment.id]
        self.assertIn("came back and was not checked", message)
        for checks in ({}, {"function_check": "Zero and span in order"}):
            with self.assertRefused(UserError, "Check"):
                equipment._register_event("return", "Checked", **checks)
        equipment._register_event(
            "return",
            "Checked",
            function_check="Zero and span in order",
            status_check="Seal whole, certificate in date",
        )
        self.assertEqual(self._codes(equipment), [])

    def test_limited_use_names_the_limit(self):
        """Limited use says what it may not be used for; it stays usable else."""
        equipment = self.gauge_tester.with_user(self.keeper)
        with self.assertRefused(UserError, "may not be used for"):
            equipment._register_event("limit", "Worn", limitation=" ")
        equipment._register_event("limit", "Worn", limitation="above 40 MPa")
        self.assertEqual(equipment.metrology_limitation, "above 40 MPa")
        self.assertEqual(self._codes(equipment), [])

    def test_scrapped_for_ever(self):
        """Nothing leads back from scrap."""
        equipment = self.gauge_tester.with_user(self.keeper)
        equipment._register_event("scrap", "Worn out")
        for kind in ("resume", "leave", "seal"):
            with self.assertRefused(UserError):
                equipment._register_event(kind, "Still good")

    def test_reference_equipment_is_traceable(self):
        """Only auxiliary equipment may do without traceability."""
        with self.assertRefused(ValidationError, "Piston Gauge"):
            self.gauge_tester.with_user(self.keeper).traceability_required = False
        self.barometer.with_user(self.keeper).traceability_required = False
        self.barometer.traceability_ids.invalidate_recordset()
        self.assertEqual(self._codes(self.barometer), [])

    def test_serial_numbers_of_two_makers(self):
        """Two makers may number alike; the same maker and model may not."""
        values = {"name": "Gauge", "serial_no": "1", "model": "Y-100"}
        Equipment = self.env["maintenance.equipment"]
        Equipment.create({**values, "manufacturer": "A"})
        Equipment.create({**values, "manufacturer": "B"})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            Equipment.create({**values, "manufacturer": "A"})

    @requirement("S1-7.3.3-5")
    def test_code_is_unique(self):
        """An equipment code is given once; the database refuses a second."""
        self.gauge_tester.metrology_code = "E-001"
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.barometer.metrology_code = "E-001"
            self.barometer.flush_recordset()

    def test_with_history_not_deleted(self):
        """What has certificates or events stays on file."""
        with self.assertRefused(UserError, "stays on file"):
            self.gauge_tester.with_user(self.keeper).unlink()

    def test_told_before_it_is_due(self):
        """One activity ahead of the last day, to its keeper, and no second one."""
        self.gauge_tester.technician_user_id = self.keeper
        certificate = self.gauge_tester.traceability_id
        certificate._guard_open().date_to = self.today + relativedelta(days=20)
        Equipment = self.env["maintenance.equipment"]
        Equipment._notify_expiry()
        Equipment._notify_expiry()
        activity = self.gauge_tester.activity_ids
        self.assertEqual(activity.user_id, self.keeper)
        self.assertEqual(self.gauge_tester.metrology_validity, "due_soon")

    def test_scrapped_is_not_sent_to_calibration(self):
        """Nobody is told to calibrate what was scrapped."""
        certificate = self.gauge_tester.traceability_id
        certificate._guard_open().date_to = self.today + relativedelta(days=20)
        self.gauge_tester.with_user(self.keeper)._register_event("scrap", "Worn out")
        self.env["maintenance.equipment"]._notify_expiry()
        self.assertFalse(self.gauge_tester.activity_ids)

    def test_queries_do_not_grow(self):
        """Validity of many pieces of equipment costs as many queries as of one."""
        many = self.env["maintenance.equipment"].concat(
            *[self._new_equipment("Gauge", f"N-{n}", "reference") for n in range(25)]
        )

        def ask(records):
            return records.with_user(self.user)._get_validity_blockers(self.today)

        self.assertEqual(
            self._queries(lambda: ask(many[:1])), self._queries(lambda: ask(many))
        )
