# SPDX-License-Identifier: AGPL-3.0-only
"""The technical head prepares an assessment, and a standard is found wrong.

After the passage: there are certificates that stand on the equipment of this story.
"""

import subprocess

import pytest
from person import Person
from playwright.sync_api import expect

CAPABILITY = "EA-4/02 S2/1"
EQUIPMENT = "M2018-03"
REASON = "比对时发现示值偏移"


@pytest.fixture
def person(new_page, login, request):
    pictures = request.config.getoption("--pictures")
    return lambda name: Person(new_page(), login, name, pictures=pictures)


@pytest.fixture
def read(sql):
    return lambda query: int(sql(query)[0][0])


def evidence(head, capability):
    """Open the page of evidence of a capability and return what it says."""
    head.open("metrology_method.action_capability", capability)
    head.press("action_open_evidence")
    page = head.page.locator(".o_metrology_evidence")
    expect(page.locator(".o_evidence_verdict")).to_be_visible(timeout=20_000)
    head.settle()
    return page.inner_text()


def test_preparation(person, read, tmp_path):
    """What a capability stands on is one page; stopping its standard turns it red and
    lists every certificate that was issued with it."""
    capability = read(
        f"SELECT id FROM metrology_capability WHERE code = '{CAPABILITY}'"
    )
    equipment = read(
        f"SELECT id FROM maintenance_equipment WHERE serial_no = '{EQUIPMENT}'"
    )

    # 1. The overview, and the page of one capability.
    head = person("jishu")
    head.open("metrology_method.action_capability_readiness")
    expect(head.page.locator("tr.o_data_row").first).to_be_visible()
    head.picture("20-readiness")
    text = evidence(head, capability)
    assert "F1等级砝码标准装置" in text, text
    assert EQUIPMENT in text, text
    head.picture("21-evidence")
    with head.page.expect_download(timeout=60_000) as printed:
        head.page.locator(".o_evidence_print").click()
    path = tmp_path / "evidence.pdf"
    printed.value.save_as(path)
    paper = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert EQUIPMENT in paper and "F1" in paper, paper

    # 2. Who may do what, and what runs out.
    head.page.goto(head.page.url.split("/odoo")[0] + "/odoo/persons-capabilities")
    expect(head.page.get_by_text(CAPABILITY).first).to_be_visible(timeout=20_000)
    head.picture("22-matrix")
    head.open("metrology.action_expiry")
    expect(head.page.locator("tr.o_data_row").first).to_be_visible()
    head.picture("23-expiries")

    # 3. The keeper of the equipment stops the weights.
    keeper = person("shebei")
    keeper.open("metrology_equipment.action_metrology_equipment", equipment)
    keeper.picture("24-equipment")
    keeper.page.locator(
        'button[name="action_metrology_event"]:visible', has_text="停用"
    ).first.click()
    keeper.page.wait_for_selector(".modal:visible .modal-footer")
    keeper.fill("reason", REASON)
    keeper.picture("25-stop", top=False)
    keeper.press("action_apply")
    assert keeper.page.locator(".modal:visible").count() == 0

    # 4. The page says so at once, and the analysis lists what was issued.
    text = evidence(head, capability)
    assert "停用" in text, text
    head.picture("26-evidence-red")
    analysis = read(
        "SELECT id FROM metrology_impact_analysis"
        f" WHERE equipment_id = {equipment} ORDER BY id DESC LIMIT 1"
    )
    head.open("metrology_impact.action_impact_analysis", analysis)
    head.picture("27-impact")
    lines = read(
        f"SELECT count(*) FROM metrology_impact_line WHERE analysis_id = {analysis}"
    )
    used = read(
        "SELECT count(DISTINCT record_id) FROM metrology_record_equipment"
        f" WHERE equipment_id = {equipment}"
    )
    assert lines == used > 0
