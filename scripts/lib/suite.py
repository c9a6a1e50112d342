# SPDX-License-Identifier: AGPL-3.0-only
"""What the manifests say: the addons of the suite, their order and their content."""

import ast
import hashlib
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = Path(os.environ.get("METROLOGY_LOCAL") or ROOT / ".local")
ADDONS = ROOT / "addons"
VENV = LOCAL / "venv"
LOCKS = ("requirements.txt", "requirements-oca.txt")

#: Not part of what an installed database looks like.
_IGNORED_DIRECTORIES = {"__pycache__", "tests", "readme", ".pytest_cache"}
_IGNORED_SUFFIXES = (".pyc", ".pot", ".orig", ".swp", "~")


class SuiteError(RuntimeError):
    """A manifest or a command line that cannot be used; the text says why."""


@dataclass
class Addon:
    """One addon of the suite."""

    name: str
    path: Path
    manifest: dict = field(repr=False)

    @property
    def depends(self):
        return self.manifest.get("depends", ["base"])

    @property
    def installable(self):
        return self.manifest.get("installable", True)

    @cached_property
    def content(self):
        """Hash of everything that is written into a database at installation."""
        digest = hashlib.sha256()
        for path in sorted(self.path.rglob("*")):
            relative = path.relative_to(self.path)
            if _IGNORED_DIRECTORIES & set(relative.parts) or not path.is_file():
                continue
            if relative.name.endswith(_IGNORED_SUFFIXES):
                continue
            if relative.parts[:2] == ("static", "src"):
                continue  # bundles are made when a page asks for them
            try:
                data = path.read_bytes()
            except FileNotFoundError:  # somebody is at work in the tree
                continue
            digest.update(str(relative).encode() + b"\0" + data + b"\0")
        return digest.hexdigest()


class Suite:
    """The addons below ``addons/``."""

    def __init__(self, directory=ADDONS):
        self.addons = {}
        for manifest in sorted(directory.glob("*/__manifest__.py")):
            try:
                content = ast.literal_eval(manifest.read_text("utf-8"))
            except (SyntaxError, ValueError) as error:
                raise SuiteError(f"{manifest} is not a dictionary: {error}") from error
            name = manifest.parent.name
            addon = Addon(name, manifest.parent, content)
            if addon.installable:
                self.addons[name] = addon

    def __contains__(self, name):
        return name in self.addons

    def __getitem__(self, name):
        return self.addons[name]

    def names(self):
        """Return all names, each after those it depends on."""
        return self.closure(self.addons)

    def closure(self, names):
        """Return ``names`` and their suite dependencies, dependencies first.

        :raises SuiteError: unknown name, or a circle of dependencies
        """
        done, path, announced = [], [], read_graph()

        def visit(name):
            if name in done:
                return
            if name in path:
                circle = " -> ".join([*path[path.index(name) :], name])
                raise SuiteError(f"addons depend on each other in a circle: {circle}")
            if name not in self.addons:
                raise SuiteError(
                    f"there is no addon {name}; there are: {', '.join(sorted(self.addons))}"
                )
            path.append(name)
            for dependency in sorted(self.addons[name].depends):
                if dependency in self.addons:
                    visit(dependency)
                elif dependency in announced:
                    raise SuiteError(
                        f"{name} depends on {dependency}, which is not there yet"
                    )
            path.pop()
            done.append(name)

        for name in sorted(names):
            visit(name)
        return done

    def external(self, names=None):
        """Return the addons of others that ``names`` (default: all) depend on.

        For all, those that docs/architecture.md announces count as well: the layer of
        dependencies stays the same while an addon of the graph is being written.
        """
        graph = {} if names is not None else read_graph()
        names = self.addons if names is None else names
        found = {
            dependency for name in names for dependency in self.addons[name].depends
        }
        for dependencies in graph.values():
            found.update(dependencies)
        return sorted(found - {"base", *self.addons, *graph})

    def content(self, names):
        """Return one hash over the content of several addons."""
        digest = hashlib.sha256()
        for name in sorted(names):
            digest.update(f"{name}:{self.addons[name].content}\n".encode())
        return digest.hexdigest()


def read_graph(path=ROOT / "docs" / "architecture.md"):
    """Return the graph that the architecture announces, {addon: dependencies}.

    :raises SuiteError: a line of the fenced block ``graph`` that is not
        ``addon: dependency, dependency``
    """
    graph, inside = {}, False
    text = path.read_text("utf-8") if path.exists() else ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() == "```graph":
            inside = True
        elif line.startswith("```"):
            inside = False
        elif inside and line.strip():
            name, colon, rest = line.partition(":")
            if not colon or name.strip() in graph:
                raise SuiteError(
                    f"{path}:{number}: not 'addon: dependency, ...': {line}"
                )
            graph[name.strip()] = [
                item.strip() for item in rest.split(",") if item.strip()
            ]
    return graph


def odoo_home():
    return (LOCAL / "odoo-home").resolve()


def odoo_version():
    """Identify the unpacked Odoo: package names and versions, or its location."""
    unpacked = LOCAL / "odoo" / "unpacked"
    if unpacked.exists() and str(odoo_home()).startswith(str(LOCAL.resolve())):
        return unpacked.read_text()
    return str(odoo_home())


def lock_key():
    """Return a hash of everything below the suite: Odoo and the pinned packages."""
    digest = hashlib.sha256(odoo_version().encode())
    for name in LOCKS:
        path = ROOT / name
        if path.exists():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def addons_path():
    """Return the value of ``addons_path``: Odoo's own, OCA's, the suite's."""
    paths = [odoo_home() / "odoo" / "addons"]
    if (odoo_home() / "addons").is_dir() and any(
        (odoo_home() / "addons").glob("*/__manifest__.py")
    ):
        paths.append(odoo_home() / "addons")
    paths += sorted(VENV.glob("lib/python3.*/site-packages/odoo/addons"))
    paths.append(ADDONS)
    return ",".join(str(path) for path in paths)


def odoo_command():
    """Return the command that starts Odoo.

    Its own script, not ``python -m odoo``: the websocket worker starts itself again
    from ``sys.argv[0]``.
    """
    home = odoo_home()
    for script in (
        home / "odoo-bin",
        LOCAL / "odoo" / "usr" / "bin" / "odoo",
        home.parents[2] / "bin" / "odoo"
        if len(home.parents) > 2
        else home / "odoo-bin",
    ):
        if script.is_file():
            return [str(VENV / "bin" / "python"), str(script)]
    script = LOCAL / "odoo-bin"
    script.write_text("import odoo.cli\n\nodoo.cli.main()\n")
    return [str(VENV / "bin" / "python"), str(script)]
