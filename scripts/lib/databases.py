# SPDX-License-Identifier: AGPL-3.0-only
"""Databases for tests, built once and then copied.

Installing Odoo's own addons takes a minute, ours some seconds, a copy with
``createdb -T`` a fraction of one.  So there are layers, each a database that nobody
connects to, named after the hash of what it holds:

``mt_dep_<hash>``   what the suite depends on (by lock files and manifests), zh_CN loaded
``mt_add_<hash>``   addons of ours on top (by their content)

A run works on a copy of its own and drops it.  File locks keep two runs from building
the same layer; different runs do not wait for each other.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path

import suite as suite_module
from cluster import Cluster, ClusterError, lock
from suite import LOCAL, ROOT, Suite, SuiteError

LANGUAGE = "zh_CN"
KEEP_DEPENDENCIES = 3
KEEP_ADDONS = 16
#: Raise it when the way layers are built changes.
RECIPE = "3"


class BuildError(RuntimeError):
    """An installation failed; the text is the log's essence."""


def short(*parts):
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:14]


class Databases:
    """The layers and copies of one cluster."""

    def __init__(self, purpose="test", say=None):
        self.cluster = Cluster(purpose)
        self.cluster.start()
        self.directory = LOCAL / f"data-{purpose}"
        self.directory.mkdir(parents=True, exist_ok=True)
        self.say = say or (
            lambda text: print(f"    {text}", file=sys.stderr, flush=True)
        )

    # -- configuration --------------------------------------------------------

    def write_config(self, path, database, **options):
        """Write an odoo.conf for ``database`` and return its path.

        What does not depend on the machine is in config/odoo-<purpose>.conf.
        """
        parser = ConfigParser(interpolation=None)
        parser.read(ROOT / "config" / f"odoo-{self.cluster.purpose}.conf", "utf-8")
        values = {
            "addons_path": suite_module.addons_path(),
            "data_dir": self.directory,
            "db_name": database,
            "dbfilter": f"^{database}$",
            "admin_passwd": os.urandom(12).hex(),
            **self.cluster.odoo_options(),
            **options,
        }
        for key, value in values.items():
            parser["options"][key] = str(value)
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w", encoding="utf-8") as handle:
            parser.write(handle)
        path.chmod(0o600)
        return path

    # -- layers ---------------------------------------------------------------

    def dependencies(self, suite):
        """Return the name of the layer with everything the suite depends on."""
        wanted = suite.external()
        return self.dependency_layer(wanted)

    def dependency_layer(self, wanted):
        base = short(RECIPE, suite_module.lock_key(), LANGUAGE)
        name = f"mt_dep_{base}_{short(*wanted)[:8]}"
        with lock(name):
            if name not in self.cluster.databases():
                # A list that has only grown does not start again from nothing.
                start, missing = self._nearest(base, wanted)
                self.say(
                    f"installing what the suite depends on: {', '.join(missing) or 'base'}"
                )
                self._build(name, start, missing, language=LANGUAGE)
                (self._notes() / name).write_text("\n".join(wanted))
            self._touch(name)
        return name

    def _nearest(self, base, wanted):
        best, rest = None, list(wanted)
        existing = self.cluster.databases()
        for note in self._notes().glob(f"mt_dep_{base}_*"):
            if note.suffix or note.name not in existing:
                continue
            have = set(note.read_text().split())
            left = [name for name in wanted if name not in have]
            if have <= set(wanted) and len(left) < len(rest):
                best, rest = note.name, left
        return best, rest

    def with_addons(self, suite, names, *, requested=None):
        """Return the name of a layer with ``names`` and what they depend on.

        ``requested`` are the addons somebody is working on: what lies below them is
        kept as a layer of its own, so that only they are installed again.
        """
        closure = suite.closure(names)
        layer = self.dependencies(suite)
        below = [name for name in closure if requested and name not in requested]
        for part in (below, closure):
            layer = self._addons(suite, layer, part)
        return layer

    def _addons(self, suite, start, names):
        if not names:
            return start
        dependencies = start if start.startswith("mt_dep_") else self._root(start)
        name = f"mt_add_{short(RECIPE, dependencies, suite.content(names))}"
        with lock(name):
            if name not in self.cluster.databases():
                have = set(self._installed(start))
                missing = [addon for addon in names if addon not in have]
                self.say(f"installing {', '.join(missing)}")
                self._build(name, start, missing)
                (self._notes() / name).write_text(
                    "\n".join([f"root:{dependencies}", *sorted(names)])
                )
            self._touch(name)
        return name

    def _root(self, name):
        return (self._notes() / name).read_text().split("\n")[0].removeprefix("root:")

    def _installed(self, name):
        note = self._notes() / name
        return note.read_text().split() if note.exists() else []

    def _notes(self):
        directory = LOCAL / "templates"
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    def _touch(self, name):
        note = self._notes() / name
        if note.exists():
            os.utime(note)

    def warnings(self, name):
        """Return the warnings that were logged while a layer was built."""
        note = self._notes() / f"{name}.warnings"
        return note.read_text("utf-8").splitlines() if note.exists() else []

    def _build(self, name, start, addons, language=None):
        """Make ``name`` as a copy of ``start`` with ``addons``; all or nothing.

        Warnings do not stop it (somebody may be at work in another addon), but they
        are kept beside the layer, and a test run on it fails in the end.
        """
        work = f"{name}_new{os.getpid()}"
        began = time.time()
        self.drop(work)
        self.copy(start, work)
        try:
            warnings = self.install(
                work, addons, language=language if not start else None, strict=False
            )
            known = self.warnings(start) if start else []
            (self._notes() / f"{name}.warnings").write_text(
                "\n".join(dict.fromkeys([*known, *warnings])), "utf-8"
            )
            self.cluster.sql(f'ALTER DATABASE "{work}" RENAME TO "{name}"')
            shutil.rmtree(self.filestore(name), ignore_errors=True)
            if self.filestore(work).exists():
                self.filestore(work).rename(self.filestore(name))
        except BaseException:
            self.drop(work)
            raise
        self.say(f"took {time.time() - began:.0f} s")

    def install(self, database, addons, *, language=None, extra=(), strict=True):
        """Install ``addons`` into ``database`` and return the warnings of the log.

        :param strict: a warning is an error
        :raises BuildError: a traceback or an error in the log
        """
        config = self.write_config(LOCAL / "conf" / f"{database}.conf", database)
        arguments = [
            "-c",
            config,
            "-d",
            database,
            "--stop-after-init",
            "--skip-auto-install",
        ]
        arguments += ["-i", ",".join(["base", *addons]), "--no-http", *extra]
        if language:
            arguments.append(f"--load-language={language}")
        try:
            text = self.run_odoo(
                arguments, what=f"installing {', '.join(addons)}", strict=strict
            )
            missing = set(addons) - self.installed(database)
            if missing:
                raise BuildError(
                    f"not installed: {', '.join(sorted(missing))} (unknown name, or a "
                    "dependency that does not exist)"
                )
            return log_problems(text)
        finally:
            config.unlink(missing_ok=True)

    def installed(self, database):
        """Return the names of the installed addons of ``database``."""
        query = "SELECT name FROM ir_module_module WHERE state = 'installed'"
        return {row[0] for row in self.cluster.sql(query, database)}

    def run_odoo(self, arguments, what, strict=True):
        """Run Odoo to its end and return its log; that must hold no error.

        :param strict: and no warning either
        """
        command = [*suite_module.odoo_command(), "server", *map(str, arguments)]
        log_path = LOCAL / "log" / f"odoo-{os.getpid()}-{time.time_ns()}.log"
        log_path.parent.mkdir(parents=True, exist_ok=True)
        environment = os.environ | self.cluster.environment()
        with open(log_path, "w") as log:
            result = subprocess.run(
                command, check=False, stdout=log, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, env=environment,
            )  # fmt: skip
        text = log_path.read_text("utf-8", "replace")
        found = log_problems(text, ("ERROR", "CRITICAL") if not strict else LEVELS)
        if result.returncode or found:
            shown = "\n".join(found) or "\n".join(text.splitlines()[-40:])
            raise BuildError(f"{what} failed; whole log: {log_path}\n{shown}")
        log_path.unlink()
        return text

    # -- copies ---------------------------------------------------------------

    def filestore(self, database):
        return self.directory / "filestore" / database

    def copy(self, source, target):
        """Copy a database with its files; files are never changed, so linked."""
        self.cluster.create(target, source)
        if source and self.filestore(source).exists():
            shutil.copytree(
                self.filestore(source), self.filestore(target), copy_function=os.link
            )

    def drop(self, *names):
        self.cluster.drop(*names)
        for name in names:
            shutil.rmtree(self.filestore(name), ignore_errors=True)

    @contextmanager
    def copied(self, source, label):
        """Give a copy of ``source`` that is dropped in the end."""
        name = f"mt_run_{label[:30]}_{os.getpid()}_{os.urandom(3).hex()}"
        # The layer must not be cleared away between its choice and the copy.
        self.copy(source, name)
        try:
            yield name
        finally:
            self.drop(name)

    # -- housekeeping -----------------------------------------------------------

    def prune(self):
        """Drop layers that have not been used for long, and copies of dead runs."""
        existing = self.cluster.databases()
        for prefix, keep in (("mt_dep_", KEEP_DEPENDENCIES), ("mt_add_", KEEP_ADDONS)):
            notes = sorted(
                (
                    (last_use(path), path)
                    for path in self._notes().glob(f"{prefix}*")
                    if not path.suffix
                ),
                reverse=True,
            )
            # A few at a time: each drop is a checkpoint, and nobody should wait long.
            for used, note in notes[keep:][-4:]:
                # Some grace: another run may be about to copy it.
                if time.time() - used > 1200:
                    self.drop(note.name)
                    note.unlink(missing_ok=True)
                    Path(f"{note}.warnings").unlink(missing_ok=True)
        for name in existing:
            if name.startswith("mt_run_"):
                # Never the random part: six hexadecimal digits may all be decimal.
                pid = re.fullmatch(r"mt_run_.*_(\d+)_[0-9a-f]{6}", name)
                if not pid or not Path(f"/proc/{pid[1]}").exists():
                    self.drop(name)


def last_use(note):
    """Return when a layer was used; another run may clear it away meanwhile."""
    try:
        return note.stat().st_mtime
    except FileNotFoundError:
        return time.time()


#: Lines of Odoo's log: date, pid, level, database, logger: message.
_HARMLESS = (
    # Said by Odoo when root starts it, as CI does.
    "Running as user 'root'",
)


LEVELS = ("WARNING", "ERROR", "CRITICAL")


def log_problems(text, levels=LEVELS):
    """Return the warnings, errors and tracebacks of an Odoo log, shortened."""
    found, inside = [], False
    for line in text.splitlines():
        parts = line.split(" ", 5)
        is_record = len(parts) > 4 and parts[0][:2] == "20" and parts[2].isdigit()
        if is_record:
            inside = parts[3] in levels
        elif line.startswith("Traceback (most recent call last)"):
            inside = True
        if inside and not any(text in line for text in _HARMLESS):
            found.append(line)
    return found[:120]


__all__ = [
    "BuildError",
    "ClusterError",
    "Databases",
    "Suite",
    "SuiteError",
    "log_problems",
]
