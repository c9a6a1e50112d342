# SPDX-License-Identifier: AGPL-3.0-only
"""The program behind scripts/test; its help is in that script."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from databases import BuildError, ClusterError, Databases, Suite, SuiteError
from keys import signing_environment
from suite import ADDONS, LOCAL, ROOT, VENV

PARTS = ("engine", "repo", "addons", "processes", "e2e")
#: Holds the demo laboratory: what the browser and the external API are tried on.
DEMO = "metrology_demo"
SUMMARY = re.compile(
    r"^=* ?(.*\b(?:passed|failed|error|errors|skipped|no tests ran)\b.*) in [\d.]+s"
)
COUNT = re.compile(
    r"(\d+) (passed|failed|errors?|skipped|deselected|xfailed|xpassed|warnings?)"
)


def parse(arguments):
    """Split the command line; unknown options are pytest's."""
    options = {
        "addons": [], "parts": [], "pytest": [], "workers": None,
        "fast": False, "keep": False, "list": False,
    }  # fmt: skip
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            options["pytest"] += rest
            break
        if argument.startswith("--") and argument[2:] in PARTS:
            options["parts"].append(argument[2:])
        elif argument in ("--fast", "--keep", "--list"):
            options[argument[2:]] = True
        elif argument == "--workers":
            options["workers"] = int(rest.pop(0))
        elif argument == "-k":
            options["pytest"] += ["-k", rest.pop(0)]
        elif argument.startswith("-"):
            options["pytest"].append(argument)
        else:
            options["addons"].append(
                Path(argument).name if "/" in argument else argument
            )
    return options


class Run:
    """One call of scripts/test."""

    def __init__(self, options):
        self.options = options
        self.suite = Suite()
        self.failed = []
        self.counts = {}
        self.began = time.time()
        self._databases = None

    @property
    def databases(self):
        if self._databases is None:
            self._databases = Databases("test")
        return self._databases

    def main(self):
        named = self.options["addons"]
        for name in named:
            if name not in self.suite:
                self.suite.closure([name])  # raises with the list of names
        parts = self.options["parts"]
        if named:
            parts = parts or ["addons", "processes"]
        elif self.options["fast"]:
            parts = parts or ["engine", "repo", "addons"]
        else:
            parts = parts or list(PARTS)
            if parts == ["addons"]:
                parts = ["addons", "processes"]
        for part in PARTS:
            if part in parts:
                self.part(part, alone=len(parts) == 1 and not named)
        if self._databases:
            self._databases.prune()
        self.total()
        return 1 if self.failed else 0

    def part(self, part, alone):
        if part in ("addons", "processes"):
            getattr(self, f"run_{part}")()
            return
        directory = ROOT / "tests" / part
        if not any(directory.glob("test_*.py")):
            if alone:
                self.failed.append(f"tests/{part} holds no tests")
            return
        if part == "e2e":
            self.run_e2e(directory)
            return
        extra = []
        if part == "repo":
            # Those tests that install need the cluster.
            self.databases.cluster.start()
            if self.options["fast"]:
                extra = ["-m", "not slow"]
            elif self.workers() > 1:
                # Installing alone and installing together share nothing.
                extra = ["-n", str(self.workers()), "--dist", "loadgroup"]
        self.pytest(part, [str(directory)], ["-p", "no:odoo", *extra])

    # -- addons -----------------------------------------------------------------

    def test_directories(self, names):
        return [
            str(ADDONS / name / "tests")
            for name in names
            if any((ADDONS / name / "tests").glob("test_*.py"))
        ]

    def groups(self):
        """Return the addons to test, as lists that share a database.

        The demo laboratory fills its database with fees, templates and persons; the
        others' tests start from an empty institution.
        """
        if self.options["addons"]:
            return [self.options["addons"]]
        names = self.suite.names()
        plain = [name for name in names if name != DEMO]
        return [plain, [DEMO]] if DEMO in names else [plain]

    def layer(self, names):
        layer = self.databases.with_addons(
            self.suite, names, requested=self.options["addons"]
        )
        warnings = self.databases.warnings(layer)
        text = "warnings while installing:\n" + "\n".join(warnings)
        if warnings and text not in self.failed:
            self.failed.append(text)
        return layer

    def run_addons(self):
        found = False
        for names in self.groups():
            directories = self.test_directories(names)
            if directories:
                found = True
                self.odoo_pytest(
                    "addons", names, directories, self.addon_arguments(directories)
                )
        if not found:
            self.failed.append(f"no tests in {', '.join(self.options['addons'])}")

    def workers(self):
        return self.options["workers"] or min(2, os.cpu_count() or 1)

    def addon_arguments(self, directories):
        # For few tests a second worker costs more than it gives.
        few = self.options["addons"] or len(directories) <= 2
        workers = 1 if few and self.options["workers"] is None else self.workers()
        arguments = ["--metrology-process=without"]
        if self.options["fast"]:
            arguments.append("--metrology-http=without")
        else:
            arguments.append("--odoo-http")
        if workers > 1:
            # A class shares what its setUpClass made: keep it in one worker.
            arguments += ["-n", str(workers), "--dist", "loadscope"]
            arguments += ["--max-worker-restart=0"]
        return arguments

    def run_processes(self):
        """Tests that commit from several processes: alone, a copy for each addon."""
        for names in self.groups():
            for name in names:
                marked = [
                    directory
                    for directory in self.test_directories([name])
                    if any(
                        "ConcurrencyCase" in path.read_text("utf-8")
                        or "metrology_process" in path.read_text("utf-8")
                        for path in Path(directory).glob("test_*.py")
                    )
                ]
                if marked:
                    self.odoo_pytest(
                        "processes",
                        names,
                        marked,
                        ["--metrology-process=only", "--odoo-http"],
                        empty_ok=True,
                    )

    def odoo_pytest(self, part, names, directories, arguments, empty_ok=False):
        layer = self.layer(names)
        with self.databases.copied(layer, part) as database:
            config = self.databases.write_config(
                LOCAL / "conf" / f"{database}.conf", database
            )
            try:
                self.pytest(
                    part,
                    directories,
                    [
                        f"--odoo-config={config}",
                        f"--odoo-database={database}",
                        "--odoo-log-level=warn",
                        *arguments,
                    ],
                    empty_ok=empty_ok,
                )
                if self.options["keep"]:
                    kept = f"kept_{database.removeprefix('mt_run_')}"
                    self.databases.copy(database, kept)
                    print(f"kept: {kept}", file=sys.stderr)
            finally:
                config.unlink(missing_ok=True)
                for name in self.databases.cluster.databases():
                    if name.startswith(f"{database}-gw"):
                        self.databases.drop(name)

    # -- whole stories ------------------------------------------------------------

    def run_e2e(self, directory):
        names = self.suite.closure([DEMO]) if DEMO in self.suite else self.suite.names()
        layer = self.databases.with_addons(self.suite, names)
        with self.databases.copied(layer, "e2e") as database:
            config = self.databases.write_config(
                LOCAL / "conf" / f"{database}.conf", database
            )
            try:
                self.pytest(
                    "e2e",
                    [str(directory)],
                    ["-p", "no:odoo"],
                    METROLOGY_E2E_CONFIG=str(config),
                    METROLOGY_E2E_DATABASE=database,
                    **signing_environment(),
                )
            finally:
                config.unlink(missing_ok=True)

    # -- pytest -------------------------------------------------------------------

    def pytest(self, part, paths, arguments, empty_ok=False, **environment):
        command = [
            str(VENV / "bin" / "python"), "-m", "pytest", "--rootdir", str(ROOT),
            "-c", str(ROOT / "pyproject.toml"), "--color",
            "yes" if sys.stdout.isatty() else "no",
            *arguments, *self.options["pytest"], *paths,
        ]  # fmt: skip
        env = (
            os.environ
            | environment
            | {
                "METROLOGY_TEST_PART": part,
                "METROLOGY_LOCAL": str(LOCAL),
                "REPORT_FONT_DIR": str(LOCAL / "fonts"),
                "PYTHONUNBUFFERED": "1",
                # No runner of the queue beside tests: they run their jobs themselves.
                "ODOO_QUEUE_JOB_CHANNELS": "root:0",
                # Odoo and PostgreSQL tools are found by their own names
                "PATH": f"{VENV / 'bin'}:{os.environ['PATH']}",
            }
        )
        if self._databases:
            env |= self._databases.cluster.environment()
        print(f"\n== {part}", flush=True)
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True,
            stdin=None if "--pdb" in command else subprocess.DEVNULL,
        )  # fmt: skip
        last = ""
        try:
            for line in process.stdout:
                sys.stdout.write(line)
                sys.stdout.flush()
                match = SUMMARY.match(re.sub(r"\x1b\[[0-9;]*m", "", line))
                if match:
                    last = match.group(1)
        except KeyboardInterrupt:
            process.send_signal(signal.SIGINT)
            process.wait()
            raise
        code = process.wait()
        if code == 5 and (empty_ok or "-k" in command):
            code = 0
        for count, kind in COUNT.findall(last):
            kind = {"errors": "error", "warnings": "warning"}.get(kind, kind)
            self.counts[kind] = self.counts.get(kind, 0) + int(count)
        if code:
            self.failed.append(f"{part} (pytest's exit code {code})")

    def total(self):
        """Print what all parts did, in the form of pytest's own last line."""
        order = (
            "failed",
            "passed",
            "skipped",
            "deselected",
            "xfailed",
            "xpassed",
            "warning",
            "error",
        )
        words = []
        for kind in order:
            count = self.counts.get(kind)
            if count:
                plural = "s" if kind in ("warning", "error") and count > 1 else ""
                words.append(f"{count} {kind}{plural}")
        for text in self.failed:
            print(f"FAILED {text}")
        text = (
            f" {', '.join(words) or 'no tests ran'} in {time.time() - self.began:.2f}s "
        )
        print(text.center(80, "="), flush=True)


def main():
    options = parse(sys.argv[1:])
    try:
        run = Run(options)
        if options["list"]:
            for name in sorted(run.databases.cluster.databases()):
                print(name)
            return 0
        return run.main()
    except (SuiteError, ClusterError, BuildError) as error:
        print(f"\n{error}", file=sys.stderr)
        print(" 1 error in 0.00s ".center(80, "="))
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    # A terminated run (CI's time limit) cleans up like an interrupted one.
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    sys.exit(main())
