# SPDX-License-Identifier: AGPL-3.0-only
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.addons.metrology_staff.tests.common import staff_values
from odoo.addons.metrology_standard.tests.common import StandardCommon

#: Readings of a published case of a general pressure gauge (1.6, 0 to 1.6 MPa).
GAUGE_POINTS = [
    ("0.4", "0.41", "0.41", "0.41", "0.42"),
    ("0.8", "0.81", "0.82", "0.82", "0.82"),
    ("1.2", "1.20", "1.21", "1.22", "1.22"),
    ("1.6", "1.58", "1.59", "1.59", "1.59"),
]
GAUGE_COLUMNS = ("p", "up_before", "up_after", "down_before", "down_after")


def gauge_data(points=GAUGE_POINTS, **fields):
    """Return everything that is typed for a pressure gauge."""
    return {
        "fields": {
            "cls": "1.6",
            "span": "1.6",
            "division": "0.05",
            "top_relief": "yes",
            "appearance_found": "合格",
            "pointer_found": "合格",
            **fields,
        },
        "tables": {
            "points": [dict(zip(GAUGE_COLUMNS, point, strict=True)) for point in points]
        },
        "items": {
            "general": {
                name: {"state": "done", "reason": ""}
                for name in ("appearance", "pointer", "overload")
            }
        },
    }


class RecordCommon(StandardCommon):
    """Provides, beside StandardCommon, testers ``anna`` and ``ben`` (executors of
    ``job``, a running verification of a pressure gauge), ``carl`` (checker), ``dora``
    (a tester who has nothing to do with it), the approved template of general pressure
    gauges and an order of the customer.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna, cls.anna_employee = cls._new_person("rec_anna", "tester checker")
        cls.ben, cls.ben_employee = cls._new_person("rec_benx", "tester checker")
        cls.carl, cls.carl_employee = cls._new_person("rec_carl", "checker")
        cls.dora, cls.dora_employee = cls._new_person("rec_dora", "tester")
        cls._authorize(cls.capability, "verify")
        cls.customer = cls.env["res.partner"].create(
            {"name": "Steel Works", "is_company": True}
        )
        cls.version = cls._approved_library("pressure_gauge", cls.method, gauge_data())
        cls.order = (
            cls.env["metrology.order"]
            .sudo()
            .create({"partner_id": cls.customer.id, "state": "accepted"})
        )
        cls.job = cls._new_job(cls.capability, "verification")
        cls.job.with_user(cls.anna).action_start()
        cls.record = cls.job.record_ids

    @classmethod
    def _new_person(cls, login, roles):
        user = cls._new_user(login, roles, name=login[4:].rstrip("x").capitalize())
        employee = cls.env["hr.employee"].create(
            staff_values(
                cls.env,
                name=user.name,
                user_id=user.id,
                birthday=date(1985, 3, 1),
                department_id=cls.department.id,
            )
        )
        return user, employee

    @classmethod
    def _authorize(cls, capability, activity):
        values = [
            (cls.anna_employee, activity),
            (cls.ben_employee, activity),
            (cls.dora_employee, activity),
            (cls.ben_employee, "check"),
            (cls.carl_employee, "check"),
            (cls.anna_employee, "check"),
        ]
        cls.env["metrology.authorization"].sudo().create(
            [
                {
                    "employee_id": employee.id,
                    "activity": one,
                    "capability_id": capability.id,
                    "date_from": cls.today - relativedelta(months=1),
                    "date_to": cls.today + relativedelta(years=1),
                    "competence_confirmed_on": cls.today - relativedelta(months=1),
                    "competence_evidence": "Training and assessment",
                    "state": "active",
                    "issued_by_id": cls.head.id,
                }
                for employee, one in values
            ]
        )

    @classmethod
    def _approved_library(cls, name, method, sample):
        version = (
            cls.env["metrology.record.template.version"]
            .with_user(cls.dora)
            ._load_library(name)
        )
        version.template_id.method_ids = method
        version.save_draft(sample)
        version.action_submit_approval()
        version.with_user(cls.head).action_approve()
        return version.with_env(cls.env)

    @classmethod
    def _new_job(cls, capability, kind, standards=None, serial="G-1", **values):
        instrument = cls.env["metrology.instrument"].create(
            {
                "name": "Gauge",
                "partner_id": cls.customer.id,
                "instrument_type_id": capability.instrument_type_id.id,
                "model_text": "Y-100",
                "range_text": "(0～1.6) MPa",
                "accuracy_text": "1.6级",
                "serial_number": serial,
                **values,
            }
        )
        line = (
            cls.env["metrology.order.line"]
            .sudo()
            .create(
                {
                    "order_id": cls.order.id,
                    "instrument_id": instrument.id,
                    "service_kind": kind,
                    "capability_id": capability.id,
                }
            )
        )
        sample = (
            cls.env["metrology.sample"]
            .sudo()
            .create(
                {
                    "order_id": cls.order.id,
                    "instrument_id": instrument.id,
                    "state": "in_department",
                    "department_id": cls.department.id,
                }
            )
        )
        return (
            cls.env["metrology.job"]
            .sudo()
            .create(
                {
                    "name": f"RW-{serial}",
                    "order_id": cls.order.id,
                    "order_line_id": line.id,
                    "sample_id": sample.id,
                    "service_kind": kind,
                    "capability_id": capability.id,
                    "department_id": cls.department.id,
                    "employee_ids": [
                        (6, 0, (cls.anna_employee | cls.ben_employee).ids)
                    ],
                    "leader_id": cls.anna_employee.id,
                    "standard_ids": [(6, 0, (standards or cls.standard).ids)],
                    "state": "ready",
                }
            )
        )

    @classmethod
    def _new_calibration(cls, library, code, sample, serial):
        """Return the opened record of a calibration with a library template."""
        method = cls.env["metrology.method"].create(
            {
                "code": code,
                "name": code,
                "service_kind": "calibration",
                "instrument_type_ids": [(6, 0, cls.gauge.ids)],
            }
        )
        cls.env["metrology.method.edition"].create(
            {
                "name": f"{code}:2022",
                "method_id": method.id,
                "date_from": date(2022, 1, 1),
            }
        ).action_approve()
        capability = cls._new_capability(
            name=code,
            code=code,
            service_kind="calibration",
            method_id=method.id,
            range_min=False,
            range_max=False,
            range_text=code,
            uncertainty_text="U = 0.1 (k = 2)",
        )
        standard = cls._new_standard(
            code, number=f"N {code}", capability_ids=[(6, 0, capability.ids)]
        )
        cls._authorize(capability, "calibrate")
        cls._approved_library(library, method, sample)
        job = cls._new_job(
            capability,
            "calibration",
            standards=standard,
            serial=serial,
            range_text=False,
        )
        job.with_user(cls.anna).action_start()
        return job.record_ids

    def _count(self, call):
        """Return how many queries one ``call`` makes from an empty cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _type(self, record, data, user=None):
        """Type data into a record as an executor, with the conditions."""
        record = record.with_user(user or self.anna)
        record.write({"temperature": "20.1", "humidity": "55"})
        return record.save_draft(data, record.entry_token)

    def _submit(self, record, data=None, user=None):
        user = user or self.anna
        self._type(record, data or gauge_data(), user)
        record.with_user(user).action_submit(user.login)

    def _checked(self, record, data=None):
        self._submit(record, data)
        record.with_user(self.carl).action_check(self.carl.login)
