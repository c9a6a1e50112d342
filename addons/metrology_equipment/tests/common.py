# SPDX-License-Identifier: AGPL-3.0-only
import base64

from dateutil.relativedelta import relativedelta

from odoo.addons.metrology_method.tests.common import MethodCommon


class EquipmentCommon(MethodCommon):
    """Provides, beside MethodCommon, the keepers of equipment ``keeper`` and
    ``colleague``, a ``room``, the class ``category_class``, a reference and an
    auxiliary equipment in use, with complete files and confirmed certificates.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = cls._new_user("st_keeper", "equipment")
        cls.colleague = cls._new_user("st_colleague", "equipment")
        cls.room = cls.env["metrology.room"].create({"name": "Room 101", "code": "101"})
        cls.category_class = cls.env["maintenance.equipment.category"].create(
            {"name": "Pressure Gauges"}
        )
        cls.handling = cls._new_procedure("QP-10", "handling")
        cls.gauge_tester = cls._new_equipment("Piston Gauge", "0891", "reference")
        cls.barometer = cls._new_equipment("Barometer", "B-7", "auxiliary")

    @classmethod
    def _new_equipment(cls, name, serial, use, certified=True, **values):
        """Return equipment in use, whose file is complete."""
        equipment = cls.env["maintenance.equipment"].create(
            {
                "name": name,
                "serial_no": serial,
                "metrology_code": f"E-{serial}",
                "metrology_use": use,
                "metrology_state": "qualified",
                "manufacturer": "Piston Works",
                "model": "PG-60",
                "range_text": "(0 to 60) MPa",
                "uncertainty_text": "class 0.05",
                "metrology_department_id": cls.department.id,
                # Equipment of another company stands in none of our rooms.
                "room_id": False if values.get("company_id") else cls.room.id,
                "technician_user_id": cls.keeper.id,
                "category_id": cls.category_class.id,
                "accepted_on": cls.today - relativedelta(years=2),
                "acceptance_note": "Complete and undamaged, zero and span in order",
                "manual_reference": "Shelf 3",
                "care_note": "Cleaned before each use, no parts that wear",
                **values,
            }
        )
        if certified:
            cls._new_certificate(equipment)
        return equipment

    @classmethod
    def _new_procedure(cls, name, kind, approve=True, **values):
        """Return a procedure for all classes of equipment, approved."""
        procedure = cls.env["metrology.equipment.procedure"].create(
            {"name": name, "kind": kind, "text": "What is done and how", **values}
        )
        if approve:
            procedure.action_approve()
        return procedure

    @classmethod
    def _new_certificate(cls, equipment, confirm=True, months_ago=3, **values):
        certificate = cls.env["metrology.traceability"].create(
            {
                "equipment_id": equipment.id,
                "number": f"C-{equipment.id}-{months_ago}",
                "provider": "National Institute",
                "date": cls.today - relativedelta(months=months_ago),
                "criterion": "MPE ±0.05 %",
                "result": "Largest error 0.02 %",
                "file": base64.b64encode(b"%PDF-1.4 certificate"),
                "file_name": "certificate.pdf",
                **values,
            }
        )
        if confirm:
            certificate.action_confirm()
        return certificate

    def _codes(self, record, day=None):
        """Return the codes of the blockers of one record, asked by an employee."""
        record = record.with_user(self.user)
        blockers = record._get_validity_blockers(day or self.today)
        return [code for code, _message in blockers[record.id]]
