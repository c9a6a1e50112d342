# SPDX-License-Identifier: AGPL-3.0-only
"""Old habits that Odoo 19 ignores in silence, and things that do not belong here."""

import re

import pytest
import repository

#: (name, suffixes, pattern): what is wrong with it is said in the name.
FORBIDDEN = [
    (
        "_sql_constraints is ignored: models.Constraint",
        ".py",
        r"^\s+_sql_constraints\s*=",
    ),
    ("name_get is gone: _compute_display_name", ".py", r"def name_get\("),
    ("read_group is deprecated: _read_group", ".py", r"\.read_group\("),
    ("osv is gone: odoo.fields.Domain", ".py", r"odoo\.osv|from odoo import osv"),
    ("business code never commits", ".py", r"\b(?:cr|_cr)\.commit\("),
    ("self._cr, _uid, _context: self.env", ".py", r"\bself\._(?:cr|uid|context)\b"),
    ("check_access_rights: check_access", ".py", r"check_access_(?:rights|rule)\("),
    ("user_has_groups: env.user.has_group", ".py", r"user_has_groups\("),
    ("_check_recursion: _has_cycle", ".py", r"_check_recursion\("),
    ("toggle_active: action_archive", ".py", r"\btoggle_active\b"),
    ("group_operator: aggregator", ".py", r"\bgroup_operator\s*="),
    ("auto_join: bypass_search_access", ".py", r"\bauto_join\s*="),
    ("lazy_property: functools.cached_property", ".py", r"\blazy_property\b"),
    ("ir.property is gone", ".py", r"[\"']ir\.property[\"']"),
    ("routes are type='jsonrpc'", ".py", r"type\s*=\s*[\"']json[\"']"),
    ("SavepointCase is gone: TransactionCase", ".py", r"\bSavepointCase\b"),
    (
        "ir.sequence leaves gaps: metrology.number",
        ".py",
        r"next_by_code|[\"']ir\.sequence[\"']",
    ),
    ("groups_id: group_ids", ".py .xml", r"\bgroups_id\b"),
    (
        "category_id of a group: privilege_id",
        ".xml",
        r'model="res\.groups"[^>]*>(?:(?!</record>).)*name="category_id"',
    ),
    ("attrs= and states= are gone", ".xml", r"\s(?:attrs|states)=[\"']"),
    ("<tree> is <list>", ".xml", r"</?tree[\s>]"),
    (
        "view_mode tree breaks in the browser: list",
        ".xml",
        r'name="view_mode">[^<]*\btree\b',
    ),
    ("t-esc, t-raw: t-out", ".xml", r"\bt-(?:esc|raw)="),
    ("kanban-box: card", ".xml", r"t-name=[\"']kanban-box[\"']"),
    ("oe_chatter is dead: <chatter/>", ".xml", r"oe_chatter"),
    ("<act_window> and <report> are skipped", ".xml", r"<(?:act_window|report)\s"),
    ("numbercall, doall are gone", ".xml", r'name="(?:numbercall|doall)"'),
    ("target inline is refused", ".xml", r'name="target">inline<'),
    ("no @odoo-module needed", ".js", r"@odoo-module"),
    ("publicWidget is old: Interaction", ".js", r"\bpublicWidget\b"),
    (
        "rpc and user are imports, not services",
        ".js",
        r"useService\([\"'](?:rpc|user)[\"']\)",
    ),
    (
        "a breakpoint or print was left",
        ".py",
        r"^\s*(?:breakpoint\(\)|import pdb|print\()",
    ),
    ("console.log was left", ".js", r"\bconsole\.log\("),
    ("unfinished", ".py .xml .js", r"\b(?:TODO|FIXME|XXX|NotImplemented yet)\b"),
]


@pytest.mark.parametrize(
    "why, suffixes, pattern", FORBIDDEN, ids=[row[0] for row in FORBIDDEN]
)
def test_forbidden(suite, root, why, suffixes, pattern):
    """No addon uses it."""
    compiled = re.compile(pattern, re.MULTILINE | re.DOTALL)
    found = []
    for name in suite.names():
        for path in sorted(suite[name].path.rglob("*")):
            if path.suffix not in suffixes.split() or not path.is_file():
                continue
            relative = path.relative_to(suite[name].path)
            if {"lib", "__pycache__"} & set(relative.parts):
                continue
            if "tests" in relative.parts and why.startswith(
                ("business code", "console.log")
            ):
                continue
            text = path.read_text("utf-8")
            if "print" in why and "\nif __name__ ==" in text:
                continue  # a program for the command line speaks by printing
            for match in compiled.finditer(text):
                line_start = text.rfind("\n", 0, match.start()) + 1
                line = text[line_start : text.find("\n", match.end())]
                if "allowed:" in line:
                    continue
                number = text.count("\n", 0, match.start()) + 1
                found.append(f"{path.relative_to(root)}:{number}: {line.strip()[:90]}")
    assert not found, repository.shown(found)


#: Where packages come from is the machine's business.
REGISTRIES = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|registry\.yarnpkg|deb\.debian\.org"
    r"|ftp\.[a-z.]*debian\.org|security\.debian\.org|archive\.ubuntu\.com|nightly\.odoo\.com"
    r"|mirrors?\.[a-z]+\.(?:com|edu|org)|index-url|extra-index"
)
HOME = re.compile(r"/work/|/root/|/home/[a-z]+/")


def tracked_files(root):
    import subprocess

    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in listed.split("\0"):
        path = root / name
        if name and path.is_file() and not path.is_symlink():
            yield path


def test_no_registry_is_named(root):
    """Scripts, requirements and lock files name no host of a registry."""
    places = (
        "scripts/",
        "requirements",
        "docker",
        ".ci/",
        "tests/lint/",
        "pyproject",
        "config/",
    )
    found = []
    for path in tracked_files(root):
        relative = str(path.relative_to(root))
        if relative.startswith(places):
            text = path.read_text("utf-8", "replace")
            found += [f"{relative}: {match}" for match in REGISTRIES.findall(text)]
    assert not found, repository.shown(found)


def test_no_path_of_a_machine_is_named(root):
    """Nothing points into somebody's home or workplace."""
    found = []
    for path in tracked_files(root):
        if path.suffix in (
            ".py",
            ".xml",
            ".js",
            ".md",
            ".conf",
            ".toml",
            ".yml",
            ".json",
            "",
        ):
            if path == root / "tests" / "repo" / "test_forbidden.py":
                continue
            for number, line in enumerate(
                path.read_text("utf-8", "replace").splitlines(), 1
            ):
                if HOME.search(line):
                    found.append(
                        f"{path.relative_to(root)}:{number}: {line.strip()[:90]}"
                    )
    assert not found, repository.shown(found)


def test_no_cache_or_secret_is_tracked(root):
    """Caches, keys and databases stay out of the repository."""
    wrong = re.compile(
        r"(__pycache__|\.pyc$|\.p12$|\.pfx$|\.pem$|\.key$|\.dump$|\.sqlite$|^\.local/)"
    )
    found = [
        str(path.relative_to(root))
        for path in tracked_files(root)
        if wrong.search(str(path.relative_to(root)))
    ]
    assert not found, repository.shown(found)
