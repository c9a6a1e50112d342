# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.addons.metrology_equipment.tests.common import EquipmentCommon


class StandardCommon(EquipmentCommon):
    """Provides, beside EquipmentCommon, a social public measurement standard of its
    reference and its auxiliary equipment that serves ``capability``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.standard = cls._new_standard("Piston Gauge Device", number="[2020] 021")

    @classmethod
    def _new_standard(cls, name, activate=True, **values):
        standard = cls.env["metrology.standard"].create(
            {
                "name": name,
                "nature": "social",
                "date_from": cls.today - relativedelta(years=1),
                "date_to": cls.today + relativedelta(years=3),
                "social_number": f"S {name}",
                "social_date_to": cls.today + relativedelta(years=3),
                "department_id": cls.department.id,
                "capability_ids": [(6, 0, cls.capability.ids)],
                "member_ids": [
                    (0, 0, {"equipment_id": cls.gauge_tester.id, "role": "main"}),
                    (0, 0, {"equipment_id": cls.barometer.id, "role": "auxiliary"}),
                ],
                **values,
            }
        )
        if activate:
            standard.action_activate()
        return standard
