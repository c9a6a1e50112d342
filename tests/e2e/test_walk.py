# SPDX-License-Identifier: AGPL-3.0-only
"""A walk through the house: whatever a menu offers opens, for each who is offered it.

It comes after the stories of the other files, whose records it then meets.
"""

import csv
import json
import xml.etree.ElementTree as ET

import pytest

from conftest import ROOT, password_of

PERSONS = ROOT / "addons" / "metrology_demo" / "data" / "persons.csv"
WEB = "ir.actions.act_window"
OURS = ("metrology", "report_")
SIMPLE = {"many2one", "one2many", "many2many", "reference", "properties", "binary"}
#: What Odoo's own parts of a page say: icons of apps and a widget that are not here.
FOREIGN = ("Failed to load resource", "Missing widget: res_partner_many2one")


def logins():
    with open(PERSONS, encoding="utf-8") as handle:
        return [row["login"] for row in csv.DictReader(handle)]


class Client:
    """What the web client asks the server, without the browser."""

    def __init__(self, request, base_url):
        self.request = request
        self.base_url = base_url

    def ask(self, path, **params):
        """Return ``(result, error text)`` of a JSON-RPC route."""
        answer = self.request.post(
            f"{self.base_url}{path}",
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
        ).json()
        if "error" in answer:
            data = answer["error"]["data"]
            return None, f"{data['name']}: {data['message']}"
        return answer["result"], None

    def call(self, model, method, *args, **kwargs):
        return self.ask(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model, method=method, args=args, kwargs=kwargs,
        )  # fmt: skip

    def menus(self):
        """Return ``{action id: name of the menu}`` of what the suite offers."""
        answer = self.request.get(f"{self.base_url}/web/webclient/load_menus").json()
        return {
            menu["actionID"]: f"{menu['name']} ({menu['xmlid']})"
            for menu in answer.values()
            if menu.get("actionID") and menu["xmlid"].startswith(OURS)
        }

    def open(self, action_id):
        """Load an action, its views and its first rows; return what was refused."""
        action, error = self.ask("/web/action/load", action_id=action_id)
        if error or action["type"] != WEB:
            return error
        views = [[number, kind] for number, kind in action["views"]]
        model = action["res_model"]
        found, error = self.call(model, "get_views", views=views, options={})
        if error or "list" not in found["views"]:
            return error
        fields = found["models"][model]["fields"]
        arch = ET.fromstring(found["views"]["list"]["arch"])
        names = {
            node.get("name")
            for node in arch.iterfind("field")
            if fields[node.get("name")]["type"] not in SIMPLE
        }
        _rows, error = self.call(
            model, "web_search_read", [], {name: {} for name in names}, limit=5
        )
        return error


@pytest.mark.parametrize("person", logins())
def test_menus_answer(browser, base_url, database, person):
    """A page a person is offered is not refused to that person."""
    context = browser.new_context(base_url=base_url)
    try:
        client = Client(context.request, base_url)
        _session, error = client.ask(
            "/web/session/authenticate",
            db=database, login=person, password=password_of(person),
        )  # fmt: skip
        assert not error, error
        menus = client.menus()
        assert len(menus) > 20, menus
        refused = {name: client.open(action) for action, name in menus.items()}
    finally:
        context.close()
    assert not any(refused.values()), {n: e for n, e in refused.items() if e}


OPEN = """async ([action, options]) => {
    const {action: service} = odoo.__WOWL_DEBUG__.root.env.services;
    try {
        await service.doAction(action, {clearBreadcrumbs: true, ...options});
    } catch (error) {
        return String(error?.data?.message || error);
    }
    await new Promise((resolve) => setTimeout(resolve, 60));
    const dialog = document.querySelector(".o_error_dialog");
    return dialog && dialog.innerText;
}"""


def test_pages_open(new_page, login, base_url):
    """Each page of the suite draws itself: default view, board and a record's form."""
    page = new_page()
    said = []
    page.on(
        "console",
        lambda message: (
            said.append(message.text)
            if message.type in ("error", "warning")
            and not message.text.startswith(FOREIGN)
            else None
        ),
    )
    login(page, "guanli")
    client = Client(page.context.request, base_url)
    broken, visits = {}, 0

    def visit(name, action, **options):
        nonlocal visits
        visits += 1
        problem = page.evaluate(OPEN, [action, options]) or "\n".join(said)
        if problem:
            broken[name] = problem[:500]
            said.clear()
            page.reload()
            page.wait_for_selector(".o_main_navbar")

    for number, name in client.menus().items():
        action, error = client.ask("/web/action/load", action_id=number)
        assert not error, f"{name}: {error}"
        visit(name, number)
        if page.locator(".modal:visible").count():
            page.keyboard.press("Escape")
        if action["type"] != WEB:
            continue
        kinds = {kind: view for view, kind in action["views"]}
        if "kanban" in kinds and action["views"][0][1] != "kanban":
            visit(f"{name}, board", number, viewType="kanban")
        rows, _error = client.call(action["res_model"], "search", [], limit=1)
        if "form" in kinds and rows and action.get("target") != "new":
            visit(
                f"{name}, form",
                {
                    "type": WEB,
                    "res_model": action["res_model"],
                    "res_id": rows[0],
                    "views": [[kinds["form"], "form"]],
                },
            )
    assert not broken, json.dumps(broken, ensure_ascii=False, indent=1)
    assert visits > 150, visits
