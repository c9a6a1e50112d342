# SPDX-License-Identifier: AGPL-3.0-only
import base64
from contextlib import contextmanager
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.tests import new_test_user
from odoo.tests.common import TransactionCase


class MethodCommon(TransactionCase):
    """Provides a person of each role that has to do with methods, an instrument type,
    a verification method with the editions of 2010 (superseded) and 2020 (in force),
    and an active capability.

    ``env`` is the superuser's, for making things; rules are tried as the persons:
    ``head`` (technical head), ``quality``, ``user`` (any employee).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.today = cls.env["metrology.calendar"]._today(cls.env.company)
        cls.user = cls._new_user("md_user", "user")
        cls.head = cls._new_user("md_head", "technical_head")
        cls.quality = cls._new_user("md_quality", "quality")
        cls.department = cls.env["hr.department"].create({"name": "Pressure"})
        cls.pressure = cls.env.ref("metrology.quantity_pressure")
        cls.mpa = cls.env.ref("metrology.unit_mpa")
        cls.category = cls.env["metrology.instrument.type"].create(
            {"name": "Pressure Instruments", "discipline": "mechanics"}
        )
        cls.gauge = cls.env["metrology.instrument.type"].create(
            {"name": "Pressure Gauge", "parent_id": cls.category.id, "mandatory": True}
        )
        cls.method = cls.env["metrology.method"].create(
            {
                "code": "JJG 99052",
                "name": "Pressure Gauges",
                "service_kind": "verification",
                "instrument_type_ids": [(6, 0, cls.gauge.ids)],
            }
        )
        cls.old = cls._new_edition("JJG 99052-2010", date(2010, 6, 1))
        cls.new = cls._new_edition("JJG 99052-2020", date(2020, 12, 1))
        cls.capability = cls._new_capability(code="P-1")

    @classmethod
    def _new_user(cls, login, roles, **values):
        groups = ",".join(f"metrology.group_{role}" for role in roles.split())
        return new_test_user(cls.env, login=login, groups=groups, **values)

    @classmethod
    def _new_edition(cls, name, date_from, approve=True, **values):
        edition = cls.env["metrology.method.edition"].create(
            {
                "name": name,
                "method_id": cls.method.id,
                "date_from": date_from,
                **values,
            }
        )
        if approve:
            edition.action_approve()
        return edition

    @classmethod
    def _prove(cls, edition, kind="verify", approve=True, **values):
        """A confirmation or verification of an edition, approved unless told not."""
        validation = cls.env["metrology.method.validation"].create(
            {
                "edition_id": edition.id,
                "kind": kind,
                "date": cls.today,
                "conclusion": "fit",
                "result_note": "Repeatability and En are within the limits.",
                "intended_use": "Gauges of class 1.6",
                "file": base64.b64encode(b"report"),
                **values,
            }
        )
        if approve:
            validation.with_user(cls.head).action_approve()
        return validation

    @classmethod
    def _new_capability(cls, activate=True, **values):
        capability = cls.env["metrology.capability"].create(
            {
                "name": "Pressure Gauges",
                "service_kind": "verification",
                "instrument_type_id": cls.gauge.id,
                "method_id": cls.method.id,
                "quantity_id": cls.pressure.id,
                "unit_id": cls.mpa.id,
                "range_min": "0",
                "range_max": "25",
                "authority": "Market Regulation",
                "certificate_number": "2024-0001",
                "date_from": cls.today - relativedelta(years=1),
                "date_to": cls.today + relativedelta(years=1),
                "department_id": cls.department.id,
                **values,
            }
        )
        if activate:
            capability.action_activate()
        return capability

    def _queries(self, call):
        """Return how many queries ``call`` makes from an empty cache of records.

        It is called once before, so that rights and translations are known.
        """
        for _turn in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            call()
        return self.env.cr.sql_log_count - before

    @contextmanager
    def assertRefused(self, exception, *words):
        """Expect a refusal whose message has ``words``; what was done is undone."""
        with self.assertRaises(exception) as caught:
            yield
        for word in words:
            self.assertIn(word, str(caught.exception))
