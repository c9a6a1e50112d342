# SPDX-License-Identifier: AGPL-3.0-only
"""The person in training of the laboratory and the mentor."""

from dateutil.relativedelta import relativedelta

AIM = """1. 压力表外观、零位与指针偏转平稳性检查；
2. 示值检定的加压、读数与轻敲操作，独立完成不少于 20 台；
3. 原始记录填写与数据修约。
达到要求：盲样考核 |En| ≤ 1，记录抽查无差错，经考核合格后授权。"""


def build_mentoring(lab):
    """Name the head of the department as mentor of the verifier in training."""
    env, employees = lab["env"], lab["employees"]
    mentor = employees["zhuren"]
    paper = env["metrology.authorization"].search(
        [
            ("employee_id", "=", mentor.id),
            ("activity", "=", "supervise"),
            ("capability_id.service_kind", "=", "verification"),
            ("capability_id.department_id", "=", mentor.department_id.id),
        ],
        order="id",
        limit=1,
    )
    mentoring = (
        env["metrology.mentoring"]
        .with_user(lab["users"]["renshi"])
        .create(
            {
                "employee_id": employees["jianxi"].id,
                "mentor_id": mentor.id,
                "capability_id": paper.capability_id.id,
                "date_from": lab["today"] - relativedelta(days=20),
                "date_to": lab["today"] + relativedelta(months=5),
                "aim": AIM,
            }
        )
    )
    mentoring.action_activate()
