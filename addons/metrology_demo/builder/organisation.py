# SPDX-License-Identifier: AGPL-3.0-only
"""Company, departments, rooms and the persons with their logins."""

from odoo import Command

from . import tables

# The same for every role, so that a visitor needs to remember one; printed by
# scripts/run. A demo database only: nothing of it is installed elsewhere.
PASSWORD = "demo"

COMPANY = "示范计量检定测试所"

TITLES = {"助理工程师": "assistant", "工程师": "engineer", "高级工程师": "senior"}


def build_organisation(lab):
    env = lab["env"]
    _activate_language(env)
    lab["company"] = _prepare_company(env)
    lab["departments"] = _create_departments(env)
    lab["users"], lab["employees"] = _create_persons(env, lab["departments"])
    for row in tables.read("departments"):
        lab["departments"][row["name"]].manager_id = lab["employees"][row["manager"]]
    lab["company"].write(
        {
            "metrology_technical_head_id": lab["users"]["jishu"].id,
            "metrology_quality_head_id": lab["users"]["zhiliang"].id,
        }
    )
    lab["rooms"] = _create_rooms(env, lab["departments"], lab["users"]["jishu"])


def _activate_language(env):
    env["res.lang"]._activate_lang("zh_CN")
    env["res.lang"]._lang_get("zh_CN")


def _prepare_company(env):
    company = env.company
    country = env.ref("base.cn")
    company.write(
        {
            "name": COMPANY,
            "street": "计量路1号",
            "city": "示范市",
            "zip": "056000",
            "country_id": country.id,
            "phone": "0310-0000100",
            "website": "http://www.example.com",
            "metrology_authorization_number": "（示）法计（2024）0001号",
            "metrology_authorization_text": "经示范市市场监督管理局授权，承担授权范围内的计量检定工作",
        }
    )
    company.partner_id.write({"lang": "zh_CN", "tz": "Asia/Shanghai"})
    cny = env.ref("base.CNY")
    cny.active = True
    if not env["account.move.line"].search_count([], limit=1):
        company.currency_id = cny
    env.ref("base.user_admin").write({"lang": "zh_CN", "tz": "Asia/Shanghai"})
    # Made at installation, in the language of the installer.
    setup = company._metrology_custody_setup()
    setup.metrology_store_id.name = "样品室"
    setup.metrology_departments_location_id.name = "科室"
    setup.metrology_store_id.warehouse_id.name = COMPANY
    env.ref("stock.stock_location_customers").name = "客户"
    # Better no picture on the letterhead than that of nobody.
    company.logo = False
    for handling in env["metrology.handling.class"].search([]):
        handling.product_id.name = handling._prepare_product_values()["name"]
    return company


def _create_departments(env):
    site = env["metrology.site"].create({"name": "所本部", "code": "HQ"})
    rows = tables.read("departments")
    departments = env["hr.department"].create(
        [
            {
                "name": row["name"],
                "metrology_code": row["code"],
                "is_laboratory": row["laboratory"] == "1",
                "site_id": site.id,
            }
            for row in rows
        ]
    )
    return {row["name"]: dep for row, dep in zip(rows, departments, strict=True)}


def _create_persons(env, departments):
    users, employees = {}, {}
    for row in tables.read("persons"):
        groups = [env.ref("metrology.group_user")]
        groups += [env.ref(f"metrology.group_{role}") for role in row["roles"].split()]
        user = (
            env["res.users"]
            .with_context(no_reset_password=True, mail_create_nosubscribe=True)
            .create(
                {
                    "name": row["name"],
                    "login": row["login"],
                    "password": PASSWORD,
                    "email": f"{row['login']}@example.com",
                    "lang": "zh_CN",
                    "tz": "Asia/Shanghai",
                    "group_ids": [Command.set([group.id for group in groups])],
                }
            )
        )
        users[row["login"]] = user
        employees[row["login"]] = env["hr.employee"].create(
            _prepare_employee(row, user, departments)
        )
    return users, employees


def _prepare_employee(row, user, departments):
    return {
        "name": row["name"],
        "user_id": user.id,
        "department_id": departments[row["department"]].id,
        "job_title": row["post"],
        "birthday": row["birthday"],
        "work_email": user.email,
        "tz": "Asia/Shanghai",
        "professional_title": TITLES.get(row["title"], "none"),
    }


KINDS = ("temperature", "humidity")


def _create_rooms(env, departments, head):
    rows = tables.read("rooms")
    rooms = env["metrology.room"].create(
        [
            {
                "code": row["code"],
                "name": row["name"],
                "department_id": departments[row["department"]].id,
                "site_id": departments[row["department"]].site_id.id,
            }
            for row in rows
        ]
    )
    elements = {
        kind: env.ref(f"metrology_environment.element_{kind}") for kind in KINDS
    }
    requirements = env["metrology.environment.requirement"].create(
        [
            {
                "room_id": room.id,
                "reference": "环境条件控制程序",
                "limit_ids": [
                    Command.create(
                        {
                            "element_id": elements[kind].id,
                            "minimum": row[f"{kind}_min"] or False,
                            "maximum": row[f"{kind}_max"] or False,
                        }
                    )
                    for kind in KINDS
                    if row[f"{kind}_min"] or row[f"{kind}_max"]
                ],
            }
            for row, room in zip(rows, rooms, strict=True)
        ]
    )
    # Another person than the one who entered them approves the limits.
    requirements.with_user(head).action_approve()
    return {row["code"]: room for row, room in zip(rows, rooms, strict=True)}
