# SPDX-License-Identifier: AGPL-3.0-only
"""What a capability rests on, over the external API: what is refused, and the answers.

Every call is an ordinary person's with an API key.  What a test changes it puts back, so
that the stories after it find the laboratory as it was.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from external import REFUSALS, ApiError
from test_api import accepted_order, assign, one

pytestmark = pytest.mark.expected_log(REFUSALS)

#: The institution's day: in the evening of UTC it is one later already.
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()


def day(days):
    return str(TODAY + timedelta(days=days))


def refuse(person, *words, model, method, **arguments):
    """Call and return the message of the refusal, which must hold all words."""
    with pytest.raises(ApiError) as refused:
        person(model, method, **arguments)
    assert refused.value.status in (403, 422), refused.value
    for word in words:
        assert word in refused.value.message, refused.value.message
    return refused.value.message


@pytest.fixture
def capability(api):
    """The verification of pressure gauges."""
    return one(
        api("jishu"),
        "metrology.capability",
        [["code", "=", "JJG 52/1"]],
        "method_id",
        "standard_ids",
        "department_id",
    )


def new_person(api, name, birthday, **values):
    """A person of the laboratory, entered by who manages the staff."""
    [employee] = api("renshi")(
        "hr.employee",
        "create",
        vals_list=[{"name": name, "birthday": birthday, **values}],
    )
    return employee


def new_authorization(api, employee, capability, **values):
    """A draft of an authorization to verify, entered by who manages the staff."""
    [authorization] = api("renshi")(
        "metrology.authorization",
        "create",
        vals_list=[
            {
                "employee_id": employee,
                "capability_id": capability,
                "activity": "verify",
                "date_from": day(0),
                "date_to": day(365),
                "competence_confirmed_on": day(-1),
                "competence_evidence": "培训与考核合格",
                **values,
            }
        ],
    )
    return authorization


def activate(authorization):
    return {
        "model": "metrology.authorization",
        "method": "action_activate",
        "ids": [authorization],
    }


def state_of(person, model, record):
    return one(person, model, [["id", "=", record]], "state")["state"]


def test_nobody_authorises_himself(api, capability):
    """Who enters or issues an authorization of the own person is refused."""
    head = api("jishu")
    me = one(head, "hr.employee.public", [["name", "=", "郑华"]])["id"]
    refuse(
        head,
        "郑华",
        model="metrology.authorization",
        method="create",
        vals_list=[
            {
                "employee_id": me,
                "capability_id": capability["id"],
                "activity": "verify",
                "date_from": day(0),
                "date_to": day(365),
                "competence_confirmed_on": day(-1),
            }
        ],
    )
    # Entered by another, it is still not his to issue.
    draft = new_authorization(api, me, capability["id"])
    refuse(head, "郑华", **activate(draft))
    assert state_of(head, "metrology.authorization", draft) == "draft"
    refuse(
        head,
        model="metrology.authorization",
        method="write",
        ids=[draft],
        vals={"state": "active"},
    )
    api("renshi")("metrology.authorization", "unlink", ids=[draft])


def test_lapsed_capability_authorises_nobody(api, capability):
    """An authorization under a capability that has lapsed is not issued."""
    head = api("jishu")
    [lapsed] = head(
        "metrology.capability",
        "copy",
        ids=[capability["id"]],
        default={"name": "已失效项目", "date_from": day(-800), "date_to": day(-1)},
    )
    person = new_person(api, "API 测试员一", "1990-01-01")
    draft = new_authorization(api, person, lapsed)
    refuse(head, "已失效项目", **activate(draft))
    assert state_of(head, "metrology.authorization", draft) == "draft"
    api("renshi")("metrology.authorization", "unlink", ids=[draft])
    head("metrology.capability", "unlink", ids=[lapsed])


def test_a_person_of_66_is_not_authorised(api, capability):
    """On the 66th birthday verifying ends; who is younger by a day is not told so."""
    head = api("jishu")
    born = TODAY.replace(year=TODAY.year - 66)
    person = new_person(api, "API 年长者", str(born))
    draft = new_authorization(api, person, capability["id"])
    message = refuse(head, "API 年长者", **activate(draft))
    assert "65" in message
    younger = new_person(api, "API 年轻者", str(born + timedelta(days=2)))
    draft = new_authorization(api, younger, capability["id"])
    try:
        head("metrology.authorization", "action_activate", ids=[draft])
    except ApiError as error:
        assert "65" not in error.message


def test_a_person_of_a_second_institution(api, capability):
    """Who practises at another institution too is not authorised; the name is told."""
    head, staff = api("jishu"), api("renshi")
    person = new_person(api, "API 兼职者", "1990-01-01")
    staff(
        "metrology.practice",
        "create",
        vals_list=[
            {"employee_id": person, "institution": "另一检定所", "date_from": day(-30)}
        ],
    )
    draft = new_authorization(api, person, capability["id"])
    refuse(head, "API 兼职者", "另一检定所", **activate(draft))
    assert state_of(head, "metrology.authorization", draft) == "draft"


def use(api, equipment):
    """Log a use of equipment, as who manages it."""
    [dialog] = api("shebei")(
        "metrology.equipment.use",
        "create",
        vals_list=[{"equipment_ids": [[6, 0, [equipment]]], "purpose": "API 测试"}],
    )
    return {
        "model": "metrology.equipment.use",
        "method": "action_log",
        "ids": [dialog],
    }


def test_equipment_one_day_after_its_due_date(api, sql):
    """On its last day equipment is used, on the day after it is not."""
    keeper = api("shebei")
    equipment = keeper(
        "maintenance.equipment",
        "search_read",
        domain=[
            ["metrology_state", "=", "qualified"],
            ["traceability_id", "!=", False],
            ["is_away", "=", False],
        ],
        fields=["traceability_id", "name"],
        limit=1,
    )[0]
    certificate = equipment["traceability_id"][0]
    [[kept]] = sql(f"SELECT date_to FROM metrology_traceability WHERE id={certificate}")
    # The calendar is moved, not the person: certificates are frozen for everybody.
    update = "UPDATE metrology_traceability SET date_to='%s' WHERE id=%s"
    try:
        sql(update % (day(-1), certificate))
        refuse(keeper, equipment["name"], **use(api, equipment["id"]))
        sql(update % (day(0), certificate))
        keeper(**use(api, equipment["id"]))
    finally:
        sql(update % (kept, certificate))


def test_equipment_on_its_return_without_check(api):
    """What left our control is not used on its return before it was checked."""
    keeper = api("shebei")
    equipment = keeper(
        "maintenance.equipment",
        "search_read",
        domain=[
            ["metrology_state", "=", "qualified"],
            ["is_away", "=", False],
            ["standard_member_ids", "=", False],
            ["traceability_due", ">=", day(0)],
        ],
        fields=["name"],
        limit=1,
    ) or keeper(
        "maintenance.equipment",
        "search_read",
        domain=[["metrology_state", "=", "qualified"], ["is_away", "=", False]],
        fields=["name"],
        limit=1,
    )
    equipment = equipment[0]

    def event(kind, **values):
        [dialog] = keeper(
            "metrology.equipment.state",
            "create",
            vals_list=[
                {
                    "equipment_ids": [[6, 0, [equipment["id"]]]],
                    "kind": kind,
                    "reason": "API 测试",
                    **values,
                }
            ],
        )
        keeper("metrology.equipment.state", "action_apply", ids=[dialog])

    event("leave", purpose="loan", due_back=day(3))
    try:
        event("back")
        refuse(keeper, equipment["name"], **use(api, equipment["id"]))
        refuse(
            keeper,
            model="maintenance.equipment",
            method="write",
            ids=[equipment["id"]],
            vals={"is_away": False},
        )
    finally:
        event("return", function_check="正常", status_check="证书有效")


def test_equipment_outside_the_file_of_the_standard(api):
    """Equipment that is not in the file of the job's standards is not chosen."""
    clerk, head = api("yewu"), api("zhuren")
    order = accepted_order(clerk, ["CAP-0001"])
    job = one(head, "metrology.job", [["order_id", "=", order]])["id"]
    assign(head, [job], ("张伟", "刘洋"))
    inside = one(head, "metrology.job", [["id", "=", job]], "standard_ids")
    members = head(
        "metrology.standard",
        "read",
        ids=inside["standard_ids"],
        fields=["equipment_ids"],
    )
    known = [key for standard in members for key in standard["equipment_ids"]]
    outside = head(
        "maintenance.equipment",
        "search_read",
        domain=[["metrology_use", "=", "reference"], ["id", "not in", known]],
        fields=["name"],
        limit=1,
    )[0]
    refuse(
        head,
        outside["name"],
        model="metrology.job",
        method="write",
        ids=[job],
        vals={"equipment_ids": [[6, 0, [outside["id"]]]]},
    )


def test_correction_factors_are_not_edited(api):
    """The corrections of a confirmed certificate stay; the next one is a new version."""
    keeper, head = api("shebei"), api("jishu")
    [equipment] = keeper(
        "maintenance.equipment",
        "create",
        vals_list=[{"name": "API 标准压力表", "metrology_use": "reference"}],
    )
    [certificate] = keeper(
        "metrology.traceability",
        "create",
        vals_list=[
            {
                "equipment_id": equipment,
                "number": "API-XZ-1",
                "provider": "中国计量科学研究院",
                "date": day(-10),
                "date_to": day(355),
                "result": "符合0.05级",
                "criterion": "0.05级",
                "confirmation_note": "满足使用要求",
                "file": "eHg=",
                "file_name": "certificate.pdf",
                "correction_ids": [
                    [
                        0,
                        0,
                        {
                            "code": "p",
                            "line_ids": [
                                [0, 0, {"value": "1.0", "correction": "0.001"}]
                            ],
                        },
                    ]
                ],
            }
        ],
    )
    head("metrology.traceability", "action_confirm", ids=[certificate])
    lines = keeper(
        "metrology.correction.line",
        "search_read",
        domain=[["correction_id.traceability_id", "=", certificate]],
        fields=["correction"],
    )
    refuse(
        keeper,
        model="metrology.correction.line",
        method="write",
        ids=[lines[0]["id"]],
        vals={"correction": "9.99"},
    )
    refuse(
        keeper,
        model="metrology.correction.line",
        method="unlink",
        ids=[lines[0]["id"]],
    )
    refuse(
        head,
        model="metrology.traceability",
        method="write",
        ids=[certificate],
        vals={"date_to": day(3650)},
    )
    kept = one(
        keeper, "metrology.correction.line", [["id", "=", lines[0]["id"]]], "correction"
    )
    assert kept["correction"] == "0.001"


def test_editions_do_not_overlap(api, capability):
    """An edition is not put in force while another one is, not even for a day."""
    head = api("jishu")
    method = capability["method_id"][0]
    current = head(
        "metrology.method.edition",
        "search_read",
        domain=[["method_id", "=", method], ["state", "=", "in_force"]],
        fields=["name", "date_from"],
    )[0]
    other = api("zhiliang")
    [edition] = other(
        "metrology.method.edition",
        "create",
        vals_list=[
            {
                "name": "JJG 52-2012",
                "method_id": method,
                # Before the present one, and ending after its start.
                "date_from": "2012-01-01",
                "date_to": day(-10),
            }
        ],
    )
    [proof] = other(
        "metrology.method.validation",
        "create",
        vals_list=[
            {
                "edition_id": edition,
                "kind": "verify",
                "date": day(-1),
                "conclusion": "fit",
                "result_note": "符合要求",
                "intended_use": "一般压力表",
                "persons_note": "已培训",
                "equipment_note": "齐全",
                "environment_note": "满足",
                "file": "eHg=",
                "file_name": "proof.pdf",
            }
        ],
    )
    head("metrology.method.validation", "action_approve", ids=[proof])
    refuse(
        head,
        current["name"],
        model="metrology.method.edition",
        method="action_approve",
        ids=[edition],
    )
    assert state_of(head, "metrology.method.edition", edition) == "draft"


def test_suspended_capability_stops_open_jobs_at_once(api, capability):
    """Suspended: the job is blocked for who has it, and he is told; put in use again,
    the reason is gone and so is what was told."""
    clerk, head, tester = api("yewu"), api("zhuren"), api("jianding")
    technical = api("jishu")
    order = accepted_order(clerk, ["CAP-0101"])
    job = one(head, "metrology.job", [["order_id", "=", order]])["id"]
    assign(head, [job], ("张伟", "刘洋"))

    def seen():
        return one(tester, "metrology.job", [["id", "=", job]], "eligibility_state")[
            "eligibility_state"
        ]

    def told():
        # Who answers for the whole sees what anybody was told.
        return technical(
            "metrology.eligibility.notice",
            "search_read",
            domain=[["job_ids", "in", [job]], ["closed_on", "=", False]],
            fields=["message", "activity_ids", "user_id"],
        )

    assert seen() == "ok" and not told()
    asked = technical("metrology.capability", "action_suspend", ids=[capability["id"]])
    assert any(sign.isdigit() for sign in asked["context"]["default_impact"])
    technical(
        "metrology.capability",
        "action_suspend",
        ids=[capability["id"]],
        reason="监督检查要求",
    )
    try:
        assert seen() == "blocked"
        blocked = tester(
            "metrology.job",
            "search",
            domain=[["id", "=", job], ["eligibility_state", "=", "blocked"]],
        )
        assert blocked == [job]
        [notice] = told()
        assert "弹性元件" in notice["message"] and len(notice["activity_ids"]) == 1
        leader = one(head, "metrology.job", [["id", "=", job]], "leader_id")
        assert notice["user_id"][1] == leader["leader_id"][1] in ("张伟", "刘洋")
        refuse(
            tester,
            model="metrology.eligibility.notice",
            method="write",
            ids=[notice["id"]],
            vals={"message": "没有"},
        )
        refuse(tester, model="metrology.job", method="action_start", ids=[job])
    finally:
        technical("metrology.capability", "action_activate", ids=[capability["id"]])
    assert seen() == "ok" and not told()


def test_evidence_over_the_api(api, capability):
    """The page of evidence is one call; as of a day after everything it is red."""
    page = api("jishu")("metrology.capability", "get_evidence", ids=[capability["id"]])
    keys = [section["key"] for section in page["sections"]]
    for key in ("scope", "method", "standard", "equipment", "room", "staff"):
        assert key in keys
    later = api("jishu")(
        "metrology.capability",
        "get_evidence",
        ids=[capability["id"]],
        day=day(3650),
    )
    assert later["light"] == "red"
    assert {"equipment", "standard", "staff", "scope"} <= {
        section["key"] for section in later["sections"] if section["light"] == "red"
    }


def test_expiries_over_the_api(api):
    """One list of what ends; nobody writes it; the days are the administrator's."""
    rows = api("jishu")(
        "metrology.expiry",
        "search_read",
        domain=[],
        fields=["kind", "name", "date", "urgency"],
        limit=500,
    )
    kinds = {row["kind"].split(",")[0] for row in rows}
    assert {
        "metrology.capability",
        "metrology.standard",
        "maintenance.equipment",
        "metrology.authorization",
    } <= kinds
    refuse(
        api("jianding"),
        model="metrology.expiry.rule",
        method="create",
        vals_list=[{"kind": "metrology.capability,date_to", "days": 1}],
    )
