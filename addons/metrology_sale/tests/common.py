# SPDX-License-Identifier: AGPL-3.0-only
from unittest.mock import patch

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.metrology_order.models.eligibility import MetrologyEligibility

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


class MoneySetup:
    """Fee items, customers, users of the money roles and orders ready for any state.

    Who and what may work is tested where it is decided (metrology_order): here every
    job is eligible.  Works are on site, so that no custody stands in the way.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        patcher = patch.object(MetrologyEligibility, "_judge", lambda *args: None)
        patcher.start()
        cls.addClassCleanup(patcher.stop)
        # Things are made with the server's rights, rules are tried as the users.
        cls.env = cls.env(
            su=True, context={**cls.env.context, "tracking_disable": True}
        )
        cls.company = cls.env.company
        cls.day = cls.env["metrology.calendar"]._today(cls.company)
        cls.clerk = cls._make_user("clerk", "metrology.group_business")
        cls.finance = cls._make_user("finance", "metrology.group_finance")
        cls.cashier = cls._make_user("cashier", "metrology.group_finance")
        cls.head = cls._make_user("head", "metrology.group_department_head")
        cls.tester = cls._make_user("tester", "metrology.group_tester")
        cls.partner = cls.env["res.partner"].create(
            {"name": "华东仪表有限公司", "is_company": True, "phone": "021-1234"}
        )
        cls.stranger = cls.env["res.partner"].create(
            {"name": "北方机械厂", "is_company": True}
        )
        cls.executors = cls.env["hr.employee"].create([{"name": "甲"}, {"name": "乙"}])
        cls.instrument_type = cls.env["metrology.instrument.type"].create(
            {"name": "Pressure gauge (test)"}
        )
        cls.method = cls.env["metrology.method"].create(
            {
                "name": "Elastic pressure gauges (test)",
                "code": "JJG-T 52",
                "service_kind": "verification",
                "instrument_type_ids": [Command.set(cls.instrument_type.ids)],
            }
        )
        cls.env["metrology.method.edition"].create(
            {
                "name": "JJG-T 52-2013",
                "method_id": cls.method.id,
                "date_from": "2013-12-01",
            }
        ).action_approve()
        cls.fee = cls.env["product.product"].create(
            {"name": "Verification of a gauge", "type": "service", "list_price": 50.0}
        )
        cls.capability = cls.env["metrology.capability"].create(
            {
                "name": "Gauges (test)",
                "service_kind": "verification",
                "method_id": cls.method.id,
                "instrument_type_id": cls.instrument_type.id,
                "product_id": cls.fee.id,
                "state": "active",
            }
        )

    @classmethod
    def _make_user(cls, login, groups):
        return new_test_user(
            cls.env, login=f"money_{login}", groups=groups, tz="Asia/Shanghai"
        )

    @classmethod
    def _make_instruments(cls, count, partner=None):
        partner = partner or cls.partner
        start = cls.env["metrology.instrument"].search_count([])
        return cls.env["metrology.instrument"].create(
            [
                {
                    "name": "压力表",
                    "model_text": "Y-100",
                    "serial_number": f"T{start + index:06d}",
                    "partner_id": partner.id,
                    "instrument_type_id": cls.instrument_type.id,
                }
                for index in range(count)
            ]
        )

    @classmethod
    def _make_order(cls, count=3, user=None, partner=None, **values):
        partner = partner or cls.partner
        instruments = cls._make_instruments(count, partner)
        order = (
            cls.env["metrology.order"]
            .with_user(user or cls.clerk)
            .create(
                {
                    "partner_id": partner.id,
                    "place": "onsite",
                    "site_address": "浦东新区 1 号",
                    "line_ids": [
                        Command.create(
                            {
                                "instrument_id": instrument.id,
                                "service_kind": "verification",
                                "capability_id": cls.capability.id,
                            }
                        )
                        for instrument in instruments
                    ],
                    **values,
                }
            )
        )
        return order

    @classmethod
    def _sign(cls, order):
        order.action_submit()
        order.action_start_review()
        order.review_id.write(
            {
                "requirements_clear": True,
                "ability_confirmed": True,
                "changes_agreed": True,
                "record_complete": True,
            }
        )
        order.action_review_done()
        order.action_sign(PIXEL, "王经理")
        return order

    @classmethod
    def _accept(cls, order):
        cls._sign(order)
        order.action_accept()
        return order

    @classmethod
    def _finish(cls, jobs):
        jobs = jobs.sudo()
        jobs._assign(cls.executors)
        jobs.action_start()
        jobs.action_finish()

    @classmethod
    def _make_catalogue(cls, price=80.0, publish=True, **values):
        catalogue = (
            cls.env["metrology.fee.catalogue"]
            .with_user(cls.finance)
            .create(
                {
                    "name": "计量服务收费标准",
                    "edition": values.pop("edition", "2026"),
                    "legal_basis": "沪价费〔2026〕1 号",
                    "date_from": "2020-01-01",
                    **values,
                }
            )
        )
        cls.env["product.pricelist.item"].with_user(cls.finance).create(
            {
                "pricelist_id": catalogue.pricelist_id.id,
                "applied_on": "0_product_variant",
                "product_id": cls.fee.id,
                "compute_price": "fixed",
                "fixed_price": price,
            }
        )
        if publish:
            catalogue.action_publish()
        return catalogue


class MoneyCase(MoneySetup, TransactionCase):
    """Base class of the tests about prices and sale lines."""
