# SPDX-License-Identifier: AGPL-3.0-only
"""Addons are really installed: each alone, all together, updated, taken out again.

What passed is remembered in .local/ by the content of the addon and of everything
below it, so that only what has changed is installed again. The two stories share
nothing and run side by side where two workers are allowed.
"""

import os
import subprocess
import time

import pytest
import suite as suite_module
from databases import BuildError, Databases, log_problems, short
from suite import LOCAL

pytestmark = pytest.mark.slow

MEMORY = LOCAL / "installed"
KEPT_DAYS = 60


def remembered(key):
    return (MEMORY / short(key)).exists()


def remember(key):
    """One small file a key: two workers never write the same one."""
    MEMORY.mkdir(parents=True, exist_ok=True)
    for path in MEMORY.iterdir():
        if time.time() - path.stat().st_mtime > KEPT_DAYS * 86400:
            path.unlink(missing_ok=True)
    (MEMORY / short(key)).write_text(f"{key}\n", "utf-8")


@pytest.fixture(scope="module")
def databases():
    return Databases("test", say=lambda text: None)


@pytest.fixture(scope="module")
def chain(databases, suite, odoo):
    """Build databases that hold exactly one closure each, the small ones first."""
    return Chain(databases, suite, odoo)


class Chain:
    """Databases by the set of addons they hold; a larger one grows from a smaller."""

    def __init__(self, databases, suite, odoo):
        self.databases, self.suite, self.odoo = databases, suite, odoo
        self.made = {}

    def database(self, closure):
        """Return a database with exactly ``closure`` installed."""
        if closure not in self.made:
            below = max(
                (known for known in self.made if known < closure), key=len, default=None
            )
            name = f"mt_run_alone_{os.getpid()}_{short(*sorted(closure))[:8]}"
            if below is None:
                self.databases.cluster.create(name)
            else:
                self.databases.copy(self.made[below], name)
            try:
                self.databases.install(name, sorted(closure - (below or set())))
            except BaseException:
                self.databases.drop(name)
                raise
            self.made[closure] = name
        return self.made[closure]

    def drop(self):
        self.databases.drop(*self.made.values())


@pytest.fixture(scope="module", autouse=True)
def clean_up(chain):
    yield
    chain.drop()


def run_shell(databases, database, script):
    """Run a script in Odoo's shell on ``database``; its log must be clean."""
    config = databases.write_config(LOCAL / "conf" / f"{database}.conf", database)
    result = subprocess.run(
        [*suite_module.odoo_command(), "shell", "-c", str(config), "-d", database, "--no-http"],
        input=script, text=True, capture_output=True, check=False,
        env=os.environ | databases.cluster.environment(),
    )  # fmt: skip
    config.unlink()
    text = result.stdout + result.stderr
    problems = log_problems(text)
    if result.returncode or problems:
        raise BuildError("\n".join(problems) or text[-4000:])
    return result.stdout


@pytest.mark.xdist_group("alone")
def test_installs_alone(addon, suite, odoo, chain, databases):
    """An addon needs nothing but what it depends on, and drags in nothing else."""
    key = "alone " + short(
        suite_module.lock_key(), addon.name, suite.content(suite.closure([addon.name]))
    )
    if remembered(key):
        return
    closure = odoo.closure(addon.name)
    database = chain.database(closure)
    assert databases.installed(database) == set(closure)
    remember(key)


@pytest.fixture(scope="module")
def together(suite, databases):
    """A database with all addons and everything they install automatically."""
    name = f"mt_run_together_{os.getpid()}"
    databases.cluster.create(name)
    config = databases.write_config(LOCAL / "conf" / f"{name}.conf", name)
    try:
        databases.run_odoo(
            ["-c", config, "-d", name, "--stop-after-init", "--no-http",
             "-i", ",".join(suite.names()), "--load-language=zh_CN"],
            "installing everything",
        )  # fmt: skip
        yield name
    finally:
        config.unlink(missing_ok=True)
        databases.drop(name)


@pytest.mark.xdist_group("together")
def test_all_together_update_uninstall(suite, databases, request):
    """All addons live together, are updated, and leave without a trace."""
    key = "together " + short(suite_module.lock_key(), suite.content(suite.names()))
    if remembered(key):
        return
    database = request.getfixturevalue("together")
    assert set(suite.names()) <= databases.installed(database)

    config = databases.write_config(LOCAL / "conf" / f"{database}.conf", database)
    databases.run_odoo(
        ["-c", config, "-d", database, "--stop-after-init", "--no-http",
         "-u", ",".join(suite.names())],
        "updating everything",
    )  # fmt: skip

    roots = [
        name
        for name in suite.names()
        if not set(suite[name].depends) & set(suite.addons)
    ]
    script = (
        f"addons = env['ir.module.module'].search([('name', 'in', {roots!r})])\n"
        "addons.button_immediate_uninstall()\n"
    )
    run_shell(databases, database, script)
    left = databases.installed(database) & set(suite.names())
    assert not left, f"still installed: {sorted(left)}"
    tables = databases.cluster.sql(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        " AND tablename LIKE 'metrology%'",
        database,
    )
    assert not tables, f"tables left behind: {tables}"
    functions = databases.cluster.sql(
        "SELECT proname FROM pg_proc WHERE proname LIKE 'metrology%'", database
    )
    assert not functions, f"functions left behind: {functions}"
    remember(key)
