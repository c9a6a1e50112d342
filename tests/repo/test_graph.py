# SPDX-License-Identifier: AGPL-3.0-only
"""Arrows point up only: what an addon names, it depends on."""

import ast
import re

import repository
import suite as suite_module


def test_manifests_are_the_graph_of_the_architecture(suite):
    """The graph in docs/architecture.md and the manifests say the same."""
    announced = {name: sorted(deps) for name, deps in suite_module.read_graph().items()}
    real = {name: sorted(suite[name].depends) for name in suite.addons}
    differences = [
        f"{name}: manifest {real.get(name, 'missing')}, architecture {announced.get(name, 'missing')}"
        for name in sorted({*announced, *real})
        if announced.get(name) != real.get(name)
    ]
    assert not differences, repository.shown(differences)


def test_graph_has_no_circle(suite):
    """An order of installation exists."""
    names = suite.names()
    for name in names:
        for dependency in suite[name].depends:
            if dependency in suite:
                assert names.index(dependency) < names.index(name)


def test_addons_depended_on_exist(suite, odoo):
    """Every dependency is an addon of Odoo, of OCA's packages, or ours."""
    missing = []
    for name in suite.names():
        for dependency in suite[name].depends:
            try:
                odoo.path(dependency)
            except LookupError:
                missing.append(f"{name} depends on {dependency}, which does not exist")
    assert not missing, repository.shown(missing)


def test_no_dependency_is_named_twice(suite, odoo):
    """A dependency that comes with another one of our own is not repeated."""
    repeated = []
    for name in suite.names():
        depends = suite[name].depends
        for dependency in depends:
            others = [
                other for other in depends if other != dependency and other in suite
            ]
            if any(dependency in odoo.closure(other) for other in others):
                # An Odoo addon may be named to say that it is used directly.
                if dependency in suite:
                    repeated.append(
                        f"{name}: {dependency} comes with another dependency"
                    )
    assert not repeated, repository.shown(repeated)


def test_python_imports_follow_the_graph(addon, odoo):
    """``odoo.addons.x`` is imported only from addons depended on."""
    allowed = odoo.closure(addon.name)
    wrong = []
    for path in repository.python_files(addon, tests=True):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            modules = []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules = [node.module]
                if node.module == "odoo.addons":
                    modules = [f"odoo.addons.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            for module in modules:
                match = re.match(r"odoo\.addons\.(\w+)", module)
                if match and match.group(1) not in allowed:
                    wrong.append(f"{path}:{node.lineno}: {module}")
    assert not wrong, repository.shown(wrong)


def test_models_named_in_python_are_depended_on(addon, odoo):
    """``_inherit``, comodels and ``env[...]`` name models of addons depended on."""
    allowed, wrong = odoo.known_models(addon.name), []
    for path in repository.python_files(addon):
        tree = ast.parse(path.read_text("utf-8"))
        guarded = _guarded(tree)
        for line, model, how in repository.model_references(tree):
            if model in allowed or model in guarded:
                continue
            owners = ", ".join(sorted(odoo.every_model.get(model, {"nobody"})))
            wrong.append(f"{path}:{line}: {how} {model} (defined by {owners})")
    assert not wrong, repository.shown(wrong)


def _guarded(tree):
    """Models asked for with ``"x.y" in env``: used only where they exist."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(
            isinstance(operator, (ast.In, ast.NotIn)) for operator in node.ops
        ):
            if isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
                found.add(node.left.value)
    return found


def test_external_ids_are_depended_on(addon, odoo):
    """``module.name`` in data, views and code points to an addon depended on."""
    allowed, wrong = odoo.closure(addon.name), []
    for path, line, xmlid in repository.xmlid_references(addon):
        module = xmlid.partition(".")[0]
        if module in allowed:
            continue
        try:
            odoo.path(module)
        except LookupError:
            continue  # not an addon: a file name, a field path
        wrong.append(f"{path}:{line}: {xmlid}")
    assert not wrong, repository.shown(wrong)


def test_models_of_views_are_depended_on(addon, odoo):
    """``<field name="model">`` and ``res_model`` name models of addons depended on."""
    allowed, wrong = odoo.known_models(addon.name), []
    pattern = re.compile(
        r'<field name="(?:model|res_model|model_name)">([\w.]+)</field>'
    )
    for path in sorted(addon.path.rglob("*.xml")):
        if "static" in path.parts:
            continue
        text = path.read_text("utf-8")
        for match in pattern.finditer(text):
            if match.group(1) not in allowed:
                line = text.count("\n", 0, match.start()) + 1
                wrong.append(f"{path}:{line}: {match.group(1)}")
    assert not wrong, repository.shown(wrong)


def test_mathematics_imports_no_odoo(root):
    """addons/metrology/tools is pure Python with relative imports only."""
    wrong = []
    for path in sorted((root / "addons" / "metrology" / "tools").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            wrong += [
                f"{path}:{node.lineno}: {name}"
                for name in names
                if name.split(".")[0] == "odoo"
            ]
    assert not wrong, repository.shown(wrong)
