# SPDX-License-Identifier: AGPL-3.0-only
"""Proof of methods, authorisation certificate, catalogue, items, a novelty review."""

import base64

from dateutil.relativedelta import relativedelta

from odoo import Command

from . import tables

_NON_STANDARD = ("5", "6", "7", "8")


def prove_editions(lab, editions):
    """Put on file how each edition was confirmed and verified before its use."""
    env = lab["env"]
    Validation = env["metrology.method.validation"].with_user(lab["users"]["zhiliang"])
    for edition in editions:
        if edition.method_id.source_level == "8" and not edition.file:
            edition.write(
                {
                    "file": _text(f"{edition.name} 正文及编制说明（示范）"),
                    "file_name": f"{edition.name}.txt",
                }
            )
        kinds = ["verify"]
        if edition.method_id.source_level in _NON_STANDARD:
            kinds.insert(0, "confirm")
        for number, kind in enumerate(kinds):
            validation = Validation.create(
                {
                    "edition_id": edition.id,
                    "kind": kind,
                    "date": lab["today"]
                    - relativedelta(years=1, days=30 - 10 * number),
                    "intended_use": "满足本机构开展项目的测量范围和不确定度要求",
                    "persons_note": "检定、校准人员经培训考核，能正确执行本方法",
                    "equipment_note": "标准器和配套设备满足方法要求，溯源有效",
                    "environment_note": "环境条件满足方法要求",
                    "result_note": "重复性和测量不确定度评定满足要求，比对结果 |En| ≤ 1",
                    "conclusion": "fit",
                    "file": _text(f"{edition.name} 验证报告（示范）"),
                    "file_name": f"{edition.name}.txt",
                }
            )
            validation.with_user(lab["users"]["jishu"]).action_approve()


def _text(words):
    return base64.b64encode(words.encode())


def build_methods(lab):
    """Build what stands beside methods and capabilities."""
    _create_grant(lab)
    _create_catalogue(lab)
    _create_items(lab)
    _create_review(lab)


def _create_grant(lab):
    """The certificate on which the verifications of the laboratory stand."""
    env = lab["env"]
    capabilities = env["metrology.capability"].union(*lab["capabilities"].values())
    authorised = capabilities.filtered(lambda one: one.service_kind == "verification")
    grant = (
        env["metrology.grant"]
        .with_user(lab["users"]["zhiliang"])
        .create(
            {
                "name": authorised[0].certificate_number,
                "authority": authorised[0].authority,
                "kind": "authorisation",
                "date_from": authorised[0].date_from,
                "date_to": authorised[0].date_to,
                "note": "示范数据",
            }
        )
    )
    grant.with_user(lab["users"]["jishu"]).action_activate()
    authorised.grant_id = grant.with_env(env)


def _create_catalogue(lab):
    """A catalogue of the demo, made of the types that its table marks as mandatory."""
    env = lab["env"]
    marked = [row for row in tables.read("instrument_types") if row["mandatory"] == "1"]
    uses = {
        "理化": ("use_safety", "用于安全防护"),
        "电学": ("use_safety", "用于安全防护"),
    }
    catalogue = (
        env["metrology.mandatory.catalogue"]
        .with_user(lab["users"]["zhiliang"])
        .create(
            {
                "name": "实施强制管理的计量器具目录（示范）",
                "number": "示范公告2024年第1号",
                "authority": lab["capabilities"][
                    next(iter(lab["capabilities"]))
                ].authority,
                "date_from": lab["today"] - relativedelta(years=1),
                "note": "仅用于示范：正式使用时请录入国家公布的目录。",
                "item_ids": [
                    Command.create(
                        {
                            "sequence": number,
                            "number": str(number),
                            "category": row["category"],
                            "name": row["name"],
                            uses.get(row["discipline"], ("use_trade", ""))[0]: True,
                            "use_safety": True,
                            "condition_text": uses.get(
                                row["discipline"], ("", "用于贸易结算、安全防护")
                            )[1],
                            "supervision": "v",
                            "instrument_type_ids": [
                                Command.set([lab["types"][row["code"]].id])
                            ],
                        }
                    )
                    for number, row in enumerate(marked, start=1)
                ],
            }
        )
    )
    catalogue.with_user(lab["users"]["jishu"]).action_approve()


def _create_items(lab):
    """What JJG 52 prescribes to examine on a gauge of (0 to 1.6) MPa, class 1.6."""
    env = lab["env"]
    edition = lab["methods"]["JJG 52"].current_edition_id
    unit = env.ref("metrology.unit_mpa")
    params = (
        ("示值误差", "error", {"points": "0.4; 0.8; 1.2; 1.6"}),
        ("回程误差", "hysteresis", {"limit_min": "0", "limit_max": "0.0256"}),
        ("轻敲位移", "tapping", {"limit_min": "0", "limit_max": "0.0128"}),
    )
    for number, (name, code, values) in enumerate(params, start=1):
        env["metrology.method.item"].with_user(lab["users"]["zhiliang"]).create(
            {
                "edition_id": edition.id,
                "instrument_type_id": lab["types"]["LX-YL-01"].id,
                "sequence": 10 * number,
                "name": name,
                "code": code,
                "requirement": "以量程(0～1.6)MPa、1.6级压力表为例",
                "param_ids": [
                    Command.create(
                        {
                            "name": name,
                            "code": "value",
                            "unit_id": unit.id,
                            **values,
                            **(
                                {"limit_formula": "1.6% * 1.6"}
                                if "points" in values
                                else {}
                            ),
                        }
                    )
                ],
            }
        )


def _create_review(lab):
    """A novelty review at work: some documents are looked up, the rest waits."""
    env = lab["env"]
    review = (
        env["metrology.method.review"]
        .with_user(lab["users"]["zhiliang"])
        .create({"date_to": lab["today"] + relativedelta(days=20)})
    )
    review.action_start()
    done = review.line_ids[: len(review.line_ids) // 2]
    done.write({"source": "国家计量技术规范全文公开系统"})
    done.action_current()
