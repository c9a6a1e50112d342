# SPDX-License-Identifier: AGPL-3.0-only
"""The matrix of 200 persons x 500 capabilities opened in headless Chromium.

10 000 authorizations in force, 20 persons a capability. A server of its own on the
copied database; each opening is a fresh page of a signed-in technical head, the assets
built and the browser's cache warm, as on the second day of use.

* ours, first paint: the bar with its choices is there;
* ours, full: the cells in view are drawn (all data are in the browser by then, so
  scrolling asks nothing of the server);
* ours, scrolled: the last row and the last column are drawn after a jump there.

Beside it, Odoo's own views of the same 10 000 authorizations: the list grouped by
capability (80 of the 500 groups a page, closed), and the pivot capability x person,
which is what stock Odoo offers for the same picture.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ADDONS = ["metrology_staff"]
PERSONS = 200
CAPABILITIES = 500
EACH = 20
LOGIN = "bench_matrix"
VIEWS = ("list", "pivot")
LIBRARY = Path(__file__).resolve().parents[2] / "scripts" / "lib"


def bench(env, measure):
    """Fill the database once, then open the pages in a browser."""
    actions = _fill(env)
    # The database is a copy that is dropped afterwards; the server must see the data.
    env.cr.commit()
    server, url = _serve(env.cr.dbname)
    try:
        _browse(url, measure, actions)
    finally:
        server.terminate()
        server.wait(30)


def summary(results):
    """Ratios of seconds, ours to Odoo's own views."""

    def seconds(name):
        return results[name]["seconds"]

    ours = seconds("matrix, full")
    return {
        "cells": PERSONS * CAPABILITIES,
        "authorizations": CAPABILITIES * EACH,
        "full to grouped list": round(ours / seconds("Odoo list by capability"), 2),
        "full to pivot": round(ours / seconds("Odoo pivot capability x person"), 2),
    }


def _fill(env):
    known = env["res.users"].search([("login", "=", LOGIN)])
    if known:
        found = env["ir.actions.act_window"].search([("name", "=like", "Bench %")])
        return {action.name.removeprefix("Bench "): action.id for action in found}
    env = env(context={**env.context, "tracking_disable": True})
    today = env["metrology.calendar"]._today()
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": "Bench",
            "login": LOGIN,
            "password": LOGIN,
            "lang": "zh_CN",
            "group_ids": [(4, env.ref("metrology.group_technical_head").id)],
        }
    )
    types = env["metrology.role.type"].search([])
    env.company.metrology_induction_days = 0
    people = env["hr.employee"].create(
        [
            {
                "name": f"人员{number:03}",
                "birthday": "1985-05-20",
                "role_type_ids": [(6, 0, types.ids)],
            }
            for number in range(PERSONS)
        ]
    )
    kind = env["metrology.instrument.type"].create(
        {"name": "压力表", "discipline": "mechanics"}
    )
    method = env["metrology.method"].create(
        {
            "code": "JJG B52",
            "name": "压力表",
            "service_kind": "verification",
            "instrument_type_ids": [(6, 0, kind.ids)],
        }
    )
    capabilities = env["metrology.capability"].create(
        [
            {
                "name": "弹性元件式一般压力表检定",
                "code": f"B-{number:03}",
                "service_kind": "verification",
                "instrument_type_id": kind.id,
                "method_id": method.id,
                "date_from": today,
                "date_to": today.replace(year=today.year + 1),
            }
            for number in range(CAPABILITIES)
        ]
    )
    capabilities._guard_open().write({"state": "active"})
    env["metrology.authorization"].create(
        [
            {
                "employee_id": people[(number * 7 + step * 3) % PERSONS].id,
                "activity": "verify",
                "capability_id": capability.id,
                "date_from": today,
                "date_to": today.replace(year=today.year + 1),
                "state": "active",
            }
            for number, capability in enumerate(capabilities)
            for step in range(EACH)
        ]
    )
    return {
        mode: env["ir.actions.act_window"]
        .create(
            {
                "name": f"Bench {mode}",
                "res_model": "metrology.authorization",
                "view_mode": mode,
                "context": "{'group_by': 'capability_id'}" if mode == "list" else "{}",
            }
        )
        .id
        for mode in VIEWS
    }


def _serve(database):
    """Start a server on the copy; return the process and its address."""
    sys.path.insert(0, str(LIBRARY))
    from suite import odoo_command

    from odoo.tools import config

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            *map(str, odoo_command()), "server", "-c", config["config"],
            "-d", database, f"--http-port={port}", "--max-cron-threads=0",
            "--log-level=error",
        ],
        env=os.environ | {"ODOO_QUEUE_JOB_CHANNELS": "root:0"},
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + 120
    while True:
        try:
            opener.open(f"{url}/web/login", timeout=60).close()
            return server, url
        except OSError:
            if time.monotonic() > end or server.poll() is not None:
                server.terminate()
                raise
            time.sleep(0.3)


def _browse(url, measure, actions):
    from playwright.sync_api import sync_playwright

    executable = next(
        (
            path
            for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser")
            if Path(path).exists()
        ),
        None,
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(viewport={"width": 1600, "height": 900})
        page = context.new_page()
        page.goto(f"{url}/web/login")
        page.fill("input[name=login]", LOGIN)
        page.fill("input[name=password]", LOGIN)
        page.click("button[type=submit]")
        page.wait_for_selector(".o_main_navbar", timeout=120_000)
        # Once before, so that assets are built and cached.
        _matrix(page, url, _nothing)
        _odoo(page, url, actions, _nothing)
        _matrix(page, url, measure)
        _odoo(page, url, actions, measure)
        browser.close()


def _matrix(page, url, measure):
    page.goto("about:blank")
    began = time.perf_counter()
    with measure("matrix, full") as facts:
        with measure("matrix, first paint"):
            page.goto(f"{url}/odoo/persons-capabilities", wait_until="commit")
            page.wait_for_selector(".o_metrology_matrix_bar", timeout=60_000)
        page.wait_for_selector(".o_metrology_matrix_cell", timeout=60_000)
        facts["cells drawn"] = page.locator(".o_metrology_matrix_cell").count()
    facts["wall"] = round(time.perf_counter() - began, 3)
    with measure("matrix, jump to the last cell"):
        page.locator(".o_metrology_matrix_body").evaluate(
            "(body) => body.scrollTo(body.scrollWidth, body.scrollHeight)"
        )
        page.wait_for_selector(
            f'.o_metrology_matrix_name:has-text("B-{CAPABILITIES - 1:03}")',
            timeout=60_000,
        )


def _odoo(page, url, actions, measure):
    for name, mode, selector in (
        ("Odoo list by capability", "list", ".o_group_header"),
        ("Odoo pivot capability x person", "pivot", ".o_pivot td"),
    ):
        page.goto("about:blank")
        with measure(name):
            page.goto(f"{url}/odoo/action-{actions[mode]}", wait_until="commit")
            page.wait_for_selector(selector, timeout=120_000)


class _nothing:
    """Stands in for the meter where nothing is measured."""

    def __init__(self, _name):
        pass

    def __enter__(self):
        return {}

    def __exit__(self, *exception):
        return False
