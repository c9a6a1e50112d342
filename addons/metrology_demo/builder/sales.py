# SPDX-License-Identifier: AGPL-3.0-only
"""Customers and the fee catalogue."""

from odoo import Command

from . import tables


def build_sales(lab):
    env = lab["env"]
    lab["customers"] = _create_customers(env)
    lab["catalogue"] = _create_catalogue(env, lab)


def _create_customers(env):
    customers = {}
    for row in tables.read("customers"):
        customers[row["name"]] = env["res.partner"].create(
            {
                "name": row["name"],
                "is_company": True,
                "street": row["street"],
                "city": row["city"],
                "country_id": env.ref("base.cn").id,
                "phone": row["phone"],
                "lang": "zh_CN",
                "child_ids": [
                    Command.create(
                        {
                            "name": row["contact"],
                            "type": "contact",
                            "phone": row["phone"],
                            "lang": "zh_CN",
                        }
                    )
                ],
            }
        )
    return customers


def _create_catalogue(env, lab):
    catalogue = env["metrology.fee.catalogue"].create(
        {
            "name": "计量检定校准收费标准",
            "edition": "2026版",
            "legal_basis": "示范所收费公示〔2026〕1号",
            "authority": "示范计量检定测试所",
            "nature": "market",
            "date_from": lab["today"].replace(month=1, day=1),
        }
    )
    env["product.pricelist.item"].create(
        [
            {
                "pricelist_id": catalogue.pricelist_id.id,
                "applied_on": "0_product_variant",
                "product_id": capability.product_id.id,
                "compute_price": "fixed",
                "fixed_price": capability.product_id.list_price,
            }
            for capability in lab["capabilities"].values()
        ]
    )
    catalogue.action_publish()
    return catalogue
