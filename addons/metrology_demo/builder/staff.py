# SPDX-License-Identifier: AGPL-3.0-only
"""Types of role, training, assessment, evaluation, commitments and a deputy."""

from dateutil.relativedelta import relativedelta

from odoo import Command

from . import tables
from .organisation import PASSWORD

#: Types of role that a role of the suite brings along.
ROLE_TYPES = {
    "tester": "verification calibration",
    "checker": "technical verification calibration",
    "signatory": "technical",
    "department_head": "management verification calibration testing",
    "technical_head": "management technical",
    "quality": "management supervision",
    "equipment": "technical",
    "business": "management",
    "sample_keeper": "management",
    "staff_manager": "management",
    "finance": "management",
    "office": "management",
    "administrator": "management",
}
DISCIPLINES = {"力学室": "mechanics", "热工室": "thermal"}
#: (discipline, type of role, persons needed)
TARGETS = (
    ("mechanics", "verification", 3),
    ("mechanics", "calibration", 3),
    ("mechanics", "technical", 1),
    ("thermal", "verification", 2),
    ("thermal", "calibration", 3),
    ("thermal", "testing", 1),
    ("thermal", "technical", 1),
)
NEEDS = """1. 新版检定规程、校准规范宣贯，保证检定/校准人员掌握现行有效版本；
2. 计量法律法规与职业道德教育，全员每年一次；
3. 新进人员上岗培训及实际操作指导；
4. 上年度内审、监督发现的薄弱环节：测量不确定度评定。"""


def build_staff(lab):
    """Put on file what the authorizations of ``resources`` stand on."""
    env = lab["env"]
    rows = tables.read("persons")
    start = lab["today"] - relativedelta(months=6)
    _classify(env, lab, rows)
    _train(env, lab, rows, start - relativedelta(days=20))
    _assess(env, lab, rows, start - relativedelta(days=7))
    _commit(env, lab, rows)
    _evaluate(env, lab)
    _name_deputy(env, lab)


def _classify(env, lab, rows):
    types = {kind.code: kind.id for kind in env["metrology.role.type"].search([])}
    for row in rows:
        codes = {
            code for role in row["roles"].split() for code in ROLE_TYPES[role].split()
        }
        lab["employees"][row["login"]].write(
            {
                "role_type_ids": [Command.set([types[code] for code in codes])],
                "metrology_discipline": DISCIPLINES.get(row["department"]),
            }
        )
    _describe_posts(env, lab, rows)
    env["metrology.staffing.target"].create(
        [
            {"discipline": discipline, "role_type_id": types[code], "target": target}
            for discipline, code, target in TARGETS
        ]
    )


def _describe_posts(env, lab, rows):
    """One post for each kind of work, with what it asks of the person."""
    posts = {}
    for row in rows:
        works = bool(row["activities"])
        signs = bool({"checker", "signatory"} & set(row["roles"].split()))
        if row["post"] not in posts:
            posts[row["post"]] = env["hr.job"].create(
                {
                    "name": row["post"],
                    "metrology_knowledge": "计量法律法规；本岗位适用的管理体系文件"
                    + ("；现行有效的检定规程、校准规范" if works else ""),
                    "required_title": "engineer"
                    if signs
                    else ("assistant" if works else "none"),
                    "required_legal": True,
                    "required_technical": works,
                    "required_practical": works,
                }
            )
        lab["employees"][row["login"]].job_id = posts[row["post"]]


def _plan(env, lab, year):
    plans = lab.setdefault("training_plans", {})
    if year not in plans:
        plan = (
            env["metrology.training.plan"]
            .with_user(lab["users"]["renshi"])
            .create({"year": year, "needs": NEEDS, "budget": 60000})
        )
        plan.action_submit_approval()
        plan.with_user(lab["users"]["jishu"]).action_approve()
        plans[year] = plan
    return plans[year]


def _train(env, lab, rows, day):
    technical = [row["login"] for row in rows if row["activities"]]
    everybody = [row["login"] for row in rows]
    departments = {}
    for capability in lab["capabilities"].values():
        departments.setdefault(capability.department_id, []).append(capability.id)
    courses = [
        {
            "name": "计量法律法规与职业道德",
            "legal": True,
            "trainer": "示范省计量协会",
            "kind": "external",
            "hours": 8,
            "cost": 6800,
            "people": everybody,
            "text": "闭卷测验全部合格，能说明检定与校准的法律地位和责任。",
        },
        *(
            {
                "name": f"{department.name}：现行规程规范与实际操作",
                "technical": True,
                "practical": True,
                "trainer": "技术负责人、室主任",
                "kind": "internal",
                "hours": 16,
                "cost": 0,
                "people": technical,
                "capability_ids": [Command.set(ids)],
                "text": "逐项考核操作与记录，与留样结果一致，可独立开展工作。",
            }
            for department, ids in departments.items()
        ),
    ]
    for course in courses:
        _hold(env, lab, course, day)
    _plan_next(env, lab)


def _hold(env, lab, course, day):
    people, text = course.pop("people"), course.pop("text")
    training = (
        env["metrology.training"]
        .with_user(lab["users"]["renshi"])
        .create(
            {
                **course,
                "plan_id": _plan(env, lab, day.year).id,
                "need": "年度培训计划",
                "place": "所本部会议室",
                "planned_cost": course["cost"],
                "date_from": day,
                "date_to": day,
                "participant_ids": [
                    Command.create(
                        {
                            "employee_id": lab["employees"][login].id,
                            "attended": True,
                            "result": "合格",
                        }
                    )
                    for login in people
                ],
            }
        )
    )
    training.action_hold()
    training.write(
        {"effect": "effective", "effect_method": "exam", "effect_text": text}
    )
    training.action_close()


def _plan_next(env, lab):
    """Two courses that are still to come."""
    for name, weeks, cost, trainer in (
        ("测量不确定度评定与表示（JJF 1059.1）", 3, 12000, "示范省计量科学研究院"),
        ("新进人员上岗培训：样品流转与原始记录", 5, 0, "质量负责人"),
    ):
        day = lab["today"] + relativedelta(weeks=weeks)
        env["metrology.training"].with_user(lab["users"]["renshi"]).create(
            {
                "name": name,
                "technical": True,
                "trainer": trainer,
                "kind": "external" if cost else "internal",
                "plan_id": _plan(env, lab, day.year).id,
                "need": "年度培训计划",
                "planned_cost": cost,
                "date_from": day,
                "date_to": day + relativedelta(days=1),
                "hours": 16,
                "participant_ids": [
                    Command.create({"employee_id": lab["employees"][login].id})
                    for login in ("jianding", "jianding2", "jianxi", "rejian")
                ],
            }
        )


def _assess(env, lab, rows, day):
    employees = lab["employees"]
    values = []
    for row in rows:
        if not row["activities"]:
            continue
        person = employees[row["login"]]
        assessor = employees["jishu" if row["login"] == "zhuren" else "zhuren"]
        for capability in lab["capabilities"].values():
            values.append(
                {
                    "employee_id": person.id,
                    "capability_id": capability.id,
                    "kind": "both",
                    "date": day,
                    "score": 86 + (person.id + capability.id) % 12,
                    "result": "passed",
                    "assessor_id": assessor.id,
                    "note": "笔试、盲样测量及原始记录检查",
                }
            )
    assessments = (
        env["metrology.assessment"].with_user(lab["users"]["renshi"]).create(values)
    )
    assessments.action_confirm()


def _commit(env, lab, rows):
    """Everybody who works by an authorization signs; the office is still asked to."""
    Commitment = env["metrology.commitment"]
    employees = env["hr.employee"].browse(
        lab["employees"][row["login"]].id for row in rows
    )
    Commitment._ask(employees, "ethics", lab["today"] + relativedelta(days=14))
    for row in rows:
        if row["activities"]:
            user = lab["users"][row["login"]]
            waiting = Commitment.with_user(user).search(
                [("user_id", "=", user.id), ("state", "=", "draft")]
            )
            waiting.action_sign(PASSWORD)


def _evaluate(env, lab):
    employees = lab["employees"]
    records = (
        env["metrology.evaluation"]
        .with_user(lab["users"]["zhiliang"])
        .create(
            [
                {
                    "employee_id": employees[login].id,
                    "kind": kind,
                    "method": method,
                    "date": lab["today"] - relativedelta(days=days),
                    "date_to": lab["today"] + relativedelta(days=ahead),
                    "evaluator_id": employees[by].id,
                    "result": result,
                    "finding": finding,
                }
                for login, kind, method, days, ahead, by, result, finding in (
                    ("jianding", "competence", "witness", 40, 325, "zhuren",
                     "competent", "压力表检定全过程，操作与记录符合规程。"),
                    ("jianding2", "competence", "witness", 38, 327, "zhuren",
                     "competent", "砝码校准现场见证，结果与参考值一致。"),
                    ("rejian", "competence", "comparison", 35, 330, "heyan",
                     "competent", "人员比对 |En| ≤ 1。"),
                    ("rejian2", "supervision", "records", 20, 25, "zhiliang",
                     "limited", "抽查3份原始记录，1份环境温度修约不规范，已当场更正。"),
                    ("jianxi", "trainee", "witness", 10, 20, "heyan",
                     "competent", "在监督下完成压力表外观检查与示值检定。"),
                )
            ]
        )
    )  # fmt: skip
    records.action_confirm()


def _name_deputy(env, lab):
    deputy = (
        env["metrology.deputy"]
        .with_user(lab["users"]["jishu"])
        .create(
            {
                "principal_id": lab["employees"]["jishu"].id,
                "deputy_id": lab["employees"]["zhuren"].id,
                "post_id": env.ref("metrology.group_technical_head").id,
                "date_from": lab["today"],
                "date_to": lab["today"] + relativedelta(days=20),
                "reason": "外出参加考评",
            }
        )
    )
    deputy.action_activate()
