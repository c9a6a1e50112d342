# SPDX-License-Identifier: AGPL-3.0-only
"""What the tests of this directory read from files: manifests, models, references."""

import ast
import re
from functools import cache, cached_property
from pathlib import Path

import suite as suite_module

_MODEL_NAME = re.compile(r"""^\s+_name\s*=\s*["']([\w.]+)["']""", re.MULTILINE)


# One object lives as long as the test run, so its caches may.
# ruff: noqa: B019


class Foreign:
    """Addons of Odoo and OCA, as far as the suite stands on them."""

    def __init__(self, suite):
        self.suite = suite
        self.paths = [Path(path) for path in suite_module.addons_path().split(",")]

    @cache
    def path(self, name):
        if name in self.suite:
            return self.suite[name].path
        for directory in self.paths:
            if (directory / name / "__manifest__.py").is_file():
                return directory / name
        raise LookupError(f"no addon {name} in {self.paths}")

    @cache
    def manifest(self, name):
        path = self.path(name) / "__manifest__.py"
        return ast.literal_eval(path.read_text("utf-8"))

    @cache
    def closure(self, name):
        """Return ``name`` and everything it stands on, base included."""
        found = {"base", name}
        if name != "base":
            for dependency in self.manifest(name).get("depends", ["base"]):
                found |= self.closure(dependency)
        return frozenset(found)

    @cache
    def models(self, name):
        """Return the names of the models an addon defines (not: extends)."""
        found = set()
        for path in self.path(name).rglob("*.py"):
            if "tests" in path.parts or "upgrade" in path.parts:
                continue
            found.update(_MODEL_NAME.findall(path.read_text("utf-8", "replace")))
        return frozenset(found)

    @cache
    def known_models(self, name):
        found = set(BUILT_IN)
        for addon in self.closure(name):
            found |= self.models(addon)
        return frozenset(found)

    @cached_property
    def every_model(self):
        """Map each model of the suite and its foundations to the addons defining it."""
        found = {}
        for name in self.suite.addons:
            for addon in self.closure(name):
                for model in self.models(addon):
                    found.setdefault(model, set()).add(addon)
        return found


#: Defined outside of addons.
BUILT_IN = {"base"}


def python_files(addon, tests=False):
    for path in sorted(addon.path.rglob("*.py")):
        if "__pycache__" in path.parts:
            continue
        if tests or "tests" not in path.relative_to(addon.path).parts:
            yield path


def model_references(tree):
    """Yield (line, model, how) for each model a Python file names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            value, key = node.value, node.slice
            is_env = getattr(value, "attr", getattr(value, "id", "")) == "env"
            if is_env and isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield node.lineno, key.value, "env[...]"
        elif isinstance(node, ast.Call) and _is_relation(node.func):
            comodel = next(
                (word.value for word in node.keywords if word.arg == "comodel_name"),
                node.args[0] if node.args else None,
            )
            if isinstance(comodel, ast.Constant) and isinstance(comodel.value, str):
                yield node.lineno, comodel.value, "comodel"
        elif isinstance(node, ast.Assign) and any(
            getattr(target, "id", "") == "_inherit" for target in node.targets
        ):
            values = (
                node.value.elts
                if isinstance(node.value, (ast.List, ast.Tuple))
                else [node.value]
            )
            for value in values:
                if isinstance(value, ast.Constant):
                    yield node.lineno, value.value, "_inherit"


def _is_relation(function):
    return (
        isinstance(function, ast.Attribute)
        and function.attr in ("Many2one", "One2many", "Many2many")
        and getattr(function.value, "id", "") == "fields"
    )


_XMLID = r"[a-z_][a-z0-9_]*\.[A-Za-z_][\w.-]*"
_XML_REFERENCES = [
    re.compile(rf"""\b(?:ref|inherit_id|parent|action|groups_id|id)="({_XMLID})\""""),
    re.compile(rf"""\bref\(['"]({_XMLID})['"]\)"""),
    re.compile(rf"""\bt-(?:call|inherit|call-assets)="({_XMLID})\""""),
    re.compile(rf"""%\(({_XMLID})\)d"""),
    re.compile(rf"""\bmodel="({_XMLID})" +ref"""),
]
_GROUPS = re.compile(r"""\bgroups="([^"]+)\"""")
_PYTHON_REFERENCES = [
    re.compile(
        rf"""\b(?:ref|_for_xml_id|has_group|has_groups)\(\s*["']({_XMLID})["']"""
    ),
]


def xmlid_references(addon):
    """Yield (file, line, xmlid) for each external id that the addon names."""
    for path in sorted(addon.path.rglob("*")):
        relative = path.relative_to(addon.path)
        if not path.is_file() or {"tests", "__pycache__", "i18n"} & set(relative.parts):
            continue
        if path.suffix == ".xml":
            yield from _in_xml(path)
        elif path.suffix == ".py":
            yield from _matches(path, _PYTHON_REFERENCES)
        elif path.name.endswith(".csv") and "security" in relative.parts:
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                for cell in line.split(","):
                    if re.fullmatch(_XMLID, cell.strip()) and number > 1:
                        yield path, number, cell.strip()


def _in_xml(path):
    is_owl = "static" in path.parts
    patterns = _XML_REFERENCES if not is_owl else _XML_REFERENCES[1:3]
    yield from _matches(path, patterns)
    if not is_owl:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            for groups in _GROUPS.findall(line):
                for group in groups.split(","):
                    if re.fullmatch(_XMLID, group.strip().lstrip("!")):
                        yield path, number, group.strip().lstrip("!")


def _matches(path, patterns):
    text = path.read_text("utf-8")
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield path, text.count("\n", 0, match.start()) + 1, match.group(1)


def shown(problems):
    """Return a list as the message of an assertion."""
    return "\n" + "\n".join(str(problem) for problem in problems)
