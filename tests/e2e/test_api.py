# SPDX-License-Identifier: AGPL-3.0-only
"""The passage over the external API, and what is refused there.

Every call is an ordinary person's, with an API key, to ``/json/2``: rights live on the
server, so a program gets the same refusals as the pages.
"""

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from external import REFUSALS, ApiError
from person import DATA

pytestmark = pytest.mark.expected_log(REFUSALS)

PASSWORD = "demo"
CUSTOMER = "滏阳制药股份有限公司"
GAUGE_POINTS = next(
    work["inputs"]
    for work in json.loads((DATA / "readings.json").read_text("utf-8"))["works"]
    if work["method"] == "JJG 52-2013"
)
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)
REVIEW = (
    "requirements_clear",
    "ability_confirmed",
    "changes_agreed",
    "record_complete",
)


def one(api, model, domain, *fields):
    """Return the one record of a search, as a dict."""
    found = api(model, "search_read", domain=domain, fields=["id", *fields])
    assert len(found) == 1, (model, domain, found)
    return found[0]


def signed_order(clerk, serials, customer=CUSTOMER):
    """Return the id of an order the customer has signed: one gauge per serial number."""
    partner = one(clerk, "res.partner", [["name", "=", customer]])["id"]
    kind = one(clerk, "metrology.instrument.type", [["code", "=", "LX-YL-01"]])["id"]
    instruments = clerk(
        "metrology.instrument",
        "create",
        vals_list=[
            {
                "name": "压力表",
                "partner_id": partner,
                "instrument_type_id": kind,
                "model_text": "Y-100",
                "range_text": "(0～1.6)MPa",
                "accuracy_text": "1.6级",
                "serial_number": serial,
                "manufacturer": "红旗仪表厂",
            }
            for serial in serials
        ],
    )
    [order] = clerk(
        "metrology.order",
        "create",
        vals_list=[
            {
                "partner_id": partner,
                "line_ids": [
                    [0, 0, {"instrument_id": one_id, "service_kind": "verification"}]
                    for one_id in instruments
                ],
            }
        ],
    )
    clerk("metrology.order", "action_submit", ids=[order])
    clerk("metrology.order", "action_start_review", ids=[order])
    clerk("metrology.order", "write", ids=[order], vals=dict.fromkeys(REVIEW, True))
    clerk("metrology.order", "action_review_done", ids=[order])
    clerk("metrology.order", "action_sign", ids=[order], signature=PIXEL, name="张工")
    return order


def accepted_order(clerk, serials):
    order = signed_order(clerk, serials)
    clerk("metrology.order", "action_accept", ids=[order])
    return order


def test_passage_over_the_api(api, base_url):
    """A program takes one gauge through the house, as the people of each role."""
    clerk, keeper, head = api("yewu"), api("shoufa"), api("zhuren")
    tester, checker, signatory = api("jianding"), api("heyan"), api("pizhun")
    order = accepted_order(clerk, ["API-0001"])
    job = one(
        head, "metrology.job", [["order_id", "=", order]], "sample_id", "department_id"
    )
    sample = job["sample_id"][0]

    keeper("metrology.sample", "action_receive", ids=[sample])
    [wizard] = keeper(
        "metrology.sample.handover",
        "create",
        vals_list=[{"sample_ids": [[6, 0, [sample]]]}],
    )
    keeper("metrology.sample.handover", "action_hand_over", ids=[wizard])
    where = one(
        keeper, "metrology.sample", [["id", "=", sample]], "state", "location_id"
    )
    assert where["state"] == "in_department" and where["location_id"]

    assign(head, [job["id"]], ("张伟", "刘洋"))
    tester("metrology.job", "action_start", ids=[job["id"]])
    record = one(
        tester, "metrology.record", [["job_id", "=", job["id"]]], "entry_token"
    )
    sheet = tester("metrology.record", "get_entry_sheet", ids=[record["id"]])
    data = sheet["data"]
    data["fields"].update(
        {name: str(GAUGE_POINTS[name]) for name in ("cls", "span", "division")}
    )
    # Another gauge never reads exactly the same: equal readings must be explained.
    data["tables"]["points"] = [
        {**point, "up_before": point["up_after"]} for point in GAUGE_POINTS["points"]
    ]
    data["items"] = {
        "general": {
            name: {"state": "done"} for name in ("appearance", "pointer", "overload")
        }
    }
    tester(
        "metrology.record",
        "save_draft",
        ids=[record["id"]],
        data=data,
        token=sheet["token"],
    )
    tester(
        "metrology.record",
        "write",
        ids=[record["id"]],
        vals={"temperature": "20.1", "humidity": "50", "pressure": "101.3"},
    )
    tester("metrology.record", "action_submit", ids=[record["id"]], password=PASSWORD)
    tester("metrology.record", "action_make_certificate", ids=[record["id"]])
    tester("metrology.job", "action_finish", ids=[job["id"]])
    certificate = one(
        tester, "metrology.certificate", [["record_id", "=", record["id"]]]
    )["id"]
    for person, step in (
        (tester, "action_submit"),
        (checker, "action_check"),
        (signatory, "action_approve"),
    ):
        person("metrology.certificate", step, ids=[certificate], password=PASSWORD)
    # One signature of the checker checked the record together with the certificate.
    checked = one(tester, "metrology.record", [["id", "=", record["id"]]], "state")
    assert checked["state"] == "locked"
    issued = one(
        clerk,
        "metrology.certificate",
        [["id", "=", certificate]],
        "name",
        "state",
        "conclusion",
        "pdf_sha256",
    )
    assert issued["state"] == "to_print" and issued["conclusion"] == "pass"
    assert len(issued["pdf_sha256"]) == 64
    with pytest.raises(ApiError):
        signatory(
            "metrology.certificate",
            "action_approve",
            ids=[certificate],
            password=PASSWORD,
        )
    clerk("metrology.certificate", "action_print", ids=[certificate])
    keeper("metrology.sample", "action_return_to_store", ids=[sample])

    clerk("metrology.order", "action_make_settlement", ids=[order])
    settlement = one(
        clerk, "metrology.settlement", [["line_ids.order_id", "=", order]]
    )["id"]
    clerk("metrology.settlement", "action_confirm", ids=[settlement])
    keeper("metrology.order", "action_make_release", ids=[order])
    release = one(keeper, "metrology.release", [["order_id", "=", order]])["id"]
    keeper(
        "metrology.release",
        "write",
        ids=[release],
        vals={
            "receiver_name": "张工",
            "receiver_phone": "0310-0000001",
            "signature": PIXEL,
            "order_checked": True,
        },
    )
    with pytest.raises(ApiError) as refused:
        keeper("metrology.release", "action_done", ids=[release])
    assert refused.value.status == 422

    finance = api("caiwu")
    finance("metrology.settlement", "action_invoice", ids=[settlement])
    pay(finance, settlement)
    keeper("metrology.release", "action_done", ids=[release])
    state = one(clerk, "metrology.sample", [["id", "=", sample]], "state")
    assert state["state"] == "released"


def assign(head, jobs, names):
    """Assign jobs with the wizard, as the page does."""
    [wizard] = head(
        "metrology.job.assign", "create", vals_list=[{"job_ids": [[6, 0, jobs]]}]
    )
    persons = head(
        "metrology.job.assign.person",
        "search_read",
        domain=[["wizard_id", "=", wizard]],
        fields=["employee_id"],
    )
    chosen = [one["id"] for one in persons if one["employee_id"][1] in names]
    assert len(chosen) == len(names)
    head("metrology.job.assign.person", "write", ids=chosen, vals={"chosen": True})
    head("metrology.job.assign", "action_assign", ids=[wizard])


def pay(finance, settlement):
    """Register the payment of a settlement's invoice with Odoo's own dialog."""
    invoices = one(
        finance, "metrology.settlement", [["id", "=", settlement]], "invoice_ids"
    )["invoice_ids"]
    context = {"active_model": "account.move", "active_ids": invoices}
    [register] = finance(
        "account.payment.register", "create", vals_list=[{}], context=context
    )
    finance(
        "account.payment.register",
        "action_create_payments",
        ids=[register],
        context=context,
    )


@pytest.mark.expected_log(r"odoo\.sql_db: bad query", "could not serialize")
def test_accepted_twice_at_the_same_time(api):
    """Two clerks accept one order at the same moment: one does, one is told."""
    clerk = api("yewu")
    order = signed_order(clerk, ["API-0101", "API-0102"])

    def accept(_number):
        try:
            clerk("metrology.order", "action_accept", ids=[order])
        except ApiError as error:
            return error.status
        return 200

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(accept, range(2)))
    assert answers == [200, 422]
    jobs = clerk("metrology.job", "search_count", domain=[["order_id", "=", order]])
    assert jobs == 2
    sale = one(clerk, "metrology.order", [["id", "=", order]], "sale_order_id")
    assert sale["sale_order_id"]


def test_job_without_authorization_is_refused(api):
    """A person who is not authorised is not assigned; the reason is a sentence."""
    clerk, head = api("yewu"), api("zhuren")
    order = accepted_order(clerk, ["API-0201"])
    job = one(head, "metrology.job", [["order_id", "=", order]])["id"]
    with pytest.raises(ApiError) as refused:
        assign(head, [job], ("张伟", "林涛"))
    assert "林涛" in refused.value.message
    state = one(head, "metrology.job", [["id", "=", job]], "state")
    assert state["state"] == "new"


@pytest.mark.parametrize(
    ("user", "model", "values"),
    [
        ("yewu", "metrology.order", {"state": "accepted"}),
        ("jianding", "metrology.job", {"state": "done"}),
        ("shoufa", "metrology.sample", {"state": "released"}),
        ("jianding", "metrology.record", {"state": "locked"}),
        ("pizhun", "metrology.certificate", {"state": "to_print"}),
        ("yewu", "sale.order.line", {"qty_delivered": 99}),
        ("shoufa", "stock.move.line", {"quantity": 0}),
    ],
)
def test_no_state_is_written_by_hand(api, user, model, values):
    """States, delivered quantities and done custody lines are not written by anybody."""
    clerk, keeper = api("yewu"), api("shoufa")
    serial = f"API-{model}"
    order = accepted_order(clerk, [serial])
    sample = one(clerk, "metrology.sample", [["order_id", "=", order]])["id"]
    keeper("metrology.sample", "action_receive", ids=[sample])
    domain = {
        "metrology.order": [["id", "=", order]],
        "metrology.job": [["order_id", "=", order]],
        "metrology.sample": [["id", "=", sample]],
        "sale.order.line": [["order_id.partner_id.name", "=", CUSTOMER]],
        "stock.move.line": [["state", "=", "done"]],
    }.get(model, [])
    found = api(user)(model, "search", domain=domain, limit=1)
    if not found:
        pytest.skip(f"no {model} yet")
    with pytest.raises(ApiError) as refused:
        api(user)(model, "write", ids=found, vals=values)
    assert refused.value.status in (403, 422)


def test_a_file_that_is_no_list_is_refused(api):
    """A picture is not a list of instruments; nothing of it is kept."""
    clerk = api("yewu")
    partner = one(clerk, "res.partner", [["name", "=", CUSTOMER]])["id"]
    [list_id] = clerk(
        "metrology.instrument.import",
        "create",
        vals_list=[
            {
                "partner_id": partner,
                "file": base64.b64encode(b"\x89PNG no list").decode(),
                "filename": "list.xlsx",
            }
        ],
    )
    with pytest.raises(ApiError) as refused:
        clerk("metrology.instrument.import", "action_read", ids=[list_id])
    assert ".xlsx" in refused.value.message
    assert not clerk(
        "metrology.instrument.import.line",
        "search_count",
        domain=[["import_id", "=", list_id]],
    )
