# SPDX-License-Identifier: AGPL-3.0-only
import base64

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import new_test_user
from odoo.tests.common import TransactionCase

from odoo.addons.metrology_staff.tests.common import staff_values

#: One black pixel: what the pad sends, as small as it can be.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)
REVIEW = {
    "requirements_clear": True,
    "ability_confirmed": True,
    "changes_agreed": True,
    "record_complete": True,
}


class OrderMixin:
    """Provides a laboratory that can verify and calibrate pressure gauges.

    Persons by role: ``clerk`` (business), ``keeper`` (sample keeper), ``head``
    (department head), ``tester``, ``second`` (both authorised to verify and to
    calibrate), ``outsider`` (tester without any authorization).  Master data:
    ``gauge`` (instrument type), ``verifying`` and ``calibrating`` (capabilities of one
    department), ``standard`` (measurement standard in date), ``partner`` (customer).

    ``env`` is the superuser's, for making things; rules are tried as the persons.
    """

    @classmethod
    def _set_up_laboratory(cls):
        cls.today = cls.env["metrology.calendar"]._today(cls.env.company)
        cls.department = cls.env["hr.department"].create({"name": "Pressure"})
        cls.clerk = cls._new_user("or_clerk", "business")
        cls.keeper = cls._new_user("or_keeper", "sample_keeper")
        cls.head = cls._new_user("or_head", "department_head", employee=True)
        cls.tester = cls._new_user("or_tester", "tester", employee=True)
        cls.second = cls._new_user("or_second", "tester", employee=True)
        cls.outsider = cls._new_user("or_outsider", "tester", employee=True)
        cls.partner = cls.env["res.partner"].create(
            {"name": "Mining Company", "is_company": True, "phone": "0310-0000000"}
        )
        cls.other_partner = cls.env["res.partner"].create(
            {"name": "Other Company", "is_company": True}
        )
        cls.gauge = cls.env["metrology.instrument.type"].create(
            {
                "name": "Order Test Gauge",
                "keywords": "测试压力表",
                "discipline": "mechanics",
                "mandatory": True,
                "interval_months": 6,
            }
        )
        cls.verifying = cls._new_capability("verification", "JJG 99152")
        cls.calibrating = cls._new_capability("calibration", "JJF 99152")
        cls.standard = cls._new_standard(cls.verifying | cls.calibrating)
        for user in (cls.tester, cls.second):
            for capability, activity in (
                (cls.verifying, "verify"),
                (cls.calibrating, "calibrate"),
            ):
                cls._authorize(user, capability, activity)

    @classmethod
    def _new_user(cls, login, roles, employee=False):
        groups = ",".join(f"metrology.group_{role}" for role in roles.split())
        user = new_test_user(cls.env, login=login, groups=groups, name=login)
        if employee:
            cls.env["hr.employee"].create(
                staff_values(
                    cls.env,
                    name=login,
                    user_id=user.id,
                    department_id=cls.department.id,
                    birthday="1990-01-01",
                )
            )
        return user

    @classmethod
    def _new_capability(cls, service_kind, code, **values):
        method = cls.env["metrology.method"].create(
            {
                "code": code,
                "name": f"Gauges {code}",
                "service_kind": service_kind,
                "instrument_type_ids": [fields.Command.set(cls.gauge.ids)],
            }
        )
        cls.env["metrology.method.edition"].create(
            {"name": f"{code}-2013", "method_id": method.id, "date_from": "2013-12-01"}
        ).action_approve()
        capability = cls.env["metrology.capability"].create(
            {
                "name": f"Gauges {service_kind}",
                "code": code,
                "service_kind": service_kind,
                "instrument_type_id": cls.gauge.id,
                "method_id": method.id,
                "quantity_id": cls.env.ref("metrology.quantity_pressure").id,
                "unit_id": cls.env.ref("metrology.unit_mpa").id,
                "range_min": "0",
                "range_max": "60",
                "authority": "Market Regulation",
                "certificate_number": "2024-0001",
                "date_from": cls.today - relativedelta(years=1),
                "date_to": cls.today + relativedelta(years=1),
                "department_id": cls.department.id,
                "turnaround_days": 5,
                **values,
            }
        )
        # As the superuser of the setup; how a capability is activated is not our rule.
        capability._guard_open().state = "active"
        return capability

    @classmethod
    def _new_standard(cls, capabilities, **values):
        equipment = cls.env["maintenance.equipment"].create(
            {
                "name": "Piston Gauge",
                "serial_no": f"PG-{capabilities.ids}",
                "metrology_use": "reference",
            }
        )
        equipment.sudo()._guard_open().metrology_state = "qualified"
        cls.env["metrology.traceability"].create(
            {
                "equipment_id": equipment.id,
                "number": f"T-{capabilities.ids}",
                "provider": "National Institute",
                "date": cls.today - relativedelta(months=1),
                "date_to": cls.today + relativedelta(months=11),
                "result": "fit",
                "criterion": "class 0.05",
                "file": base64.b64encode(b"copy"),
            }
        )._guard_open().state = "confirmed"
        standard = cls.env["metrology.standard"].create(
            {
                "name": "Pressure Standard",
                "code": f"S-{capabilities.ids}",
                "nature": "social",
                "social_number": f"P-{capabilities.ids}",
                "social_date_from": cls.today - relativedelta(years=1),
                "social_date_to": cls.today + relativedelta(years=1),
                "number": f"N-{capabilities.ids}",
                "date_from": cls.today - relativedelta(years=1),
                "date_to": cls.today + relativedelta(years=1),
                "department_id": cls.department.id,
                "member_ids": [
                    fields.Command.create(
                        {"equipment_id": equipment.id, "role": "main"}
                    )
                ],
                "capability_ids": [fields.Command.set(capabilities.ids)],
                **values,
            }
        )
        standard._guard_open().state = "active"
        return standard

    @classmethod
    def _authorize(cls, user, capability, activity, **values):
        authorization = cls.env["metrology.authorization"].create(
            {
                "employee_id": user.employee_ids.id,
                "activity": activity,
                "capability_id": capability.id,
                "date_from": cls.today - relativedelta(months=6),
                "date_to": cls.today + relativedelta(months=6),
                "competence_confirmed_on": cls.today,
                **values,
            }
        )
        authorization._guard_open().state = "active"
        return authorization

    @classmethod
    def _new_instruments(cls, count, partner=None, prefix="S", **values):
        return cls.env["metrology.instrument"].create(
            [
                {
                    "name": "测试压力表",
                    "partner_id": (partner or cls.partner).id,
                    "instrument_type_id": cls.gauge.id,
                    "model_text": "Y-100",
                    "range_text": "(0～1.6)MPa",
                    "accuracy_text": "1.6级",
                    "serial_number": f"{prefix}{index:05d}",
                    **values,
                }
                for index in range(count)
            ]
        )

    @classmethod
    def _new_order(cls, instruments, service_kind="verification", **values):
        """A draft order of ``clerk`` over the instruments."""
        return (
            cls.env["metrology.order"]
            .with_user(cls.clerk)
            .create(
                {
                    "partner_id": instruments.partner_id.id,
                    "line_ids": [
                        fields.Command.create(
                            {
                                "instrument_id": instrument.id,
                                "service_kind": service_kind,
                            }
                        )
                        for instrument in instruments
                    ],
                    **values,
                }
            )
        )

    @classmethod
    def _to_sign(cls, order):
        """Bring a draft to the signature, as the clerk does."""
        order.action_submit()
        order.action_start_review()
        order.write(REVIEW)
        order.action_review_done()
        return order

    @classmethod
    def _accepted(cls, count=1, service_kind="verification", prefix="S", **values):
        """An accepted order over new instruments."""
        order = cls._new_order(
            cls._new_instruments(count, prefix=prefix), service_kind, **values
        )
        cls._to_sign(order)
        order.action_sign(SIGNATURE, "Li Si")
        order.action_accept()
        return order

    @classmethod
    def _in_department(cls, order):
        """Receive the order's samples and hand them to the department."""
        samples = order.sample_ids.with_user(cls.keeper)
        samples._receive(condition="sound")
        samples._hand_to(cls.department, cls.tester.employee_ids)
        return samples

    def _employees(self, *users):
        employees = self.env["hr.employee"]
        for user in users:
            employees |= user.employee_ids
        return employees

    def _queries(self, call):
        """Return how many queries ``call`` makes from an empty cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before


class OrderCommon(OrderMixin, TransactionCase):
    """The laboratory of :class:`OrderMixin` in a transaction that is rolled back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls._set_up_laboratory()
