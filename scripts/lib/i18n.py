# SPDX-License-Identifier: AGPL-3.0-only
"""The program behind scripts/i18n; its help is in that script."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import polib
import suite as suite_module
from databases import BuildError, ClusterError, Databases, Suite, SuiteError
from suite import LOCAL

LANGUAGE = "zh_CN"
#: Changes with every export and says nothing.
_DATES = re.compile(r'^"(POT-Creation-Date|PO-Revision-Date):.*\n', re.MULTILINE)
_MODELS = re.compile(r'^    _(?:name|inherit) = ("[^"]+"|\[[^\]]*\])', re.MULTILINE)
_SELECTION = re.compile(
    r"#: model:ir\.model\.fields\.selection,name:\w+\.selection__(.+?)__"
)
PLACEHOLDER = re.compile(r"%\([a-zA-Z_]\w*\)[sdrf]|%[sdf]|\{\w*\}")


def export(databases, database, names, directory):
    """Write ``<addon>.pot`` of each addon into ``directory``."""
    config = databases.write_config(LOCAL / "conf" / f"i18n-{database}.conf", database)
    try:
        for name in names:
            command = [
                *suite_module.odoo_command(), "i18n", "export", "-c", str(config),
                "-d", database, "-l", "pot", "-o", str(directory / f"{name}.pot"), name,
            ]  # fmt: skip
            result = subprocess.run(
                command, check=False, text=True, capture_output=True,
                env=os.environ | databases.cluster.environment(),
            )  # fmt: skip
            if result.returncode:
                raise BuildError(result.stdout + result.stderr)
    finally:
        config.unlink(missing_ok=True)


def without_dates(text):
    return _DATES.sub("", text)


def new_po(name):
    """Return the head of a translation that does not exist yet."""
    po = polib.POFile()
    po.metadata = {
        "Project-Id-Version": "Odoo Server 19.0",
        "Report-Msgid-Bugs-To": "",
        "Last-Translator": "",
        "Language-Team": "",
        "Language": LANGUAGE,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    po.header = f"Translation of Odoo Server.\nThis file contains the translation of the following modules:\n* {name}\n"
    return po


def inherited_terms():
    """Return Odoo's own wording for the fields every model and every thread has.

    They turn up in each addon's template ("Created on", "Followers"); people should
    read the same word for them everywhere.
    """
    terms = {}
    home = suite_module.odoo_home()
    for addon in ("mail", "base"):
        for root in (home / "odoo" / "addons", home / "addons"):
            path = root / addon / "i18n" / f"{LANGUAGE}.po"
            if path.exists():
                terms.update(
                    (entry.msgid, entry.msgstr)
                    for entry in polib.pofile(str(path))
                    if entry.msgstr
                    and any("model:ir.model.fields," in o[0] for o in entry.occurrences)
                )
    return terms


INHERITED = re.compile(
    r"^model:ir\.model\.fields(\.selection)?,(field_description|help|name):[^ ]*__"
    r"(id|display_name|create_(uid|date)|write_(uid|date)|message_\w+|activity_\w+"
    r"|has_message|my_activity_\w+|website_message_ids|rating_\w+)(__\w+)?$"
)


def merge(name, pot, target, inherited):
    """Return the text of the merged translation."""
    with tempfile.TemporaryDirectory() as directory:
        old = Path(directory) / "old.po"
        if target.exists():
            old.write_bytes(target.read_bytes())
        else:
            new_po(name).save(str(old))
        result = subprocess.run(
            [
                "msgmerge", "--quiet", "--no-fuzzy-matching", "--width=88",
                "--output-file", str(Path(directory) / "new.po"), str(old), str(pot),
            ],
            check=False, text=True, capture_output=True,
        )  # fmt: skip
        if result.returncode:
            raise BuildError(f"{target} cannot be merged:\n{result.stderr}")
        text = (Path(directory) / "new.po").read_text("utf-8")
    # Terms that are gone are not kept: history has them.
    po = polib.pofile(text, wrapwidth=88)
    for entry in [entry for entry in po if entry.obsolete]:
        po.remove(entry)
    for entry in po:
        if not entry.msgstr and all(
            INHERITED.match(":".join(part for part in occurrence if part))
            for occurrence in entry.occurrences
        ):
            entry.msgstr = inherited.get(entry.msgid, "")
    return str(po) + "\n"


def problems(path):
    """Return what is missing or wrong in a translation, as lines."""
    if not path.exists():
        return [f"{path} is missing"]
    found = []
    for entry in polib.pofile(str(path)):
        if entry.obsolete:
            continue
        where = f"{path.parent.parent.name}:{entry.linenum}"
        if entry.fuzzy:
            found.append(f"{where}: fuzzy: {entry.msgid!r}")
        elif not entry.msgstr.strip():
            found.append(f"{where}: untranslated: {entry.msgid!r}")
        elif sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(
            PLACEHOLDER.findall(entry.msgstr)
        ) and "odoo-" in (entry.comment or ""):
            found.append(
                f"{where}: placeholders differ: {entry.msgid!r} / {entry.msgstr!r}"
            )
    return found


def refresh(path, text, check):
    """Write ``text`` if it says something new; return whether it does."""
    old = path.read_text("utf-8") if path.exists() else ""
    if without_dates(old).strip() == without_dates(text).strip():
        return False
    if not check:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return True


def own_terms(text, path):
    """Return a template without what other addons' models took over from this one.

    Odoo lists an inherited selection of *their* models under the addon of the mixin, so
    that the template would depend on what else is installed in the database.

    :param str text: the exported template
    :param Path path: the addon's folder
    """
    source = "\n".join(file.read_text("utf-8") for file in path.rglob("*.py"))
    own = {
        model.replace(".", "_")
        for group in _MODELS.findall(source)
        for model in re.findall(r'"([^"]+)"', group)
    }
    blocks = []
    for block in text.split("\n\n"):
        lines = [
            line
            for line in block.split("\n")
            if not (found := _SELECTION.match(line)) or found.group(1) in own
        ]
        # A term that only they have is theirs.
        if not any(line.startswith("#: ") for line in lines) and "#: " in block:
            continue
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def has_terms(pot):
    return any(not entry.obsolete for entry in polib.pofile(str(pot)))


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--check"]
    check = "--check" in sys.argv
    changed, found = [], []
    try:
        suite = Suite()
        names = arguments or suite.names()
        suite.closure(names)
        databases = Databases("test")
        layer = databases.with_addons(suite, names, requested=arguments)
        with (
            databases.copied(layer, "i18n") as database,
            tempfile.TemporaryDirectory() as directory,
        ):
            export(databases, database, names, Path(directory))
            inherited = inherited_terms()
            for name in names:
                pot = Path(directory) / f"{name}.pot"
                folder = suite[name].path / "i18n"
                if not pot.exists() or not has_terms(pot):
                    # The empty template says that somebody looked.
                    if refresh(folder / f"{name}.pot", str(new_po(name)) + "\n", check):
                        changed.append(folder / f"{name}.pot")
                    continue
                pot.write_text(
                    own_terms(pot.read_text("utf-8"), suite[name].path), "utf-8"
                )
                po_text = merge(name, pot, folder / f"{LANGUAGE}.po", inherited)
                for path, text in (
                    (folder / f"{name}.pot", pot.read_text("utf-8")),
                    (folder / f"{LANGUAGE}.po", po_text),
                ):
                    if refresh(path, text, check):
                        changed.append(path)
                found += problems(folder / f"{LANGUAGE}.po")
    except (SuiteError, ClusterError, BuildError) as error:
        sys.exit(str(error))
    for path in changed:
        print(
            f"{'out of date' if check else 'written'}: {path.relative_to(suite_module.ROOT)}"
        )
    print("\n".join(found))
    print(f"{len(names)} addons, {len(found)} terms to mend")
    return 1 if found or (check and changed) else 0


if __name__ == "__main__":
    sys.exit(main())
