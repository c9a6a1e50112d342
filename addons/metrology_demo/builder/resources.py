# SPDX-License-Identifier: AGPL-3.0-only
"""Instrument types, methods, capabilities, equipment, standards, authorizations."""

import base64
import io

from dateutil.relativedelta import relativedelta
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from odoo import Command

from . import equipment as files
from . import tables
from .methods import build_methods, prove_editions
from .staff import build_staff

DISCIPLINES = {
    "力学": "mechanics",
    "热工": "thermal",
    "长度": "length",
    "理化": "chemistry",
    "电学": "electromagnetic",
    "时间频率": "time",
}
AUTHORITY = "示范市市场监督管理局"
AUTHORISATION = "（示）法计（2024）0001号"
# An activity of the table that depends on what the capability is for.
EXECUTE = {
    "verification": "verify",
    "calibration": "calibrate",
    "testing": "test",
    "inspection": "inspect",
}


def build_resources(lab):
    env = lab["env"]
    lab["today"] = env["metrology.calendar"]._today(lab["company"])
    lab["types"] = _create_types(env)
    lab["methods"] = _create_methods(env, lab)
    lab["capabilities"] = _create_capabilities(env, lab)
    build_methods(lab)
    lab["equipment"] = _create_equipment(env, lab)
    lab["standards"] = _create_standards(env, lab)
    build_staff(lab)
    _create_authorizations(env, lab)
    for capability in lab["capabilities"].values():
        capability.action_activate()
    for standard in lab["standards"].values():
        standard.action_activate()


def _create_types(env):
    Type = env["metrology.instrument.type"]
    parents, types = {}, {}
    for row in tables.read("instrument_types"):
        key = (row["discipline"], row["category"])
        if key not in parents:
            parents[key] = Type.create(
                {
                    "name": row["category"],
                    "discipline": DISCIPLINES[row["discipline"]],
                }
            )
        types[row["code"]] = Type.create(
            {
                "code": row["code"],
                "name": row["name"],
                "parent_id": parents[key].id,
                "discipline": DISCIPLINES[row["discipline"]],
                "keywords": row["keywords"].replace(" ", ", "),
                "mandatory": row["mandatory"] == "1",
                "interval_months": int(row["interval_months"]),
            }
        )
    return types


def _create_methods(env, lab):
    methods = {}
    for row in tables.read("methods"):
        types = [lab["types"][code] for code in row["types"].split()]
        method = env["metrology.method"].create(
            {
                "code": row["code"],
                "name": row["title"],
                "service_kind": row["service_kind"],
                "source_level": row["source_level"],
                "instrument_type_ids": [Command.set([kind.id for kind in types])],
                "edition_ids": [
                    Command.create(
                        {"name": row["edition"], "date_from": row["date_from"]}
                    )
                ],
            }
        )
        prove_editions(lab, method.edition_ids)
        # Another person than the one who entered it approves an edition.
        method.edition_ids.with_user(lab["users"]["jishu"]).action_approve()
        for kind in types:
            kind.default_method_ids = [Command.link(method.id)]
        methods[row["code"]] = method
    return methods


def _create_capabilities(env, lab):
    capabilities = {}
    start = lab["today"] - relativedelta(years=1)
    for row in tables.read("methods"):
        for number, code in enumerate(row["types"].split(), start=1):
            kind = lab["types"][code]
            capability = env["metrology.capability"].create(
                {
                    "code": f"{row['code']}/{number}",
                    "name": f"{kind.name} {row['title']}"
                    if kind.name not in row["title"]
                    else row["title"],
                    "service_kind": row["service_kind"],
                    "instrument_type_id": kind.id,
                    "method_id": lab["methods"][row["code"]].id,
                    "range_text": row["range"],
                    "uncertainty_text": row["uncertainty"],
                    "authority": AUTHORITY,
                    "certificate_number": AUTHORISATION,
                    "date_from": start,
                    "date_to": start + relativedelta(years=5, days=-1),
                    "department_id": lab["departments"][row["department"]].id,
                    "turnaround_days": int(row["turnaround_days"]),
                    "interval_months": int(row["interval_months"] or 0),
                    "mandatory": row["mandatory"] == "1",
                }
            )
            capability.action_make_fee_item()
            # The fees of the demo catalogue are final: no tax comes on top.
            capability.product_id.write(
                {"list_price": float(row["price"]), "taxes_id": [Command.clear()]}
            )
            capabilities[row["code"], code] = capability
    return capabilities


def _capabilities_of(lab, codes):
    return [
        capability
        for (code, _kind), capability in lab["capabilities"].items()
        if code in codes
    ]


def _create_equipment(env, lab):
    equipment = {}
    files.prepare_procedures(lab)
    for number, row in enumerate(tables.read("equipment"), start=1):
        dated = lab["today"] - relativedelta(months=int(row["months_ago"]))
        item = env["maintenance.equipment"].create(
            {
                "name": row["name"],
                "serial_no": row["serial"],
                "model_text": row["model"],
                "manufacturer": row["manufacturer"],
                "metrology_use": "reference",
                "range_text": row["range"],
                "uncertainty_text": row["uncertainty"],
                "metrology_department_id": lab["departments"][row["department"]].id,
                "room_id": lab["rooms"][row["room"]].id,
                **files.prepare_file(lab, row, number),
            }
        )
        trace = env["metrology.traceability"].create(
            {
                "equipment_id": item.id,
                "number": row["certificate"],
                "provider": row["provider"],
                "date": dated,
                "date_to": dated
                + relativedelta(months=int(row["valid_months"]), days=-1),
                "uncertainty_text": row["uncertainty"],
                "file": base64.b64encode(_draw_certificate(row, dated)),
                "file_name": f"{row['certificate']}.pdf",
                "result": f"在{row['range']}范围内，{row['uncertainty']}",
                "criterion": f"满足{row['uncertainty']}的使用要求",
                "result_ids": files.prepare_results(row),
            }
        )
        trace.with_user(lab["users"]["jishu"]).action_confirm()
        files.put_in_use(lab, item)
        equipment[row["serial"]] = item
    return equipment


def _draw_certificate(row, dated):
    """Return a one-page PDF that stands for the copy of a calibration certificate."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    page = canvas.Canvas(stream, pagesize=A4)
    page.setFont("STSong-Light", 20)
    page.drawCentredString(A4[0] / 2, 760, "校准证书（示范用副本）")
    page.setFont("STSong-Light", 12)
    for number, (label, value) in enumerate(
        (
            ("证书编号", row["certificate"]),
            ("校准机构", row["provider"]),
            ("器具名称", row["name"]),
            ("出厂编号", row["serial"]),
            ("测量范围", row["range"]),
            ("不确定度", row["uncertainty"]),
            ("校准日期", dated.isoformat()),
        )
    ):
        page.drawString(90, 700 - 26 * number, f"{label}：{value}")
    page.save()
    return stream.getvalue()


def _create_standards(env, lab):
    standards = {}
    start = lab["today"] - relativedelta(years=1)
    for row in tables.read("standards"):
        members = [(row["equipment"], "main")]
        if row["auxiliary"]:
            members.append((row["auxiliary"], "auxiliary"))
        capabilities = _capabilities_of(lab, row["methods"].split("|"))
        standards[row["number"]] = env["metrology.standard"].create(
            {
                "name": row["name"],
                "number": row["number"],
                "social_number": row["social_number"],
                "social_date_from": start,
                "social_date_to": start
                + relativedelta(months=int(row["valid_months"]), days=-1),
                "authority": AUTHORITY,
                "nature": "social",
                "date_from": start,
                "date_to": start
                + relativedelta(months=int(row["valid_months"]), days=-1),
                "department_id": lab["departments"][row["department"]].id,
                "leader_id": lab["employees"][row["leader"]].id,
                "room_id": lab["rooms"][row["room"]].id,
                "range_text": row["range"],
                "uncertainty_text": row["uncertainty"],
                "capability_ids": [
                    Command.set([capability.id for capability in capabilities])
                ],
                "member_ids": [
                    Command.create(
                        {"equipment_id": lab["equipment"][serial].id, "role": role}
                    )
                    for serial, role in members
                ],
            }
        )
    return standards


def _capabilities_within(lab, row):
    """Return what a person may be authorized for.

    A tester works in the laboratories of his head; checkers and signatories serve all.
    """
    capabilities = lab["capabilities"].values()
    if {"checker", "signatory"} & set(row["roles"].split()):
        return capabilities
    head = lab["departments"][row["department"]].manager_id
    return [
        capability
        for capability in capabilities
        if capability.department_id.manager_id == head
    ]


def _create_authorizations(env, lab):
    start = lab["today"] - relativedelta(months=6)
    vals_list = []
    for row in tables.read("persons"):
        own = _capabilities_within(lab, row)
        for activity in row["activities"].split():
            for capability in own:
                vals_list.append(
                    {
                        "employee_id": lab["employees"][row["login"]].id,
                        "activity": EXECUTE[capability.service_kind]
                        if activity == "execute"
                        else activity,
                        "capability_id": capability.id,
                        "date_from": start,
                        "date_to": start + relativedelta(years=3, days=-1),
                        "competence_confirmed_on": start,
                        "competence_evidence": "内部培训及考核合格",
                    }
                )
    authorizations = env["metrology.authorization"].create(vals_list)
    authorizations.with_user(lab["users"]["jishu"]).action_activate()
