# SPDX-License-Identifier: AGPL-3.0-only
"""Files, procedures, plan, checks and faults of the reference equipment."""

import base64

from dateutil.relativedelta import relativedelta

from odoo import Command

#: Number, title, kind and text of the procedures that every class has.
PROCEDURES = [
    ("ZY-SB-01", "设备处置、运输、贮存程序", "handling", "轻拿轻放，专用箱运输，防尘、防潮、恒温贮存。"),
    ("ZY-SB-02", "设备现场使用程序", "offsite", "带出前检查外观与功能，运输防震，返回后核查功能和校准状态。"),
    ("ZY-SB-03", "设备维护程序", "maintenance", "按周期清洁、检查电源与接头、更换易损件并记录。"),
    ("ZY-HC-01", "期间核查程序", "check", "用核查标准比对，偏差不超过核查限值。"),
]  # fmt: skip

#: Serial number: unit, range in numbers, MPE, MPE the use asks, points of the checks.
NUMBERS = {
    "P2019-08": ("metrology.unit_mpa", "0", "6", "0.003", "0.006", ("3.000", "0.003")),
    "P2021-15": (
        "metrology.unit_mpa",
        "0.1",
        "6",
        "0.0012",
        None,
        ("4.0000", "0.0012"),
    ),
}

#: Deviations of the last checks of the gauges above, the oldest first.
DRIFT = ("0.0004", "0.0007", "0.0006", "0.0011", "0.0009")


def prepare_procedures(lab):
    """Enter the procedures as the equipment keeper, approve them as technical head."""
    env = lab["env"]
    procedures = {}
    for number, title, kind, text in PROCEDURES:
        procedure = (
            env["metrology.equipment.procedure"]
            .with_user(lab["users"]["shebei"])
            .create({"name": f"{number} {title}", "kind": kind, "text": text})
        )
        procedure.with_user(lab["users"]["jishu"]).action_approve()
        procedures[kind] = procedure
    lab["procedures"] = procedures
    lab["classes"] = {}


def prepare_file(lab, row, number):
    """Return the values of a complete file of one row of the equipment table."""
    env, today = lab["env"], lab["today"]
    name = f"{row['department'].removesuffix('室')}类标准器"
    if name not in lab["classes"]:
        lab["classes"][name] = env["maintenance.equipment.category"].create(
            {"name": name, "technician_user_id": lab["users"]["shebei"].id}
        )
    bought = today - relativedelta(years=5, days=11 * number)
    values = {
        "metrology_code": f"SB-{number:03d}",
        "category_id": lab["classes"][name].id,
        "technician_user_id": lab["users"]["shebei"].id,
        "purchase_reference": f"CG{bought:%Y}-{number:03d}",
        "accepted_on": bought,
        "acceptance_note": "外观完好，附件齐全，功能正常，首次校准结果符合技术要求。",
        "commissioned_on": bought + relativedelta(days=30),
        "manual_reference": f"资料室 {number:02d} 号盒",
        "care_note": "清洁、通电检查、检查接头与密封件",
        "check_procedure_id": lab["procedures"]["check"].id,
        "check_interval_months": 6,
        "seal_state": "intact",
    }
    if row["serial"] in NUMBERS:
        unit, low, high, mpe, use_mpe, _point = NUMBERS[row["serial"]]
        unit = env.ref(unit)
        values |= {
            "metrology_quantity_id": unit.quantity_id.id,
            "metrology_unit_id": unit.id,
            "range_min": low,
            "range_max": high,
            "mpe": mpe,
            "use_mpe": use_mpe,
            "software_version": "V2.3",
        }
    return values


def prepare_results(row):
    """Return the results of a certificate, where the use asks for a number."""
    if not NUMBERS.get(row["serial"], (None,) * 6)[4]:
        return []
    return [
        Command.create(
            {"name": f"{point} MPa", "error": error, "uncertainty": "0.0010"}
        )
        for point, error in (("1.5", "0.0006"), ("3.0", "0.0009"), ("6.0", "0.0014"))
    ]


def put_in_use(lab, item):
    """Put one accepted and confirmed piece of equipment in use."""
    item.with_user(lab["users"]["shebei"])._register_event(
        "commission", "验收合格，经计量确认满足使用要求，准予启用。"
    )


def build_equipment(lab):
    """Build what shows the life of equipment: checks, faults, movements, the plan."""
    env, today = lab["env"], lab["today"]
    keeper, head = lab["users"]["shebei"], lab["users"]["jishu"]
    for serial, values in NUMBERS.items():
        _make_checks(lab, lab["equipment"][serial], *values[5])
    _make_due_soon(lab)
    spare = _make_spare(lab)
    spare.with_user(keeper)._register_event(
        "suspend", "加压至量程上限后示值不回零", fault_kind="overload"
    )
    spare.with_user(keeper)._make_repair_request("检查弹性元件与传动机构")
    thermometer = lab["equipment"]["T2020-07"].with_user(keeper)
    thermometer._register_event(
        "leave", "现场校准恒温槽", purpose="onsite", due_back=today
    )
    thermometer._register_event("back", "现场工作结束")
    thermometer._register_event(
        "return",
        "返回核查",
        function_check="通电正常，冰点示值偏差 2 mK",
        status_check="封印完好，标识清晰，在有效期内",
    )
    for name, kind in (("年度检定校准计划", "annual"), ("滚动检定校准计划", "rolling")):
        plan = (
            env["metrology.equipment.plan"]
            .with_user(keeper)
            .create(
                {
                    "name": f"{today.year}—{today.year + 1} {name}",
                    "kind": kind,
                    "date_from": today,
                    "date_to": today + relativedelta(years=1, days=-1),
                }
            )
        )
        if kind == "annual":
            plan.action_generate()
        plan.with_user(head).action_approve()


def _make_checks(lab, item, reference, limit):
    """Make checks of the last two years; the next one is planned."""
    env, today = lab["env"], lab["today"]
    for index, deviation in enumerate(DRIFT):
        measured = f"{float(reference) + float(deviation):.4f}"
        check = (
            env["metrology.equipment.check"]
            .with_user(lab["users"]["shebei"])
            .create(
                {
                    "equipment_id": item.id,
                    "line_ids": [
                        Command.create(
                            {
                                "name": f"{reference} MPa",
                                "reference": reference,
                                "measured": measured,
                                "limit": limit,
                            }
                        )
                    ],
                }
            )
        )
        check.action_done()
        # The demo laboratory has a past: a check cannot be made on an earlier day.
        day = today - relativedelta(months=4 + 5 * (len(DRIFT) - 1 - index))
        check.sudo()._guard_open().write({"date": day, "planned_on": day})


def _make_spare(lab):
    """Return equipment that no measurement standard needs, in use."""
    env, today = lab["env"], lab["today"]
    row = {"department": "力学室", "serial": "P2012-31"}
    item = env["maintenance.equipment"].create(
        {
            "name": "精密压力表",
            "serial_no": row["serial"],
            "model_text": "YB-150",
            "manufacturer": "西安仪表厂",
            "metrology_use": "auxiliary",
            "traceability_required": False,
            "range_text": "(0～10) MPa",
            "uncertainty_text": "0.4级",
            "metrology_department_id": lab["departments"]["力学室"].id,
            "room_id": lab["rooms"]["101"].id,
            **prepare_file(lab, row, 90),
        }
    )
    item.condition_ids = [
        Command.create(
            {
                "element_id": env.ref("metrology_environment.element_humidity").id,
                "maximum": "80",
            }
        )
    ]
    item.care_interval_months = 12
    item.commissioned_on = today - relativedelta(months=11, days=20)
    put_in_use(lab, item)
    return item


def _make_due_soon(lab):
    """Make equipment whose certificate ends soon, so that the due list has a line."""
    env, today = lab["env"], lab["today"]
    row = {"department": "力学室", "serial": "H2023-15"}
    ends = today + relativedelta(days=25)
    item = env["maintenance.equipment"].create(
        {
            "name": "数字温湿度计",
            "serial_no": row["serial"],
            "model_text": "608-H1",
            "manufacturer": "德图",
            "metrology_use": "auxiliary",
            "range_text": "(0～50) ℃；(10～95) %RH",
            "uncertainty_text": "U=0.3 ℃；U=2 %RH (k=2)",
            "metrology_department_id": lab["departments"]["力学室"].id,
            "room_id": lab["rooms"]["101"].id,
            **prepare_file(lab, row, 91),
        }
    )
    env["metrology.traceability"].create(
        {
            "equipment_id": item.id,
            "number": "LYsd2025-00417",
            "provider": "省计量科学研究院",
            "date": ends + relativedelta(years=-1, days=1),
            "date_to": ends,
            "uncertainty_text": "U=0.3 ℃；U=2 %RH (k=2)",
            "file": base64.b64encode(b"%PDF-1.4"),
            "file_name": "LYsd2025-00417.pdf",
            "result": "温度最大误差 0.2 ℃，湿度最大误差 1.8 %RH",
            "criterion": "温度 MPE ±0.5 ℃，湿度 MPE ±5 %RH",
        }
    ).with_user(lab["users"]["jishu"]).action_confirm()
    put_in_use(lab, item)
