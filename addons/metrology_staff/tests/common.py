# SPDX-License-Identifier: AGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.addons.metrology_method.tests.common import MethodCommon


class StaffCommon(MethodCommon):
    """Provides, beside MethodCommon, a ``manager`` of staff and the employees ``anna``
    and ``boris``, both with a login, born 1985, engineers.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._new_user("staff_manager", "staff_manager")
        cls.anna = cls._new_employee("Anna")
        cls.boris = cls._new_employee("Boris")

    @classmethod
    def _new_employee(cls, name, user=None, **values):
        user = user or cls._new_user(f"staff_{name.lower()}", "tester", name=name)
        return cls.env["hr.employee"].create(
            {
                "name": name,
                "user_id": user.id,
                "birthday": "1985-05-20",
                "professional_title": "engineer",
                **values,
            }
        )

    @classmethod
    def _draft(cls, employee, activity="verify", **values):
        return (
            cls.env["metrology.authorization"]
            .with_user(values.pop("person", cls.manager))
            .create(
                {
                    "employee_id": employee.id,
                    "activity": activity,
                    "capability_id": cls.capability.id,
                    "date_from": cls.today - relativedelta(months=1),
                    "date_to": cls.today + relativedelta(years=1),
                    "competence_confirmed_on": cls.today - relativedelta(months=2),
                    **values,
                }
            )
        )

    @classmethod
    def _issue(cls, employee, activity="verify", **values):
        """Have an authorization entered by the manager and issued by the head."""
        record = cls._draft(employee, activity, **values)
        record.with_user(cls.head).action_activate()
        return record

    def _who(self, activity="verify", day=None):
        """Return who may do an activity under the capability, asked by an employee."""
        key = (self.capability.id, activity)
        return (
            self.env["metrology.authorization"]
            .with_user(self.user)
            ._get_authorized(self.capability.ids, [activity], day or self.today)[key]
        )
