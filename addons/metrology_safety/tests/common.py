# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import fields

from odoo.addons.metrology_order.tests.common import OrderCommon, OrderMixin


class SafetyMixin(OrderMixin):
    """Adds to the laboratory of OrderMixin: badges of its persons, a room with a list on
    which the tester stands, an office clerk, quality and the technical head.
    """

    @classmethod
    def _set_up_safety(cls):
        cls.now = fields.Datetime.now()
        cls.office = cls._new_user("or_office", "office", employee=True)
        cls.quality = cls._new_user("or_quality", "quality", employee=True)
        cls.technical = cls._new_user("or_technical", "technical_head", employee=True)
        for user in (cls.head, cls.tester, cls.second, cls.outsider):
            user.employee_ids.barcode = f"B{user.login}".replace("_", "")
        cls.department.manager_id = cls.head.employee_ids
        cls.room = cls.env["metrology.room"].create(
            {
                "name": "High Pressure",
                "code": "SF-1",
                "department_id": cls.department.id,
                "access_mode": "list",
            }
        )
        cls.access = cls._allow(cls.room, cls.tester)

    @classmethod
    def _allow(cls, room, user, activate=True):
        access = cls.env["metrology.room.access"].create(
            {"room_id": room.id, "employee_id": user.employee_ids.id}
        )
        if activate:
            access.with_user(cls.head).action_activate()
        return access

    def _scan(self, badge, direction="in", room=None, **values):
        return self.env["metrology.room.entry"]._scan(
            room or self.room, badge, direction, **values
        )

    def _log(self, room=None):
        return (room or self.room).entry_ids.sorted("id").mapped("kind")

    def _visitor(self, **values):
        return (
            self.env["metrology.visitor"]
            .with_user(self.tester)
            .create(
                {
                    "name": "Wang Wu",
                    "purpose": "Audit",
                    "room_ids": [fields.Command.set(self.room.ids)],
                    "host_id": self.tester.employee_ids.id,
                    "planned_from": self.now - timedelta(hours=1),
                    "planned_to": self.now + timedelta(hours=2),
                    **values,
                }
            )
        )


class SafetyCommon(SafetyMixin, OrderCommon):
    """The laboratory of :class:`SafetyMixin` in a transaction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_safety()
