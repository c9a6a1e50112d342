# SPDX-License-Identifier: AGPL-3.0-only
"""Manifests: complete, licensed, and true to the files beside them."""

import importlib.metadata
import re

import pytest
import repository

KEYS = {
    "name",
    "summary",
    "version",
    "author",
    "license",
    "category",
    "depends",
}
OPTIONAL = {
    "application", "data", "assets", "auto_install", "demo", "external_dependencies", "images",
    "maintainers", "post_init_hook", "pre_init_hook", "uninstall_hook", "website",
    "development_status", "sequence", "post_load",
}  # fmt: skip
#: What may be combined into a work under AGPL-3.
COMPATIBLE = {"AGPL-3", "GPL-3", "GPL-3 or any later version", "LGPL-3", "MIT"}
LOADED = ("data", "security", "views", "report", "reports", "wizard", "wizards")


def test_keys(addon):
    """Each manifest says what the addon is, and nothing that is not read."""
    manifest = addon.manifest
    assert not KEYS - set(manifest), f"missing: {sorted(KEYS - set(manifest))}"
    unknown = set(manifest) - KEYS - OPTIONAL
    assert not unknown, f"not used here: {sorted(unknown)}"


def test_licence(addon):
    """The suite is AGPL-3, written down in each manifest."""
    assert addon.manifest["license"] == "AGPL-3"
    assert addon.manifest["author"] == "Metrology Suite Contributors"


def test_version(addon):
    """Versions are those of Odoo 19."""
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", addon.manifest["version"])


def test_only_the_ground_is_an_application(addon):
    """One app on the home screen: the laboratory."""
    assert bool(addon.manifest.get("application")) == (addon.name == "metrology")


def test_dependencies_have_compatible_licences(addon, odoo):
    """Nothing proprietary is linked (core's `certificate`, say, is OEEL-1)."""
    wrong = {
        name: odoo.manifest(name).get("license", "LGPL-3")
        for name in odoo.closure(addon.name)
        if odoo.manifest(name).get("license", "LGPL-3") not in COMPATIBLE
    }
    assert not wrong


def test_files_are_listed(addon):
    """Every data file is loaded, and every listed one exists."""
    listed = [*addon.manifest.get("data", []), *addon.manifest.get("demo", [])]
    missing = [name for name in listed if not (addon.path / name).is_file()]
    assert not missing, f"listed, but not there: {missing}"
    assert len(listed) == len(set(listed)), "listed twice"
    found = {
        str(path.relative_to(addon.path))
        for folder in LOADED
        for path in (addon.path / folder).rglob("*")
        if path.suffix == ".xml" or path.name == "ir.model.access.csv"
    }
    assert not found - set(listed), (
        f"there, but not loaded: {sorted(found - set(listed))}"
    )


def test_assets_exist(addon):
    """Files named in bundles are there."""
    missing = []
    for bundle, entries in addon.manifest.get("assets", {}).items():
        for entry in entries:
            path = entry if isinstance(entry, str) else entry[-1]
            if path.split("/")[0] != addon.name:
                continue
            if not list(addon.path.parent.glob(path)):
                missing.append(f"{bundle}: {path}")
    assert not missing, repository.shown(missing)


def test_readme(addon):
    """readme/DESCRIPTION.md says what the addon is."""
    text = (addon.path / "readme" / "DESCRIPTION.md").read_text("utf-8")
    assert len(text.split()) >= 15


def test_python_dependencies_are_pinned(addon, root):
    """What a manifest asks of Python is in the lock file."""
    pinned = {
        canonical(line.split("==")[0])
        for line in (root / "requirements.txt").read_text().splitlines()
        if "==" in line
    }
    distributions = importlib.metadata.packages_distributions()
    for name in addon.manifest.get("external_dependencies", {}).get("python", []):
        names = {canonical(item) for item in distributions.get(name, [])} | {
            canonical(name)
        }
        assert names & pinned, f"{name} is not in requirements.txt"


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


IMPORT_NAMES = re.compile(r"^\s*(?:import|from) (\w+)", re.MULTILINE)
#: Odoo itself needs these, so they are there wherever it runs.
WITH_ODOO = {
    "babel", "cryptography", "dateutil", "docutils", "freezegun", "gevent", "jinja2",
    "lxml", "markupsafe", "num2words", "odoo", "openpyxl", "passlib", "PIL", "polib",
    "psutil", "psycopg2", "pypdf", "pytz", "qrcode", "reportlab", "requests", "werkzeug",
    "xlrd", "xlsxwriter", "zeep", "asn1crypto",
}  # fmt: skip


def test_imports_are_declared(addon, suite, odoo):
    """A library that Odoo does not bring is an external dependency of the manifest."""
    import sys

    declared = set()
    for name in odoo.closure(addon.name):
        declared |= set(
            odoo.manifest(name).get("external_dependencies", {}).get("python", [])
        )
    distributions = importlib.metadata.packages_distributions()
    declared_names = {canonical(name) for name in declared}
    missing = set()
    for path in repository.python_files(addon):
        for name in IMPORT_NAMES.findall(path.read_text("utf-8")):
            if (
                name in sys.stdlib_module_names
                or name in WITH_ODOO
                or name == "__future__"
            ):
                continue
            if name not in distributions:
                continue  # a word at the beginning of a docstring's line
            names = {canonical(item) for item in distributions[name]} | {
                canonical(name)
            }
            if not names & declared_names:
                missing.add(f"{path.relative_to(addon.path)}: {name}")
    assert not missing, repository.shown(sorted(missing))


@pytest.mark.parametrize(
    "name", ["LICENSE", "README.md", "README.zh_CN.md", "CONTRIBUTING.md"]
)
def test_files_of_the_repository(root, name):
    """A visitor finds licence, introduction and how to take part."""
    assert (root / name).stat().st_size > 500


def test_licence_text_is_complete(root):
    """LICENSE is the GNU Affero General Public License, version 3, in full."""
    text = " ".join((root / "LICENSE").read_text("utf-8").split())
    assert "GNU AFFERO GENERAL PUBLIC LICENSE Version 3, 19 November 2007" in text
    assert "13. Remote Network Interaction" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert len(text) > 30000
