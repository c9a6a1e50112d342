# SPDX-License-Identifier: AGPL-3.0-only
"""Chains, trials and file sets of the measurement standards."""

import base64
import io

from dateutil.relativedelta import relativedelta
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

NATIONAL = "中国计量科学研究院"
#: What the national standard of each laboratory's quantity is called.
BASES = {
    "力学室": "国家压力（质量）基准装置",
    "热工室": "国家温度基准装置",
    "长度室": "国家长度（波长）基准装置",
    "理化室": "国家气体标准物质定值装置",
    "电学室": "国家电阻（频率）基准装置",
}
#: Deviations of ten readings from their mean, in units of the last digit.
SCATTER = (0, 1, -1, 2, 0, -2, 1, 0, -1, 0)
#: (standard's number, point, unit symbol, nominal, last digit, s, MPE, yearly change)
TRIALS = (
    (
        "[2024]示量标企证字第001号",
        "6 MPa 点",
        "MPa",
        "6.0000",
        "0.0001",
        "0.00014",
        "0.0030",
        (0, 3, -2, 4, 1, 5),
        "0.05级数字压力计（核查标准）",
    ),
    (
        "[2023]示量标企证字第012号",
        "200 g 点",
        "g",
        "200.0000",
        "0.0001",
        "0.00013",
        "0.0010",
        (0, 2, 1, 3, 2, 4),
        "200 g F1等级核查砝码",
    ),
)
DOCUMENTS = (
    "application",
    "report",
    "uncertainty",
    "history",
    "operation",
    "persons",
    "management",
    "samples",
)


def build_standards(lab):
    """Fill in what stands around the standards that the resources step made."""
    _create_chains(lab)
    _create_trials(lab)
    _create_files(lab)


def _create_chains(lab):
    values = []
    for equipment in lab["equipment"].values():
        trace = equipment.traceability_id
        department = equipment.metrology_department_id.name
        base = BASES.get(department, "国家计量基准")
        steps = []
        if trace.provider != NATIONAL:
            steps.append(("province", trace.provider, f"{equipment.name}标准装置"))
        steps.append(("national", NATIONAL, base))
        values += [
            {
                "traceability_id": trace.id,
                "sequence": number,
                "level": level,
                "institution": institution,
                "standard_name": name,
            }
            for number, (level, institution, name) in enumerate(steps, start=1)
        ]
    lab["env"]["metrology.traceability.link"].create(values)


def _create_trials(lab):
    for number, point, symbol, nominal, digit, spread, limit, changes, what in TRIALS:
        standard = lab["standards"][number]
        unit = lab["env"]["metrology.unit"].search([("symbol", "=", symbol)], limit=1)
        common = {
            "standard_id": standard.id,
            "name": point,
            "object_text": what,
            "unit_id": unit.id,
            "first_due": lab["today"] - relativedelta(years=6),
        }
        repeatable = _new_plan(
            lab, {**common, "kind": "repeatability", "s_initial": spread}
        )
        stable = _new_plan(
            lab, {**common, "kind": "stability", "method": "years", "limit": limit}
        )
        decimals = len(digit.partition(".")[2])
        for index, change in enumerate(changes):
            day = lab["today"] - relativedelta(months=12 * (5 - index) + 3)
            readings = [
                f"{float(nominal) + (change + step) * float(digit):.{decimals}f}"
                for step in SCATTER[index:] + SCATTER[:index]
            ]
            # Half of them still: s of the repeatability stays below the evaluated.
            calm = [
                f"{float(nominal) + (change + step) * float(digit):.{decimals}f}"
                for step in (
                    step if (place * 2 + index) % 5 > 1 else 0
                    for place, step in enumerate(SCATTER)
                )
            ]
            _approve(lab, stable, day, readings)
            _approve(lab, repeatable, day, calm)


def _new_plan(lab, values):
    keeper = lab["users"]["shebei"]
    return lab["env"]["metrology.standard.plan"].with_user(keeper).create(values)


def _approve(lab, plan, day, readings):
    test = (
        lab["env"]["metrology.standard.test"]
        .with_user(lab["users"]["shebei"])
        .create(
            {
                "plan_id": plan.id,
                "tester_id": lab["employees"]["jianding"].id,
                "conditions": "温度 20.2 ℃，相对湿度 48 %",
                "groups": [{"date": day.isoformat(), "readings": readings}],
            }
        )
    )
    test.action_submit()
    test.with_user(lab["users"]["jishu"]).action_approve()


def _create_files(lab):
    env, today = lab["env"], lab["today"]
    standard = lab["standards"][TRIALS[0][0]]
    for name in DOCUMENTS:
        kind = env.ref(f"metrology_standard.file_type_{name}")
        item = standard.file_item_ids.filtered(
            lambda one, kind=kind: one.type_id == kind
        )
        version = (
            env["metrology.standard.file"]
            .with_user(lab["users"]["shebei"])
            .create(
                {
                    "item_id": item.id,
                    "version": "A/0",
                    "date": today - relativedelta(months=10),
                    "file": base64.b64encode(_draw(kind.name, standard.name)),
                    "file_name": f"{kind.name}.pdf",
                }
            )
        )
        version.with_user(lab["users"]["jishu"]).action_approve()
    certificate = (
        env["metrology.standard.certificate"]
        .with_user(lab["users"]["shebei"])
        .create(
            {
                "standard_id": standard.id,
                "kind": "examination",
                "number": standard.number,
                "authority": standard.authority,
                "date_from": standard.date_from,
                "date_to": standard.date_to,
                "file": base64.b64encode(_draw("计量标准考核证书", standard.name)),
                "file_name": "计量标准考核证书.pdf",
            }
        )
    )
    certificate.with_user(lab["users"]["jishu"]).action_approve()


def _draw(title, name):
    """Return a one-page PDF that stands for a document of the file set."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    page = canvas.Canvas(stream, pagesize=A4)
    page.setFont("STSong-Light", 20)
    page.drawCentredString(A4[0] / 2, 700, title)
    page.setFont("STSong-Light", 13)
    page.drawCentredString(A4[0] / 2, 660, name)
    page.drawCentredString(A4[0] / 2, 620, "（示范用文件）")
    page.save()
    return stream.getvalue()
