# SPDX-License-Identifier: AGPL-3.0-only
"""Whole stories: a real server on a copy of the demo laboratory, a real browser.

scripts/test --e2e makes the copy and says where it is. Fixtures:

``base_url``      address of the server
``browser``       headless Chromium of the system (session)
``page``          a fresh page in a fresh context, in Chinese; on failure a picture and
                  the page's text are kept in .local/e2e/
``new_page()``    more of them, for stories of several persons at once
``login``         ``login(page, "yewu")`` signs a person in and waits for the first page
``api``           ``api("yewu")`` gives an object that calls /json/2 with an API key
``database``      name of the copy; ``sql("select ...")`` reads it
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "lib"))
# One module of the suite is used without Odoo: the decorator of requirements.
sys.path.insert(0, str(ROOT / "addons" / "metrology" / "tools"))

import suite as suite_module  # noqa: E402
from external import Api  # noqa: E402
from run import demo_password  # noqa: E402

LOCAL = suite_module.LOCAL
PICTURES = LOCAL / "e2e"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--lang=zh-CN",
]


def pytest_addoption(parser):
    parser.addoption(
        "--pictures",
        type=Path,
        default=None,
        help="folder for the pictures of the guide (docs/guide/pictures)",
    )


@pytest.fixture(scope="session")
def database():
    name = os.environ.get("METROLOGY_E2E_DATABASE")
    if not name:
        pytest.fail("start these tests with scripts/test --e2e")
    return name


@pytest.fixture(scope="session")
def sql(database):
    """Read the database: ``sql("SELECT ...")`` gives rows as lists of text."""
    from cluster import Cluster

    cluster = Cluster("test")
    return lambda query: cluster.sql(query, database)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """Odoo on the copy, in a process of its own, with its log watched."""

    def __init__(self, database):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.log_path = PICTURES / "server.log"
        self.log = open(self.log_path, "w")
        self.process = subprocess.Popen(
            [
                *suite_module.odoo_command(), "server",
                "-c", os.environ["METROLOGY_E2E_CONFIG"], "-d", database,
                f"--http-port={self.port}", "--max-cron-threads=0",
            ],
            stdout=self.log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            start_new_session=True,
            # The queue works: certificates are rendered by it.
            env=os.environ | {"ODOO_QUEUE_JOB_CHANNELS": "root:1"},
        )  # fmt: skip

    def wait(self, limit=120):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        end = time.time() + limit
        while time.time() < end:
            if self.process.poll() is not None:
                break
            try:
                with opener.open(f"{self.url}/web/login", timeout=60):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        self.stop()
        tail = "\n".join(self.log_path.read_text("utf-8", "replace").splitlines()[-30:])
        pytest.exit(f"the server did not come up:\n{tail}", returncode=1)

    def problems(self):
        from databases import log_problems

        return log_problems(self.log_path.read_text("utf-8", "replace"))

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.log.close()


@pytest.fixture(scope="session")
def server(database):
    server = Server(database)
    server.wait()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def base_url(server):
    return server.url


@pytest.fixture(autouse=True)
def clean_log(request):
    """A warning or an error in the server's log fails the test that caused it.

    A story that provokes refusals marks itself ``@pytest.mark.expected_log(REFUSALS)``:
    records that match the pattern are then no failure.
    """
    if "server" not in request.fixturenames and "base_url" not in request.fixturenames:
        yield
        return
    server = request.getfixturevalue("server")
    before = len(server.problems())
    yield
    expected = [
        text for mark in request.node.iter_markers("expected_log") for text in mark.args
    ]
    found = [
        line
        for line in server.problems()[before:]
        if re.match(r"\d{4}-", line)
        and not any(re.search(text, line) for text in expected)
    ]
    assert not found, "the server's log:\n" + "\n".join(found)


@pytest.fixture(scope="session")
def browser():
    executable = next(
        (path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser",
                           "/usr/bin/google-chrome") if os.path.exists(path)),
        None,
    )  # fmt: skip
    assert executable, "no Chromium here; run scripts/setup"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=CHROMIUM_FLAGS, headless=True
        )
        yield browser
        browser.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    setattr(item, f"report_{call.when}", outcome.get_result())


@pytest.fixture
def new_page(request, browser, base_url):
    """Open pages, each for a person of its own; all are closed in the end."""
    contexts, pages = [], []

    def open_page(**options):
        context = browser.new_context(
            base_url=base_url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": 1440, "height": 900},
            accept_downloads=True,
            **options,
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        pages.append(page)
        return page

    yield open_page
    report = getattr(request.node, "report_call", None)
    if report is not None and report.failed:
        for number, page in enumerate(pages):
            keep(page, f"{request.node.name}-{number}")
    errors = [error for page in pages for error in page.errors]
    for context in contexts:
        context.close()
    if report is not None and report.passed:
        assert not errors, "errors in the page:\n" + "\n".join(errors)


def keep(page, name):
    """Keep what a page looked like when its test failed."""
    name = re.sub(r"[^\w.-]+", "_", name)
    try:
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
        (PICTURES / f"{name}.txt").write_text(
            f"{page.url}\n\n{page.inner_text('body')}", "utf-8"
        )
    except Exception as error:
        print(f"no picture of {name}: {error}")


@pytest.fixture
def page(new_page):
    return new_page()


@pytest.fixture
def login():
    """Sign a person of the demo laboratory in and wait for the first page."""

    def sign_in(page, user, password=None):
        page.goto("/web/login")
        page.fill("input[name=login]", user)
        page.fill("input[name=password]", password or password_of(user))
        page.click(".oe_login_buttons button[type=submit]")
        page.wait_for_selector(".o_main_navbar", timeout=60_000)
        return page

    return sign_in


def password_of(user):
    return "admin" if user == "admin" else demo_password()


@pytest.fixture(scope="session")
def api(server, database):
    """Give ``api("yewu")``: the external API as that person.

    The key is made through Odoo's shell, as an administrator would hand it out.
    """
    keys = {}

    def connect(user):
        if user not in keys:
            script = (
                f"user = env['res.users'].search([('login', '=', {user!r})])\n"
                "key = env['res.users.apikeys'].with_user(user)._generate("
                "'rpc', 'e2e', __import__('datetime').datetime.now()"
                " + __import__('datetime').timedelta(days=1))\n"
                "env.cr.commit()\nprint('KEY=' + key)\n"
            )
            result = subprocess.run(
                [*suite_module.odoo_command(), "shell", "-c",
                 os.environ["METROLOGY_E2E_CONFIG"], "-d", database, "--no-http"],
                input=script, text=True, capture_output=True, check=False,
                env=os.environ | {"ODOO_QUEUE_JOB_CHANNELS": "root:0"},
            )  # fmt: skip
            found = re.search(r"^KEY=(\w+)", result.stdout, re.M)
            assert found, result.stdout + result.stderr
            keys[user] = found.group(1)
        return Api(server.url, database, keys[user])

    return connect


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "expected_log(text): problems with this text are no failure"
    )
