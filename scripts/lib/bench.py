# SPDX-License-Identifier: AGPL-3.0-only
"""The program behind scripts/bench; its help is in that script.

A measurement is a file ``tests/bench/bench_<name>.py`` with

``ADDONS``
    the addons its database holds
``bench(env, measure)``
    does the work; what is inside ``with measure("name"):`` is measured.  It runs
    ``--repeat`` times, each time in a transaction that is rolled back.
``summary(results)``
    optional; returns further numbers (ratios) from ``{name: {"seconds": ...}}``
"""

import argparse
import importlib.util
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from databases import BuildError, ClusterError, Databases, Suite, SuiteError
from suite import LOCAL, ROOT

BENCHES = ROOT / "tests" / "bench"
RESULTS = BENCHES / "results"


def load(name):
    path = BENCHES / f"bench_{name}.py"
    if not path.exists():
        known = sorted(
            path.stem.removeprefix("bench_") for path in BENCHES.glob("bench_*.py")
        )
        raise SuiteError(
            f"there is no {path.name}; there are: setup, {', '.join(known)}"
        )
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Meter:
    """Collects seconds and queries by name."""

    def __init__(self):
        self.samples = {}
        self.env = None

    @contextmanager
    def __call__(self, name, **facts):
        """Measure what is inside; ``facts`` (sizes, versions) are kept beside."""
        self.env.flush_all()
        queries, began = self.env.cr.sql_log_count, time.perf_counter()
        facts = dict(facts)
        yield facts
        self.env.flush_all()
        seconds = time.perf_counter() - began
        entry = self.samples.setdefault(
            name, {"seconds": [], "queries": [], "facts": {}}
        )
        entry["seconds"].append(seconds)
        entry["queries"].append(self.env.cr.sql_log_count - queries)
        entry["facts"].update(facts)

    def results(self):
        return {
            name: {
                "seconds": round(statistics.median(entry["seconds"]), 4),
                "best": round(min(entry["seconds"]), 4),
                "queries": min(entry["queries"]),
                "runs": len(entry["seconds"]),
                **entry["facts"],
            }
            for name, entry in self.samples.items()
        }


def run(name, repeat):
    """Measure one file and return what is kept."""
    module = load(name)
    suite, databases = Suite(), Databases("test")
    layer = databases.with_addons(suite, module.ADDONS)
    with databases.copied(layer, "bench") as database:
        config = databases.write_config(LOCAL / "conf" / f"{database}.conf", database)
        try:
            meter = in_odoo(config, database, module, repeat)
        finally:
            config.unlink(missing_ok=True)
    results = meter.results()
    kept = {"measures": results}
    if hasattr(module, "summary"):
        kept["summary"] = module.summary(results)
    return kept


def in_odoo(config, database, module, repeat):
    os.environ.setdefault("REPORT_FONT_DIR", str(LOCAL / "fonts"))
    import odoo.init  # noqa: F401  (before anything else of Odoo)
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config as odoo_config

    odoo_config.parse_config(
        ["-c", str(config), "-d", database, "--no-http", "--log-level=error"],
        setup_logging=True,
    )
    meter = Meter()
    registry = Registry(database)
    for _number in range(repeat):
        with registry.cursor() as cr:
            meter.env = api.Environment(cr, SUPERUSER_ID, {"lang": "zh_CN"})
            module.bench(meter.env, meter)
            cr.rollback()
        registry.clear_all_caches()
    return meter


def measure_setup():
    """Set up a fresh clone, first with an empty cache, then with the filled one."""
    measures = {}
    base = Path(tempfile.mkdtemp(prefix="metrology-setup-"))
    base.chmod(0o755)
    try:
        for kind in ("cold", "warm", "again"):
            clone = base / ("warm" if kind == "again" else kind)
            if kind != "again":
                subprocess.run(
                    ["git", "clone", "-q", str(ROOT), str(clone)], check=True
                )
            environment = os.environ | {
                "METROLOGY_CACHE": str(base / "cache"),
                "METROLOGY_LOCAL": str(clone / ".local"),
            }
            began = time.perf_counter()
            subprocess.run(
                [str(clone / "scripts" / "setup")], check=True, env=environment,
                stdout=sys.stderr, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            measures[kind] = {
                "seconds": round(time.perf_counter() - began, 1),
                "runs": 1,
            }
            if kind != "warm":
                subprocess.run(
                    [str(clone / ".local/venv/bin/python"), str(clone / "scripts/lib/cluster.py"),
                     "stop"],
                    check=True, env=environment, stdout=subprocess.DEVNULL,
                )  # fmt: skip
    finally:
        shutil.rmtree(base, ignore_errors=True)
    return {
        "measures": measures,
        "note": "cold: empty cache, system packages installed; warm: new clone, filled "
        "cache; again: nothing to do",
    }


def about():
    """Say which machine and which commit the numbers belong to."""
    commit = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"],
        capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in open("/proc/cpuinfo")
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit,
        "cpu": model,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
    }


def show(name, kept):
    print(f"\n{name}")
    for key, entry in kept["measures"].items():
        queries = f"{entry['queries']:>7} queries" if "queries" in entry else ""
        print(f"  {key:<44}{entry['seconds']:>10.3f} s{queries}")
    for key, value in kept.get("summary", {}).items():
        print(f"  {key:<44}{value:>10}")


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--no-save", action="store_true")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    known = sorted(
        path.stem.removeprefix("bench_") for path in BENCHES.glob("bench_*.py")
    )
    if options.list:
        print("\n".join(["setup", *known]))
        return
    RESULTS.mkdir(parents=True, exist_ok=True)
    names = options.names or known
    if len(options.names) != 1:
        # One process each: a measurement must not warm the next one's caches.
        failed = 0
        for name in names:
            command = [sys.executable, __file__, name, "--repeat", str(options.repeat)]
            command += ["--no-save"] if options.no_save else []
            failed |= subprocess.run(command, check=False).returncode
        sys.exit(failed)
    name = names[0]
    kept = measure_setup() if name == "setup" else run(name, options.repeat)
    show(name, kept)
    if not options.no_save:
        text = json.dumps({"about": about(), **kept}, indent=2, ensure_ascii=False)
        (RESULTS / f"{name}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    try:
        main()
    except (SuiteError, ClusterError, BuildError) as error:
        sys.exit(str(error))
