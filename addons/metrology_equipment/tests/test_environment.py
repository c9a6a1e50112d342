# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.metrology.tools.requirement import requirement

from .common import EquipmentCommon


@tagged("post_install", "-at_install")
class TestEnvironment(EquipmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.room = cls.env["metrology.room"].create({"name": "Lab", "code": "S-1"})
        cls._limit("room_id", cls.room, "18", "22")

    @classmethod
    def _limit(cls, owner, record, low, high, code="temperature"):
        version = cls.env["metrology.environment.requirement"].create(
            {
                owner: record.id,
                "limit_ids": [
                    fields.Command.create(
                        {
                            "element_id": cls.env.ref(
                                f"metrology_environment.element_{code}"
                            ).id,
                            "minimum": low,
                            "maximum": high,
                        }
                    )
                ],
            }
        )
        version.action_approve()
        return version

    def _assign(self):
        return (
            self.env["metrology.room.project"]
            .with_user(self.head)
            .create({"room_id": self.room.id, "capability_id": self.capability.id})
        )

    @requirement("S1-4.1-4")
    def test_unsuitable_work_is_refused(self):
        """A project that asks for 20 ± 1 °C is not assigned to a room of 20 ± 2 °C; where
        it was assigned before, the statement marks it."""
        self._limit("method_id", self.method, "18", "22")
        project = self._assign()
        self.assertEqual((project.verdict, project.reason), ("suitable", False))
        self._limit("method_id", self.method, "19", "21")
        self.env.invalidate_all()
        self.assertEqual(project.verdict, "unsuitable")
        self.assertIn("19…21", project.reason)
        html = self.env["ir.actions.report"]._render_qweb_html(
            "metrology_equipment.room_suitability", self.room.ids
        )[0]
        self.assertIn("Unsuitable", html.decode())
        project.unlink()
        with self.assertRefused(ValidationError, "not fit", "19…21", "18…22"):
            self._assign()
        with self.assertRaises(AccessError):
            self.env["metrology.room.project"].with_user(self.user).create(
                {"room_id": self.room.id, "capability_id": self.capability.id}
            )

    def test_what_the_room_has_no_limits_of(self):
        """An element the room is not rated for is named, judged by readings only."""
        self._limit("capability_id", self.capability, "300", False, "illuminance")
        project = self._assign()
        self.assertEqual(project.verdict, "unrated")
        self.assertIn("Illuminance ≥ 300", project.reason)

    def test_strictest_of_method_and_capability(self):
        """Both the method's and the capability's conditions must be kept."""
        self._limit("method_id", self.method, "15", "25")
        self._limit("capability_id", self.capability, "19.5", "20.5")
        with self.assertRefused(ValidationError, "19.5…20.5"):
            self._assign()

    def test_one_owner(self):
        """Conditions are of one room, one method or one capability."""
        with self.assertRefused(ValidationError, "exactly one"):
            self.env["metrology.environment.requirement"].create(
                {"room_id": self.room.id, "method_id": self.method.id}
            )

    def test_a_sensor_is_equipment(self):
        """A sensor takes its date from the certificates of its equipment, and is not
        usable when that is suspended."""
        sensor = self.env["metrology.environment.sensor"].create(
            {
                "name": "Thermo-hygrometer",
                "room_id": self.room.id,
                "equipment_id": self.barometer.id,
            }
        )
        self.assertEqual(sensor.date_to, self.barometer.traceability_due)
        self.assertTrue(sensor.certificate_number)
        self.assertFalse(sensor._get_unusable_reason(self.today))
        overdue = self.barometer.traceability_due + timedelta(days=1)
        self.assertIn("ended", sensor._get_unusable_reason(overdue))
        self.barometer.sudo()._guard_open().metrology_state = "suspended"
        self.assertTrue(sensor._get_unusable_reason(self.today))

    def test_queries_do_not_grow(self):
        """The statement over many capabilities costs as many queries as over one."""
        capabilities = self.capability
        for number in range(6):
            one = self._new_capability(code=f"Q-{number}")
            self._limit("capability_id", one, "15", "25")
            capabilities |= one

        def count(some):
            return self._queries(lambda: self.room._get_suitability(some))

        count(capabilities)
        self.assertEqual(count(capabilities[1:2]), count(capabilities))
